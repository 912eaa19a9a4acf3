import { Link, Phase } from "/client/core/link.js";
import { PageMemory } from "/client/core/memory.js";
import { equal, ok, test } from "./claims.js";
import { FakeClock, FakeWebSocket, overlayBytes, poseBytes, textureBytes } from "./fakes.js";

const WELCOME = {
  type: "welcome",
  resume: "token",
  credits: 2,
  settings: { revision: 0, style: { night: 1 }, strength: 1 },
};
const FRAME = { capture_ms: 5, width: 480, height: 360, picture: new Uint8Array([255, 216, 255]) };

const NO_WORD = { opensAt: "", notice: "" };

/** A link with everything that it reports. */
function setUp(memory = new PageMemory()) {
  FakeWebSocket.made.length = 0;
  const clock = new FakeClock();
  const heard = {
    welcomes: [], statuses: [], overlays: [], poses: [], textures: [], nearby: [], changed: [], dreams: [], house: [], dropped: {}, lost: [], over: [],
  };
  const link = new Link({
    url: "wss://gallery.example/ws",
    ticket: "T1CKET",
    clock,
    memory,
    Socket: FakeWebSocket,
    random: () => 1,
    handlers: {
      onWelcome: (welcome) => heard.welcomes.push(welcome),
      onStatus: (status) => heard.statuses.push(status.state),
      onOverlay: (overlay) => heard.overlays.push(overlay.seq),
      onPose: (pose) => heard.poses.push(pose.seq),
      onTexture: (texture) => heard.textures.push(texture.number),
      onNearby: (message) => heard.nearby.push(message.ticket),
      onDream: ({ type, state = type }) => heard.dreams.push(state),
      onHouse: ({ type }) => heard.house.push(type),
      onChanged: ({ station }, seq) => heard.changed.push([station.experience, seq]),
      onDropped: (reason, count) => (heard.dropped[reason] = (heard.dropped[reason] ?? 0) + count),
      onLost: (code, waitMs) => heard.lost.push([code, waitMs]),
      onOver: (...end) => heard.over.push(end),
    },
  });
  return { link, clock, heard, memory };
}

/** The same, connected and welcomed. */
function welcomed(memory, welcome = WELCOME) {
  const all = setUp(memory);
  all.link.connect("ar");
  FakeWebSocket.last.opens();
  FakeWebSocket.last.hears(welcome);
  return all;
}

test("says hello with its ticket, its language and its clock, in the subprotocol", () => {
  const { clock } = welcomed();
  equal(FakeWebSocket.last.subprotocol, "vernissage.v1");
  equal(FakeWebSocket.last.texts("hello"), [
    { type: "hello", version: 1, ticket: "T1CKET", language: "ar", now_ms: clock.nowMs() },
  ]);
});

test("sends nothing before the welcome", () => {
  const { link } = setUp();
  link.connect("en");
  FakeWebSocket.last.opens();
  equal(link.sendFrame(FRAME), false);
  link.report({ fps: 1 });
  link.choose({ style: { night: 1 }, strength: 1 });
  equal(FakeWebSocket.last.sent.length, 1);
});

test("keeps at most two frames unanswered", () => {
  const { link } = welcomed();
  equal([link.sendFrame(FRAME), link.sendFrame(FRAME), link.sendFrame(FRAME)], [true, true, false]);
  equal(FakeWebSocket.last.frames.length, 2);
});

test("keeps to fewer credits where the server gives fewer, and to two where it gives more", () => {
  const { link } = setUp();
  link.connect("en");
  FakeWebSocket.last.opens();
  FakeWebSocket.last.hears({ ...WELCOME, credits: 1 });
  equal([link.sendFrame(FRAME), link.sendFrame(FRAME)], [true, false]);
  FakeWebSocket.last.hears({ ...WELCOME, credits: 9 });
  equal([link.sendFrame(FRAME), link.sendFrame(FRAME), link.sendFrame(FRAME)], [true, true, false]);
});

