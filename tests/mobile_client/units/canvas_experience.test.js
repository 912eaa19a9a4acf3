import { sizeOf } from "/client/core/camera_pictures.js";
import { CanvasExperience } from "/client/core/canvas_experience.js";
import { OverlaySource } from "/client/core/overlay_source.js";
import { Stamina } from "/client/core/stage/stamina.js";
import { MotionHint } from "/client/core/warp/motion_hint.js";
import { fromCorners } from "/client/core/warp/homography.js";
import { equal, near, ok, test } from "./claims.js";
import { FakeClock } from "./fakes.js";
import { apart, artwork, frameOf, handHeld } from "./scenes.js";

const ART = artwork(3);

/** A camera picture of the artwork, in grey. */
function pictureAt(atS) {
  const grey = frameOf(ART, fromCorners(handHeld(atS)));
  const rgba = new ImageData(320, 240);
  rgba.data.set(Uint8ClampedArray.from({ length: grey.length * 4 }, (_, at) => (at % 4 === 3 ? 255 : grey[at >> 2])));
  return createImageBitmap(rgba);
}

function poseAt(atS, seq, captureMs, state = 1) {
  const homography = state === 0 ? null : fromCorners(handHeld(atS));
  return { state, seq, capture_ms: captureMs, homography, revision: 0, confidence: 1, error_px: 0 };
}

async function jpegOf(colour) {
  const canvas = new OffscreenCanvas(32, 24);
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 32, 24);
  return new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
}

async function until(holds, what) {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (holds()) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`waited in vain until ${what}`);
}

/** A canvas experience whose camera, link and clock are played; `show` gives it the next camera picture. */
function setUp({ station = {}, hasRoom = true, grab = (atS) => pictureAt(atS) } = {}) {
  const clock = new FakeClock();
  const told = { canvases: [], sent: [], shown: 0, dropped: [], anchored: [] };
  let onFrame = null;
  let atS = 0;
  const experience = new CanvasExperience({
    clock,
    freshCanvas: () => told.canvases[told.canvases.push(document.createElement("canvas")) - 1],
    video: document.createElement("video"),
    camera: { eachFrame: (next) => (onFrame = next) },
    link: { hasRoom, sendFrame: (frame) => (told.sent.push(frame.capture_ms), true) },
    station: { overlay: null, target: null, ...station },
    calm: true,
    grab: () => grab(atS),
    onShown: () => (told.shown += 1),
    onDropped: (reason) => told.dropped.push(reason),
    onAnchored: (on) => told.anchored.push(on),
  });
  const show = async (seconds) => {
    await until(() => !experience.isBusy, "the stage was open");
    const shown = told.shown;
    offer(seconds);
    await until(() => told.shown > shown, "the picture was shown");
    await until(() => !experience.isBusy, "the stage was done");
    clock.pass(33);
  };
  const offer = (seconds) => {
    atS = seconds;
    onFrame?.(clock.nowMs());
  };
  const seen = () => told.canvases.at(-1).dataset;
  return { experience, clock, told, show, offer, seen, isAsking: () => onFrame !== null };
}

const PACE = { fps: 15, width: 480, height: 360 };

test("pictures are sent and shown, with the overlay where the artwork is in them", async () => {
  const { experience, clock, told, show, seen } = setUp();
  experience.run(PACE);
  experience.hearTexture({ number: 1, revision: 2, picture: await jpegOf("#ffffff") });
  const firstMs = clock.nowMs();
  await show(0);
  await until(() => told.sent.length > 0, "it was sent");
  equal([told.sent, seen().corners, experience.isFresh], [[firstMs], "", false]);
  await show(1 / 30);
  experience.hearPose(poseAt(0, 1, firstMs));
  for (let frame = 2; frame < 8; frame += 1) await show(frame / 30);
  const corners = seen().corners.split(",").map(Number);
  ok(apart(corners, handHeld(7 / 30)) < 1.5, `corners of now, got ${corners}`);
  equal([seen().warp, seen().shownSeq, seen().shownRevision], ["tracked", "1", "2"]);
  equal([told.anchored, experience.isFresh, experience.warp.mode], [[true], true, "tracked"]);
  ok(Number(seen().mainMs) >= 0, "the cost on this thread");
  ok(told.sent.length >= 2 && told.sent.length < 8, "no more sent than asked for");
  experience.end();
});

test("without room on the link pictures are shown all the same, and none is sent", async () => {
  const { experience, told, show } = setUp({ hasRoom: false });
  experience.run(PACE);
  await show(0);
  await show(0.03);
  equal([told.sent, told.shown], [[], 2]);
  experience.end();
});

