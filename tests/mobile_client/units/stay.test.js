import { Dreaming } from "/client/dreaming.js";
import { Stay } from "/client/stay.js";
import { FakeClock, FakeWebSocket, overlayBytes } from "./fakes.js";
import { equal, ok, test } from "./claims.js";

const MANY_MS = 20_000;

function cardOf({ styles = ["night", "wave"], ...station } = {}) {
  const here = { id: "a", number: 1, title: { en: "A" }, experience: "lens", region: "all", open: true, strength: 1 };
  const offered = styles.map((id) => ({ id, name: { en: id }, painter: "", year: null, thumbnail: "" }));
  const default_style = styles.length > 0 ? { [styles[0]]: 1 } : {};
  const exhibition = { id: "x", title: {} };
  return { exhibition, languages: ["en"], station: { ...here, styles: offered, default_style, ...station } };
}

function wordsOf({ station }) {
  return { id: station.id, experience: station.experience, styles: station.styles.map(({ id }) => id) };
}

/** A stay at a lens: socket, time, camera and the ticket's address are played. */
class Stayed {
  clock = new FakeClock();
  heard = { renewed: [], changing: [] };
  asked = [];
  #onFrame = null;

  constructor(card = cardOf(), loadDream = undefined) {
    FakeWebSocket.made.length = 0;
    this.stay = new Stay({
      window,
      clock: this.clock,
      camera: { eachFrame: (onFrame) => (this.#onFrame = onFrame) },
      video: document.createElement("video"),
      freshCanvas: () => document.createElement("canvas"),
      ticket: `T${Math.random()}`,
      card,
      Socket: FakeWebSocket,
      loadDream,
      ask: () => new Promise((answer, fail) => this.asked.push({ answer, fail })),
      handlers: {
        onStatus() {},
        onLost() {},
        onOver() {},
        onNearby() {},
        onRenewed: (renewed) => this.heard.renewed.push(renewed),
        onChange: () => this.heard.changing.push(this.stay.changing),
      },
    });
    this.stay.begin("en");
    if (!loadDream) this.greet(card);
  }

  get isAsking() {
    return this.#onFrame !== null;
  }

  greet(card, settings = { revision: 0, style: { night: 1 }, strength: 1 }) {
    FakeWebSocket.last.opens();
    FakeWebSocket.last.hears({ type: "welcome", resume: "r", credits: 2, station: wordsOf(card), settings });
    FakeWebSocket.last.hears({ type: "status", state: "live", fps: 15, width: 320, height: 240 });
  }

  hearChange(card, settings = { revision: 0, style: { night: 1 }, strength: 1 }) {
    FakeWebSocket.last.hears({ type: "changed", station: wordsOf(card), settings });
  }

  /** The server's answer to a question about the ticket. */
  async answer(at, card) {
    this.asked[at].answer(new Response(JSON.stringify(card)));
    await settled();
  }

  async fail(at) {
    this.asked[at].fail(new TypeError("no network"));
    await settled();
  }
}

/** Until what was answered was read. */
async function settled() {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => setTimeout(done));
}

test("a station that changed is read again, and its styles are offered over the same connection", async () => {
  const stayed = new Stayed();
  const next = cardOf({ styles: ["mist", "forms"] });
  stayed.hearChange(next, { revision: 0, style: { forms: 1 }, strength: 0.5 });
  equal([stayed.asked.length, stayed.heard.renewed.length], [1, 0]);
  await stayed.answer(0, next);
  const { choice, card } = stayed.stay;
  equal([choice.ids, choice.picked, choice.strength], [["mist", "forms"], ["forms"], 0.5]);
  equal([card.station.styles.length, stayed.heard.renewed, FakeWebSocket.made.length], [2, [next], 1]);
  equal([stayed.isAsking, FakeWebSocket.last.texts("bye"), FakeWebSocket.last.texts("set")], [true, [], []]);
  stayed.stay.end();
});

test("of several changes the newest wins, and an answer from before it is not taken", async () => {
  const stayed = new Stayed();
  const [early, late] = [cardOf({ styles: ["mist"] }), cardOf({ styles: ["forms"] })];
  stayed.hearChange(early, { revision: 0, style: { mist: 1 }, strength: 1 });
  stayed.hearChange(late, { revision: 0, style: { forms: 1 }, strength: 1 });
  await stayed.answer(1, late);
  await stayed.answer(0, early);
  equal([stayed.heard.renewed, stayed.stay.choice.picked], [[late], ["forms"]]);
  stayed.stay.end();
});

test("a server that is away is asked again until it answers", async () => {
  const stayed = new Stayed();
  const next = cardOf({ styles: ["mist"] });
  stayed.hearChange(next);
  for (const at of [0, 1]) {
    await stayed.fail(at);
    stayed.clock.pass(1000);
  }
  await stayed.answer(2, next);
  equal([stayed.heard.renewed, FakeWebSocket.made.length], [[next], 1]);
  stayed.stay.end();
});

test("a visitor who leaves meanwhile is not called back", async () => {
  const stayed = new Stayed();
  const next = cardOf({ experience: "canvas" });
  stayed.hearChange(next);
  stayed.stay.end();
  await stayed.answer(0, next);
  stayed.clock.pass(MANY_MS);
  equal([stayed.heard.renewed, stayed.isAsking, stayed.asked.length, stayed.stay.changing], [[], false, 1, false]);
});

test("a choice on its way counts where the station still offers it, and what the server kept where it does not", async () => {
  for (const [styles, expected] of [
    [["mist", "wave"], "wave"],
    [["mist", "forms"], "mist"],
  ]) {
    const stayed = new Stayed();
    const next = cardOf({ styles });
    stayed.stay.choice.pick("wave");
    stayed.stay.tellChoice();
    stayed.hearChange(next, { revision: 0, style: { mist: 1 }, strength: 1 }); // before the server heard of it
    await stayed.answer(0, next);
    equal(stayed.stay.choice.picked, [expected]);
    FakeWebSocket.last.closes();
    stayed.clock.pass(1000);
    stayed.greet(next, { revision: 0, style: { mist: 1 }, strength: 1 });
    equal(FakeWebSocket.last.texts("set")[0].style, { [expected]: 1 });
    stayed.stay.end();
  }
});

test("the last picture stays at a lens until the new one is there, and not for ever", async () => {
  const stayed = new Stayed();
  stayed.hearChange(cardOf());
  equal(stayed.stay.changing, true);
  stayed.clock.pass(2000);
  equal(stayed.stay.changing, false);
  stayed.stay.end();
});

test("a lens becomes a canvas and again a lens, over the same connection", async () => {
  const stayed = new Stayed();
  for (const [at, experience] of ["canvas", "lens"].entries()) {
    const next = cardOf({ experience });
    stayed.hearChange(next);
    await stayed.answer(at, next);
    equal([stayed.stay.card.station.experience, stayed.isAsking], [experience, true]);
    equal(stayed.stay.framing.advice, experience === "canvas" ? "point" : "none");
  }
  FakeWebSocket.last.hears(overlayBytes(9)); // answers no frame of this connection, and breaks nothing
  equal([FakeWebSocket.made.length, FakeWebSocket.last.texts("bye")], [1, []]);
  stayed.stay.end();
  equal(stayed.isAsking, false);
});

test("where the curator gives the overlay now there is nothing to choose any more", async () => {
  const stayed = new Stayed();
  stayed.stay.choice.pick("wave");
  stayed.stay.tellChoice();
  const next = cardOf({ styles: [], experience: "canvas", overlay: { kind: "picture", url: "/none.jpg" } });
  stayed.hearChange(next, { revision: 1, style: {}, strength: 1 });
  await stayed.answer(0, next);
  equal(stayed.stay.choice, null);
  stayed.stay.end();
});

test("what changed while the connection was away is found out after it, and nothing is said where nothing did", async () => {
  const stayed = new Stayed();
  const next = cardOf({ title: { en: "B" } });
  for (const [at, card] of [cardOf(), next].entries()) {
    FakeWebSocket.last.closes();
    stayed.clock.pass(1000);
    stayed.greet(card);
    await stayed.answer(at, card);
  }
  equal(stayed.heard.renewed, [next]);
  stayed.stay.end();
});

test("a card that was read before the last publication is read again at the first welcome", async () => {
  const stayed = new Stayed(cardOf());
  equal(stayed.asked.length, 0);
  stayed.stay.end();
  const late = new Stayed(cardOf({ experience: "canvas" }));
  FakeWebSocket.last.hears({ type: "welcome", credits: 2, station: wordsOf(cardOf()), settings: { revision: 0, style: {} } });
  ok(late.asked.length > 0, "a question about the ticket");
  late.stay.end();
});

const DREAM = {
  experience: "dream", styles: [],
  dream: { mode: "chosen", words: [{ en: "storm" }, { en: "gold" }], from: ["words"], max_chars: 99, pictures: 3, keep: false, wall: false },
};
const join = (words) => words.map(({ en }) => en).join();

test("a dream is connected to once all that it needs was loaded, and goes on over a resumed connection", async () => {
  const card = cardOf(DREAM);
  const stayed = new Stayed(card, async () => Dreaming);
  equal([FakeWebSocket.made.length, stayed.stay.dreaming], [0, null]);
  await settled();
  stayed.greet(card, { revision: 0, style: {}, strength: 1 });
  const { dreaming } = stayed.stay;
  dreaming.words.toggle(DREAM.dream.words[0]);
  dreaming.make(join);
  FakeWebSocket.last.hears({ type: "dream", revision: 1, state: "queued", place: 2 });
  equal([FakeWebSocket.last.texts("wish"), dreaming.dream.state], [[{ type: "wish", revision: 1, words: [0] }], "queued"]);
  FakeWebSocket.last.closes();
  stayed.clock.pass(1000);
  stayed.greet(card, { revision: 0, style: {}, strength: 1 });
  equal([dreaming.dream.state, stayed.stay.dreaming === dreaming, stayed.stay.choice], ["lost", true, null]);
  stayed.stay.end();
});

test("a dream that cannot be had is not connected to", async () => {
  const stayed = new Stayed(cardOf(DREAM), async () => null);
  await settled();
  equal([FakeWebSocket.made.length, stayed.isAsking], [0, false]);
  stayed.stay.end();
});

test("a lens becomes a dream over the same connection, and a dream a lens", async () => {
  const stayed = new Stayed(cardOf(), async () => Dreaming);
  stayed.greet(cardOf());
  stayed.hearChange(cardOf(DREAM), { revision: 0, style: {}, strength: 1 });
  await stayed.answer(0, cardOf(DREAM));
  ok(stayed.stay.dreaming, "a dream");
  const other = cardOf({ ...DREAM, dream: { ...DREAM.dream, words: [{ en: "ice" }] } });
  stayed.hearChange(other, { revision: 0, style: {}, strength: 1 });
  await stayed.answer(1, other);
  equal(stayed.stay.dreaming.words.offered, [{ en: "ice" }]);
  stayed.hearChange(cardOf());
  await stayed.answer(2, cardOf());
  equal([stayed.stay.dreaming, FakeWebSocket.made.length], [null, 1]);
  stayed.stay.end();
});

test("a picture is shown as it was made where no style counts at a dream", async () => {
  const card = cardOf({ ...DREAM, styles: ["night", "wave"], default_style: {} });
  const stayed = new Stayed(card, async () => Dreaming);
  equal(stayed.stay.choice.strength, 0);
  await settled();
  stayed.greet(card, { revision: 0, style: { wave: 1 }, strength: 0.7 });
  equal([stayed.stay.choice.picked, stayed.stay.choice.strength], [["wave"], 0.7]);
  stayed.stay.end();
});