test("an overlay answers its frame and those before it", () => {
  const { link, heard } = welcomed();
  link.sendFrame(FRAME);
  link.sendFrame(FRAME);
  FakeWebSocket.last.hears(overlayBytes(2));
  equal(heard.overlays, [2]);
  equal([link.sendFrame(FRAME), link.sendFrame(FRAME), link.sendFrame(FRAME)], [true, true, false]);
});

test("a dropped frame gives its credit back and is counted by its reason", () => {
  const { link, heard } = welcomed();
  link.sendFrame(FRAME);
  link.sendFrame(FRAME);
  FakeWebSocket.last.hears({ type: "dropped", seq: 1, reason: "late" });
  equal(heard.dropped, { late: 1 });
  equal([link.sendFrame(FRAME), link.sendFrame(FRAME)], [true, false]);
});

test("an error about a frame gives its credit back and ends nothing", () => {
  const { link, heard } = welcomed();
  link.sendFrame(FRAME);
  link.sendFrame(FRAME);
  FakeWebSocket.last.hears({ type: "error", code: "not_a_jpeg", message: "", fatal: false, seq: 2 });
  equal([heard.dropped, heard.lost, link.hasRoom], [{ not_a_jpeg: 1 }, [], true]);
});

test("a frame counts as answered after two seconds", () => {
  const { link, clock, heard } = welcomed();
  link.sendFrame(FRAME);
  link.sendFrame(FRAME);
  clock.pass(1900);
  equal(link.hasRoom, false);
  clock.pass(700);
  equal([link.hasRoom, heard.dropped], [true, { unanswered: 2 }]);
});

test("sends nothing while the socket is full", () => {
  const { link } = welcomed();
  FakeWebSocket.last.bufferedAmount = 100_000;
  equal(link.sendFrame(FRAME), false);
  FakeWebSocket.last.bufferedAmount = 0;
  equal(link.sendFrame(FRAME), true);
});

test("refuses an overlay that is older than the one before, or that answers nothing", () => {
  const { link, heard } = welcomed();
  link.sendFrame(FRAME);
  link.sendFrame(FRAME);
  for (const seq of [2, 1, 2, 7]) FakeWebSocket.last.hears(overlayBytes(seq));
  equal([heard.overlays, heard.dropped], [[2], { out_of_order: 3 }]);
});

test("counts what it cannot read and goes on", () => {
  const { link, heard } = welcomed();
  FakeWebSocket.last.hears(new ArrayBuffer(3));
  FakeWebSocket.last.onmessage({ data: "{" });
  FakeWebSocket.last.hears({ type: "weather", rain: true });
  equal([heard.dropped, link.hasRoom], [{ unreadable: 2 }, true]);
});

test("connects again with the resume token, and counts frames anew", () => {
  const { link, clock, heard } = welcomed();
  link.sendFrame(FRAME);
  FakeWebSocket.last.closes();
  equal([heard.lost, link.phase], [[["lost", 300]], Phase.RESTING]);
  clock.pass(300);
  FakeWebSocket.last.opens();
  equal(FakeWebSocket.last.texts("hello")[0].resume, "token");
  FakeWebSocket.last.hears({ ...WELCOME, resumed: true });
  link.sendFrame(FRAME);
  equal(new DataView(FakeWebSocket.last.frames[0].buffer).getUint32(4), 1);
});

test("a page that was loaded again takes its session up again", () => {
  const memory = new PageMemory();
  welcomed(memory);
  const { link } = setUp(memory);
  link.connect("en");
  FakeWebSocket.last.opens();
  equal(FakeWebSocket.last.texts("hello")[0].resume, "token");
});