test("a picture that comes while another is warped is neither shown nor sent", async () => {
  const { experience, told, offer } = setUp();
  experience.run(PACE);
  await until(() => !experience.isBusy, "the stage was open");
  offer(0);
  offer(0);
  await until(() => told.shown > 0 && !experience.isBusy, "one was shown");
  await until(() => told.sent.length > 0, "it was sent");
  equal([told.shown, told.sent.length], [1, 1]);
  experience.end();
});

test("a pose for a picture that was never taken is dropped as stale", async () => {
  const { experience, told, show } = setUp();
  experience.run(PACE);
  await show(0);
  experience.hearPose(poseAt(0, 1, 77));
  await show(0.03);
  await until(() => told.dropped.includes("stale_pose"), "the pose was dropped");
  experience.end();
});

test("after another connection the overlay waits for a new pose", async () => {
  const { experience, clock, told, show, seen } = setUp();
  experience.run(PACE);
  experience.hearTexture({ number: 1, revision: 0, picture: await jpegOf("#ffffff") });
  const firstMs = clock.nowMs();
  await show(0);
  experience.hearPose(poseAt(0, 1, firstMs));
  for (let frame = 1; frame < 6; frame += 1) await show(0);
  ok(seen().corners !== "", "shown");
  experience.startAnew();
  await show(0);
  equal([seen().corners, told.anchored, experience.isFresh], ["", [true, false], false]);
  experience.end();
});

test("when it stops no more pictures are asked for", async () => {
  const { experience, show, isAsking } = setUp();
  experience.run(PACE);
  await show(0);
  experience.stop();
  equal(isAsking(), false);
  experience.end();
});

/** A worker that tells one thing when it is opened, if anything, and then nothing. */
function workerThat(message) {
  return class {
    static taken = 0;
    postMessage({ type }) {
      if (type === "see") this.constructor.taken += 1;
      if (type === "open" && message) setTimeout(() => this.onmessage({ data: message }));
    }
    terminate() {}
  };
}

/** Runs with another kind of worker; gives what was warned of. */
async function withWorker(kind, run) {
  const [kept, warn] = [window.Worker, console.warn];
  const warnings = [];
  console.warn = (text) => warnings.push(text);
  window.Worker = kind;
  try {
    await run();
  } finally {
    window.Worker = kept;
    console.warn = warn;
  }
  return warnings;
}

/** Offers pictures until one is sent, tells where the artwork was in it, and waits for it to be shown. */
async function posesAreShown({ experience, clock, told, offer, seen }) {
  const before = told.sent.length;
  for (let tries = 0; told.sent.length === before && tries < 500; tries += 1) {
    offer(0);
    await new Promise((done) => setTimeout(done, 10));
  }
  const sentMs = told.sent.at(-1);
  const shown = told.shown;
  experience.hearPose(poseAt(0, 1, sentMs));
  await until(() => told.shown > shown, "the pose was shown");
  near(seen().corners.split(",").map(Number), handHeld(0), 1e-5);
  equal([seen().warp, seen().shownCaptureMs, experience.warp.mode], ["pose", String(sentMs), "pose"]);
  clock.pass(100);
}

test("where a worker cannot draw, the page itself follows the artwork and draws", async () => {
  const warnings = await withWorker(workerThat({ type: "unable", why: "played" }), async () => {
    const { experience, clock, told, show, offer, seen } = setUp();
    experience.hearTexture({ number: 1, revision: 5, picture: await jpegOf("#ffffff") });
    experience.run(PACE);
    equal(seen().stage, "worker");
    await until(() => told.canvases.length === 2, "another canvas was asked for");
    for (; told.shown === 0; await new Promise((done) => setTimeout(done, 10))) offer(0);
    const firstMs = Number(seen().shownCaptureMs);
    experience.hearPose(poseAt(0, 1, firstMs));
    clock.pass(33);
    for (let frame = 1; frame < 6; frame += 1) await show(frame / 30);
    ok(apart(seen().corners.split(",").map(Number), handHeld(5 / 30)) < 1.5, "corners of now");
    equal([seen().stage, seen().warp, seen().shownRevision], ["page", "tracked", "5"]);
    experience.end();
  });
  equal(warnings, ["the stage is not in a worker: played"]);
});

test("where the worker breaks, poses are shown with their own pictures, and telemetry says so", async () => {
  const warnings = await withWorker(workerThat({ type: "failed", why: "no modules here" }), async () => {
    const all = setUp();
    all.experience.hearTexture({ number: 1, revision: 0, picture: await jpegOf("#ffffff") });
    all.experience.run(PACE);
    await until(() => all.experience.warp.mode === "pose", "the worker was given up");
    await posesAreShown(all);
    equal([all.told.anchored, all.experience.isFresh], [[true], true]);
    all.experience.hearPose(poseAt(0, 2, 77));
    equal(all.told.dropped, ["stale_pose"]);
    all.experience.end();
  });
  equal(warnings.length, 2);
});