test("waits longer each time, up to eight seconds, and begins anew after a welcome", () => {
  const { clock, heard } = welcomed();
  for (let attempt = 0; attempt < 7; attempt += 1) {
    FakeWebSocket.last.closes();
    clock.pass(heard.lost[attempt][1]);
  }
  equal(
    heard.lost.map(([, waitMs]) => waitMs),
    [300, 600, 1200, 2400, 4800, 8000, 8000],
  );
  FakeWebSocket.last.opens();
  FakeWebSocket.last.hears(WELCOME);
  FakeWebSocket.last.closes();
  equal(heard.lost[7][1], 300);
});

test("waits as long as the server asked", () => {
  const { clock, heard } = welcomed();
  FakeWebSocket.last.hears({ type: "error", code: "room_full", message: "", fatal: true, retry_after_s: 20 });
  FakeWebSocket.last.closes(4429);
  equal(heard.lost, [["room_full", 24_000]]);
  clock.pass(19_000);
  equal(FakeWebSocket.made.length, 1);
  clock.pass(5000);
  equal(FakeWebSocket.made.length, 2);
});

test("a server that says it is stopping names the time, and everybody spreads over four seconds after it", () => {
  const { heard } = welcomed();
  FakeWebSocket.last.hears({ type: "status", state: "stopping", retry_after_s: 2 });
  FakeWebSocket.last.closes(1006);
  equal([heard.statuses, heard.lost], [["stopping"], [["stopping", 6000]]]);
});

test("after a stop that was only closed with, it waits a second at least", () => {
  const { heard } = welcomed();
  FakeWebSocket.last.closes(4503);
  equal(heard.lost, [["stopping", 5000]]);
});

test("while its session is kept it tries every three seconds, with the token, then less often", () => {
  const { clock, heard } = welcomed(undefined, { ...WELCOME, resume_s: 30 });
  FakeWebSocket.last.hears({ type: "status", state: "stopping", retry_after_s: 2 });
  for (let attempt = 0; attempt < 16; attempt += 1) {
    FakeWebSocket.last.closes(1006);
    clock.pass(heard.lost[attempt][1]);
    FakeWebSocket.last.opens();
    equal(FakeWebSocket.last.texts("hello")[0].resume, "token");
  }
  const waits = heard.lost.map(([, waitMs]) => waitMs);
  equal(waits.slice(0, 11), [6000, 600, 1200, 2400, 3000, 3000, 3000, 3000, 3000, 3000, 3000]);
  equal(waits.slice(12), [8000, 8000, 8000, 8000]);
});

test("a fatal refusal ends it, with the screen to show", () => {
  const { link, clock, heard } = welcomed();
  FakeWebSocket.last.hears({ type: "error", code: "station_closed", message: "", fatal: true });
  FakeWebSocket.last.closes(4410);
  clock.pass(60_000);
  equal([heard.over, heard.lost, FakeWebSocket.made.length], [[["station_closed", "station_closed", NO_WORD]], [], 1]);
  equal(link.phase, Phase.OVER);
});

test("the close code speaks where the error before it was lost", () => {
  const { heard } = welcomed();
  FakeWebSocket.last.closes(4409);
  equal(heard.over, [["resumed_elsewhere", "ended", NO_WORD]]);
});

test("a greeting without an answer is given up", () => {
  const { link, clock, heard } = setUp();
  link.connect("en");
  clock.pass(9000);
  equal(heard.lost[0][0], "lost");
  ok(FakeWebSocket.made[0].closed, "the old socket to be let go");
});

test("a socket that takes frames and gives nothing back is dead", () => {
  const { link, clock, heard } = welcomed();
  link.sendFrame(FRAME);
  clock.pass(9000);
  equal(heard.lost.length, 1);
});

test("a quiet socket is left alone while it owes nothing", () => {
  const { clock, heard } = welcomed();
  clock.pass(60_000);
  equal(heard.lost, []);
});

test("after a long look away it connects again at once, after a short one it does not", () => {
  const { link } = welcomed();
  link.wake(500);
  equal(FakeWebSocket.made.length, 1);
  link.wake(60_000);
  equal([FakeWebSocket.made.length, FakeWebSocket.made[0].closed], [2, true]);
});