test("a worker that does not answer for four seconds is given up", async () => {
  const silent = workerThat({ type: "opened" });
  await withWorker(silent, async () => {
    const all = setUp();
    all.experience.hearTexture({ number: 1, revision: 0, picture: await jpegOf("#ffffff") });
    all.experience.run(PACE);
    await until(() => !all.experience.isBusy, "the worker was open");
    all.offer(0);
    await until(() => silent.taken > 0, "the worker took the picture");
    all.clock.pass(3900);
    for (let frame = 0; frame < 40; frame += 1) all.offer(0);
    equal(all.experience.warp.mode, "tracked");
    all.clock.pass(200);
    all.offer(0);
    await posesAreShown(all);
    all.experience.end();
  });
});

test("a page that slept for long is not taken for a worker that does not answer", async () => {
  const busy = workerThat({ type: "opened" });
  await withWorker(busy, async () => {
    const { experience, clock, offer, told } = setUp();
    experience.run(PACE);
    await until(() => !experience.isBusy, "the worker was open");
    offer(0);
    await until(() => busy.taken > 0, "the worker took the picture");
    clock.pass(60_000);
    offer(0);
    equal([experience.warp.mode, told.canvases.length], ["tracked", 1]);
    experience.end();
  });
});

test("a worker that takes long to load is waited for, and no picture is taken meanwhile", async () => {
  const slow = workerThat(null);
  await withWorker(slow, async () => {
    const { experience, clock, told, offer } = setUp();
    experience.run(PACE);
    for (let frame = 0; frame < 100; frame += 1) {
      offer(0);
      clock.pass(100);
    }
    equal([experience.warp.mode, told.canvases.length, slow.taken], ["tracked", 1, 0]);
    experience.end();
  });
});

test("a stage that cannot be made is told, and tried again when the server says to go on", async () => {
  const { getContext } = HTMLCanvasElement.prototype;
  const { error } = console;
  HTMLCanvasElement.prototype.getContext = () => {
    throw new Error("played");
  };
  console.error = () => {};
  try {
    await withWorker(undefined, async () => {
      const { experience, told, show } = setUp();
      experience.run(PACE);
      await until(() => told.dropped.length > 0, "it was told");
      equal(told.dropped, ["no_stage"]);
      HTMLCanvasElement.prototype.getContext = getContext;
      experience.run(PACE);
      await show(0);
      experience.end();
    });
  } finally {
    HTMLCanvasElement.prototype.getContext = getContext;
    console.error = error;
  }
});

test("a picture that cannot be taken is told, and the next one is shown", async () => {
  let isGone = true;
  const grab = async (atS) => {
    if (isGone) throw new DOMException("played", "InvalidStateError");
    return pictureAt(atS);
  };
  const { experience, told, show, offer } = setUp({ grab });
  experience.run(PACE);
  await until(() => !experience.isBusy, "the stage was open");
  offer(0);
  await until(() => told.dropped.length > 0, "it was told");
  equal([told.dropped, told.shown], [["ungrabbed"], 0]);
  isGone = false;
  await show(0);
  experience.end();
});

test("without WebGL 2 poses are shown with their own pictures, drawn in pieces", async () => {
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === "webgl2" ? null : getContext.call(this, kind, ...rest);
  };
  try {
    await withWorker(undefined, async () => {
      const all = setUp();
      all.experience.hearTexture({ number: 1, revision: 0, picture: await jpegOf("#ffffff") });
      all.experience.run(PACE);
      await until(() => all.experience.warp.mode === "pose", "the late warp was given up");
      await posesAreShown(all);
      all.experience.end();
    });
  } finally {
    HTMLCanvasElement.prototype.getContext = getContext;
  }
});

test("a stay that was ended can go on, on another canvas", async () => {
  const { experience, told, show, offer, seen } = setUp();
  experience.run(PACE);
  await show(0);
  experience.end();
  offer(0);
  experience.run(PACE);
  await show(0);
  equal([told.canvases.length, told.shown, seen().stage], [2, 2, "worker"]);
  experience.end();
});

/** Opens a curator's picture; what the server answers is played. */
async function openPicture(answer) {
  const told = { laid: [], dropped: [] };
  const [asked, complained] = [window.fetch, console.error];
  window.fetch = async () => answer;
  console.error = () => {};
  try {
    const source = new OverlaySource({
      overlay: { kind: "picture", url: "/media/overlay.jpg" },
      onOverlay: ({ width, height }, revision) => told.laid.push([width, height, revision]),
      onDropped: (reason) => told.dropped.push(reason),
    });
    source.begin();
    source.begin();
    await until(() => told.laid.length + told.dropped.length > 0, "it was loaded or not");
  } finally {
    window.fetch = asked;
    console.error = complained;
  }
  return told;
}