test("while resting, a look at the page is reason enough to try", () => {
  const { link } = welcomed();
  FakeWebSocket.last.closes();
  link.wake(0);
  equal(FakeWebSocket.made.length, 2);
});

test("a new network makes a new connection", () => {
  const { link, heard } = welcomed();
  link.networkChanged();
  equal([FakeWebSocket.made.length, heard.lost], [2, []]);
});

test("a clock that stood still while the phone slept is noticed", () => {
  const { clock, heard } = welcomed();
  clock.sleep(30_000);
  clock.pass(1000);
  equal(heard.lost.length, 1);
});

test("a visitor who leaves says goodbye and is forgotten", () => {
  const { link, clock, memory } = welcomed();
  link.leave();
  equal(FakeWebSocket.last.texts("bye").length, 1);
  clock.pass(60_000);
  equal([FakeWebSocket.made.length, memory.getItem("vernissage.resume.T1CKET")], [1, null]);
});

test("a choice is sent at once, a moving slider in steps, its last position always", () => {
  const { link, clock } = welcomed();
  for (const strength of [0.1, 0.2, 0.3]) link.choose({ style: { night: 1 }, strength });
  clock.pass(500);
  const sent = FakeWebSocket.last.texts("set").map(({ revision, strength }) => [revision, strength]);
  equal(sent, [
    [1, 0.1],
    [2, 0.3],
  ]);
});

test("a choice made while the connection was away is sent after the welcome", () => {
  const { link, clock } = welcomed();
  FakeWebSocket.last.closes();
  link.choose({ style: { wave: 1 }, strength: 0.5 });
  clock.pass(300);
  FakeWebSocket.last.opens();
  FakeWebSocket.last.hears(WELCOME);
  equal(FakeWebSocket.last.texts("set"), [{ type: "set", revision: 1, style: { wave: 1 }, strength: 0.5 }]);
});

test("a new session is told the choice that the old one knew, a resumed one is not", () => {
  const { link, clock } = welcomed();
  link.choose({ style: { wave: 1 }, strength: 0.5 });
  for (const [revision, expected] of [
    [1, 0],
    [0, 1],
  ]) {
    clock.pass(200);
    FakeWebSocket.last.closes();
    clock.pass(300);
    FakeWebSocket.last.opens();
    FakeWebSocket.last.hears({ ...WELCOME, settings: { revision } });
    equal(FakeWebSocket.last.texts("set").length, expected);
  }
});

test("a pose answers its frame and those before it, and an older one is dropped", () => {
  const { link, heard } = welcomed();
  link.sendFrame(FRAME);
  link.sendFrame(FRAME);
  equal(link.hasRoom, false);
  FakeWebSocket.last.hears(poseBytes(2));
  FakeWebSocket.last.hears(poseBytes(1));
  equal([link.hasRoom, heard.poses, heard.dropped], [true, [2], { out_of_order: 1 }]);
});

test("a texture answers no frame, and an older one is dropped", () => {
  const { link, heard } = welcomed();
  link.sendFrame(FRAME);
  link.sendFrame(FRAME);
  for (const number of [1, 3, 2]) FakeWebSocket.last.hears(textureBytes(number));
  equal([link.hasRoom, heard.textures, heard.dropped], [false, [1, 3], { out_of_order: 1 }]);
});

test("the code of another station in view is passed on", () => {
  const { heard } = welcomed();
  FakeWebSocket.last.hears({ type: "nearby", station: { id: "b", number: 2, title: {} }, ticket: "OTHER" });
  equal(heard.nearby, ["OTHER"]);
});

test("a station that closes may say when it opens again", () => {
  const { heard } = welcomed();
  const opens_at = "2026-12-01T09:00:00Z";
  FakeWebSocket.last.hears({ type: "error", code: "station_closed", message: "", fatal: true, opens_at });
  FakeWebSocket.last.closes(4410);
  equal(heard.over, [["station_closed", "station_closed", { opensAt: opens_at, notice: "" }]]);
});