test("a clip gives each of its pictures once", async () => {
  const film = Object.assign(document.createElement("canvas"), { width: 32, height: 24 });
  const draw = () => film.getContext("2d").fillRect(0, 0, 32, 24);
  draw();
  const clip = Object.assign(document.createElement("video"), { srcObject: film.captureStream(30) });
  const create = document.createElement;
  document.createElement = () => clip;
  const source = new OverlaySource({
    overlay: { kind: "clip", url: "" },
    onOverlay() {},
    onDropped() {},
  });
  equal(await source.grab(), null);
  try {
    source.begin();
  } finally {
    document.createElement = create;
  }
  let first = null;
  for (let tries = 0; !first && tries < 500; tries += 1) {
    draw();
    await new Promise((done) => setTimeout(done, 10));
    first = await source.grab();
  }
  source.end();
  await new Promise((done) => setTimeout(done, 50));
  (await source.grab())?.close();
  equal([sizeOf(first), await source.grab()], [{ width: 32, height: 24 }, null]);
  first.close();
});

test("the curator's picture is laid on the artwork, and one that cannot be had is said", async () => {
  equal(await openPicture(new Response(await jpegOf("#123456"))), { laid: [[32, 24, 0]], dropped: [] });
  equal(await openPicture(new Response("", { status: 404 })), { laid: [], dropped: ["overlay_unloaded"] });
  equal(await openPicture(new Response("no picture")), { laid: [], dropped: ["undecodable"] });
});

test("of textures that come while one is decoded only the newest is laid", async () => {
  const laid = [];
  const dropped = [];
  const source = new OverlaySource({
    overlay: null,
    onOverlay: (_, revision) => laid.push(revision),
    onDropped: (reason) => dropped.push(reason),
  });
  const picture = await jpegOf("#123456");
  for (const revision of [1, 2, 3]) source.hear({ number: revision, revision, picture });
  source.hear({ number: 4, revision: 4, picture: new Uint8Array(4) });
  await until(() => laid.length + dropped.length === 4, "all were dealt with");
  equal([laid, dropped.sort()], [[1], ["replaced", "replaced", "undecodable"]]);
});

test("a phone is exhausted when the median of twenty warps takes more than 40 ms, once it has warmed up", () => {
  const stamina = new Stamina();
  for (let warp = 0; warp < 24; warp += 1) stamina.took(warp < 5 ? 500 : 41);
  equal([stamina.isExhausted, stamina.p50Ms], [false, 41]);
  stamina.took(41);
  equal(stamina.isExhausted, true);
  for (let warp = 0; warp < 15; warp += 1) stamina.took(8);
  equal([stamina.isExhausted, stamina.p95Ms], [false, 41]);
});

test("a single slow warp exhausts nobody", () => {
  const stamina = new Stamina();
  for (let warp = 0; warp < 60; warp += 1) stamina.took(warp % 10 === 0 ? 400 : 9);
  equal(stamina.isExhausted, false);
});

/** A window whose motion sensors are played. */
class MotionWindow extends EventTarget {
  constructor(angle = 0) {
    super();
    this.screen = { orientation: { angle } };
  }

  turns(timeStamp, alpha, beta, gamma) {
    const event = new Event("devicemotion");
    Object.defineProperty(event, "rotationRate", { value: { alpha, beta, gamma } });
    Object.defineProperty(event, "timeStamp", { value: timeStamp });
    this.dispatchEvent(event);
  }
}

test("motion sensors tell how far the phone turned between two pictures, about the picture's axes", () => {
  const [hint, sensors] = [new MotionHint(0), new MotionWindow()];
  hint.listenTo(sensors);
  hint.listenTo(sensors);
  for (let ms = 0; ms <= 200; ms += 10) sensors.turns(ms, 90, -45, 0);
  near(hint.between(50, 150), [Math.PI / 20, Math.PI / 40, 0], 1e-6);
});

test("a phone held sideways turns about the picture's axes all the same", () => {
  const [hint, sensors] = [new MotionHint(0), new MotionWindow(90)];
  hint.listenTo(sensors);
  for (let ms = 0; ms <= 200; ms += 10) sensors.turns(ms, 90, 0, 0);
  near(hint.between(50, 150), [0, -Math.PI / 20, 0], 1e-6);
});

test("sensors that are absent, silent, stopped or null give no hint", () => {
  const [hint, sensors] = [new MotionHint(0), new MotionWindow()];
  equal(hint.between(0, 10), null);
  hint.listenTo(sensors);
  sensors.turns(5, null, null, null);
  equal(hint.between(0, 10), null);
  for (let ms = 0; ms <= 100; ms += 10) sensors.turns(ms, 1, 1, 1);
  equal([hint.between(-50, 50), hint.between(50, 400)], [null, null]);
  hint.stop();
  sensors.turns(110, 1, 1, 1);
  equal(hint.between(90, 105), null);
});