test("a station that an operator closes may say why", () => {
  const { heard } = welcomed();
  const notice = "We are hanging it anew.";
  FakeWebSocket.last.hears({ type: "error", code: "station_closed", message: "", fatal: true, notice });
  FakeWebSocket.last.closes(4410);
  equal(heard.over, [["station_closed", "station_closed", { opensAt: "", notice }]]);
});

test("what the house tells everybody is passed on", () => {
  const { heard } = welcomed();
  FakeWebSocket.last.hears({ type: "announcement", text: "Welcome.", at: "2026-11-29T10:00:00Z" });
  FakeWebSocket.last.hears({ type: "fallback", on: true });
  equal(heard.house, ["announcement", "fallback"]);
});

test("a station that changed is told with the last frame before it, and frames and answers go on", () => {
  const { link, heard } = welcomed();
  link.sendFrame(FRAME);
  FakeWebSocket.last.hears({ type: "changed", station: { experience: "canvas" }, settings: { revision: 0 } });
  link.sendFrame(FRAME);
  FakeWebSocket.last.hears(poseBytes(2));
  equal([heard.changed, heard.poses, heard.lost, FakeWebSocket.made.length], [[["canvas", 1]], [2], [], 1]);
});

test("a choice that the server kept in part is remembered as the server has it", () => {
  const { link, clock } = welcomed();
  link.choose({ style: { night: 0.5, wave: 0.5 }, strength: 0.8 });
  clock.pass(200);
  link.adopt({ revision: 1, style: { wave: 1 }, strength: 0.8 }, ["wave", "mist"]);
  equal(link.choice, { style: { wave: 1 }, strength: 0.8 });
});

test("a wish takes the next number of the choices, and the next choice the one after", () => {
  const { link, clock } = welcomed();
  link.choose({ style: { night: 1 }, strength: 0.5 });
  equal([link.wish({ words: [0, 3] }), link.wish({ text: "a storm", from: "camera" })], [2, 3]);
  clock.pass(200);
  link.choose({ style: { night: 1 }, strength: 0.6 });
  equal(FakeWebSocket.last.texts("wish"), [
    { type: "wish", revision: 2, words: [0, 3] },
    { type: "wish", revision: 3, text: "a storm", from: "camera" },
  ]);
  equal(FakeWebSocket.last.texts("set").map(({ revision }) => revision), [1, 4]);
});

test("a wish that cannot go out takes no number", () => {
  const { link, clock } = welcomed();
  FakeWebSocket.last.closes();
  equal([link.wish({ words: [0] }), link.keep(true)], [0, false]);
  clock.pass(300);
  FakeWebSocket.last.opens();
  FakeWebSocket.last.hears(WELCOME);
  equal([link.wish({ words: [0] }), link.keep(false)], [1, true]);
  equal(FakeWebSocket.last.texts("keep"), [{ type: "keep" }]);
});

test("a choice that the server knows is not told again because of a wish that came after it", () => {
  const { link, clock } = welcomed();
  link.choose({ style: { wave: 1 }, strength: 0.5 });
  link.wish({ words: [0] });
  FakeWebSocket.last.closes();
  clock.pass(300);
  FakeWebSocket.last.opens();
  FakeWebSocket.last.hears({ ...WELCOME, settings: { revision: 1 } });
  equal([FakeWebSocket.last.texts("set"), link.wish({ words: [1] })], [[], 3]);
});

test("how a wish goes on, and that a picture was kept, is passed on", () => {
  const { heard } = welcomed();
  FakeWebSocket.last.hears({ type: "dream", revision: 1, state: "queued", place: 1 });
  FakeWebSocket.last.hears({ type: "kept", revision: 1, url: "https://gallery.example/kept/a" });
  equal(heard.dreams, ["queued", "kept"]);
});
