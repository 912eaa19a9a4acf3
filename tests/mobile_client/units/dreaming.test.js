import { Dreaming, PATIENCE_MS } from "/client/dreaming.js";
import { LANGUAGES, Texts } from "/client/texts/languages.js";
import { codeLine, mayRetry, spokenLine, vainLine, viewAlt } from "/client/view/dream_lines.js";
import { KeyboardRoom } from "/client/view/keyboard_room.js";
import { FakeClock } from "./fakes.js";
import { equal, ok, test } from "./claims.js";

const texts = await Texts.load(LANGUAGES[0], ["studio", "dream"]);
const OFFER = {
  mode: "chosen", words: [{ en: "storm" }, { en: "gold" }], from: ["words", "picture"], max_chars: 99, pictures: 3,
  keep: true, wall: true,
};
const MADE = { words: "storm", unknown: ["zorb"] };
const join = (words, text) => [...words.map(({ en }) => en), text].filter(Boolean).join(", ");

/** A dream over a link that is played. */
class Dreamt {
  clock = new FakeClock();
  sent = [];
  laid = [];
  revision = 0;
  isOpen = true;

  constructor(offer = {}) {
    this.dreaming = new Dreaming({
      station: { dream: { ...OFFER, ...offer } },
      clock: this.clock,
      link: {
        wish: (fields) => this.isOpen && this.sent.push(fields) ? (this.revision += 1) : 0,
        cancelWish: () => this.sent.push("cancel"),
        keep: (wall) => (this.sent.push({ wall }), this.isOpen),
      },
      lay: (texture) => this.laid.push(texture?.number ?? null),
      onChange: () => {},
    });
    this.dreaming.words.toggle(OFFER.words[0]);
  }

  told(state, more = {}) {
    this.dreaming.hear({ type: "dream", revision: this.revision, state, ...more });
  }

  hangs(number, revision = this.revision) {
    this.dreaming.hearTexture({ number, revision, picture: new Uint8Array(4) });
  }

  /** A picture is wished for and made. */
  finish(number = 1) {
    this.dreaming.make(join);
    this.hangs(number);
    this.told("done", { made: MADE, can_keep: true });
  }
}

test("from words to a picture, and what can be done with it", () => {
  const dreamt = new Dreamt();
  const { dreaming } = dreamt;
  const leaves = [dreaming.leaf];
  dreaming.make(join);
  leaves.push(dreaming.leaf);
  dreamt.hangs(1);
  dreamt.told("done", { made: MADE, can_keep: true });
  leaves.push(dreaming.leaf);
  equal([leaves, dreamt.sent, dreamt.laid], [["words", "wait", "picture"], [{ words: [0] }], [1]]);
  equal([dreaming.mayVary, dreaming.mayRepeat, dreaming.mayKeep, dreaming.left], [true, true, true, 2]);
  dreaming.vary();
  dreamt.hangs(2);
  dreamt.told("done", { made: MADE, can_keep: true });
  dreaming.repeat();
  equal(dreamt.sent.slice(1), [{ words: [0], from: "picture", change: 0.6 }, { words: [0] }]);
});

test("nothing is sent while there are no words, and nothing twice", () => {
  const dreamt = new Dreamt();
  dreamt.dreaming.words.toggle(OFFER.words[0]);
  dreamt.dreaming.make(join);
  dreamt.dreaming.vary();
  dreamt.dreaming.cancel();
  dreamt.dreaming.keep(true);
  equal(dreamt.sent, []);
});

test("a wish that is cancelled takes its picture off the artwork", () => {
  const dreamt = new Dreamt();
  dreamt.dreaming.make(join);
  dreamt.hangs(1);
  dreamt.dreaming.cancel();
  equal([dreamt.sent, dreamt.laid, dreamt.dreaming.leaf], [[{ words: [0] }, "cancel"], [1, null], "words"]);
  dreamt.hangs(2);
  equal(dreamt.laid, [1, null]);
});

test("a wish of which nothing is heard is given up, and can be made again", () => {
  const dreamt = new Dreamt();
  dreamt.dreaming.make(join);
  dreamt.clock.pass(PATIENCE_MS);
  const { dreaming } = dreamt;
  equal([dreaming.dream.state, dreaming.leaf, mayRetry(dreaming)], ["failed", "words", true]);
  dreaming.retry();
  equal([dreamt.sent.length, dreaming.leaf], [2, "wait"]);
});

test("a wish of which something was heard is waited for", () => {
  const dreamt = new Dreamt();
  dreamt.dreaming.make(join);
  dreamt.told("queued", { place: 9, estimate_s: 300 });
  dreamt.clock.pass(20 * PATIENCE_MS);
  equal(dreamt.dreaming.dream.state, "queued");
});

test("a wish that cannot go out says so", () => {
  const dreamt = new Dreamt();
  dreamt.isOpen = false;
  dreamt.dreaming.make(join);
  equal([vainLine(texts, dreamt.dreaming), mayRetry(dreamt.dreaming)], ["There is no connection at the moment.", true]);
});

test("after a lost connection the wish is offered again, and the picture before it is still there", () => {
  const dreamt = new Dreamt();
  dreamt.finish(1);
  dreamt.dreaming.repeat();
  dreamt.hangs(2);
  dreamt.dreaming.startAnew(true);
  const { dreaming } = dreamt;
  equal([dreaming.leaf, dreamt.laid, mayRetry(dreaming)], ["words", [1, 2, 1], true]);
  equal(vainLine(texts, dreaming), "The connection was lost while your picture was made.");
  dreaming.choose(false);
  equal([dreaming.leaf, dreaming.mayVary], ["picture", true]);
  dreaming.startAnew(false);
  equal([dreaming.mayVary, dreaming.mayKeep, dreaming.mayRepeat], [false, false, true]);
});

test("who had all the pictures of a visit can wish for none", () => {
  const dreamt = new Dreamt();
  dreamt.dreaming.make(join);
  dreamt.told("refused", { code: "too_many", message: "" });
  equal([dreamt.dreaming.isSpent, dreamt.dreaming.left, mayRetry(dreamt.dreaming)], [true, 0, false]);
});

test("a picture is kept by its private link until it is another picture", () => {
  const dreamt = new Dreamt();
  dreamt.finish();
  const { dreaming } = dreamt;
  dreaming.keep(true);
  dreaming.keep(true);
  equal([dreamt.sent.slice(1), dreaming.keeping.kept.isAsked], [[{ wall: true }], true]);
  dreaming.hear({ type: "kept", revision: 1, url: "https://gallery.example/kept/a", expires_at: "2026-12-28T10:00:00Z" });
  equal([dreaming.keeping.kept.url, dreaming.keeping.everKept], ["https://gallery.example/kept/a", true]);
  dreamt.hangs(2, 2);
  equal([dreaming.keeping.kept, dreaming.keeping.everKept], [null, true]);
});

test("keeping that is refused, or not answered, is said", () => {
  const dreamt = new Dreamt();
  dreamt.finish();
  dreamt.dreaming.keep(false);
  dreamt.dreaming.hear({ type: "kept", revision: 1, code: "keeping_off", message: "" });
  equal(codeLine(texts, dreamt.dreaming.keeping.kept), "Pictures cannot be kept in this exhibition.");
  dreamt.dreaming.keep(false);
  dreamt.clock.pass(PATIENCE_MS);
  equal([dreamt.dreaming.keeping.kept.isAsked, dreamt.dreaming.keeping.kept.code], [false, "unanswered"]);
});

test("a picture hangs by itself once it is finished and the artwork in view", () => {
  const dreamt = new Dreamt();
  const { dreaming } = dreamt;
  dreaming.anchor(true);
  equal([dreaming.wantsArtwork, dreaming.isLarge], [false, false]);
  dreaming.make(join);
  dreamt.hangs(1);
  equal([dreaming.isLarge, dreaming.wantsArtwork], [true, false]);
  dreamt.told("done", { made: MADE });
  equal([dreaming.isLarge, dreaming.wantsArtwork], [false, true]);
});

test("what can be seen is said in words", () => {
  const dreamt = new Dreamt();
  const { dreaming } = dreamt;
  equal([viewAlt(texts, dreaming), spokenLine(texts, dreaming)], ["Your camera view", ""]);
  dreaming.make(join);
  dreamt.told("queued", { place: 2, estimate_s: 8 });
  equal(spokenLine(texts, dreaming), "Your place: 2, About 10 seconds");
  dreamt.told("forming", { step: 1, steps: 4 });
  equal(spokenLine(texts, dreaming), "Your picture is forming");
  dreaming.anchor(true);
  dreamt.hangs(1);
  dreamt.told("done", { made: MADE });
  equal(spokenLine(texts, dreaming), "Your picture: storm. Not understood: zorb");
  equal(viewAlt(texts, dreaming), "Your camera view; on the artwork hangs this: Your picture: storm");
});

test("every code has a sentence, and one that is not known is a fault", () => {
  const codes = [
    "words_empty", "words_too_long", "words_control", "words_not_words", "words_listed", "words_instruction", "words_unknown",
    "words_chosen_only", "source_missing", "too_many", "busy", "no_model", "fault", "rejected", "nothing_to_keep", "keeping_off",
  ];
  const said = codes.map((code) => codeLine(texts, { code }));
  equal(new Set(said).size, codes.length);
  equal(codeLine(texts, { code: "gravity" }), codeLine(texts, { code: "fault" }));
  const busy = codeLine(texts, { code: "busy", retry_after_s: 20 });
  ok(busy.endsWith("Please try again in about 20 seconds."), `a time to come back, got ${busy}`);
});

test("words that were chosen for the visitor are spoken, and those that the visitor chose are not", () => {
  const { dreaming } = new Dreamt();
  equal(spokenLine(texts, dreaming), "");
  dreaming.words.surprise(() => 0);
  equal(spokenLine(texts, dreaming), "storm, gold");
  dreaming.words.toggle(OFFER.words[0]);
  equal(spokenLine(texts, dreaming), "");
});

test("a picture that forms says by itself that the wish was heard", () => {
  const dreamt = new Dreamt();
  dreamt.dreaming.make(join);
  dreamt.hangs(1);
  dreamt.clock.pass(2 * PATIENCE_MS);
  equal(dreamt.dreaming.dream.state, "forming");
});

test("the keyboard on the screen gets its room while something is written, and gives it back", () => {
  const root = document.createElement("section");
  const line = document.createElement("input");
  root.append(line);
  document.body.append(root);
  const viewport = Object.assign(new EventTarget(), { height: innerHeight - 300, offsetTop: 0, scale: 1 });
  const room = new KeyboardRoom(root, viewport);
  const resized = () => (viewport.dispatchEvent(new Event("resize")), [root.style.insetBlockEnd, root.hasAttribute("data-typing")]);
  equal(resized(), ["", false]);
  line.focus();
  equal(resized(), ["300px", true]);
  viewport.height = innerHeight - 40;
  equal(resized(), ["", false]);
  viewport.height = innerHeight - 300;
  resized();
  room.end();
  equal([resized(), new KeyboardRoom(root, null).end()], [["", false], undefined]);
  root.remove();
});

test("a wish does not end the patience with which a link is waited for", () => {
  const dreamt = new Dreamt();
  dreamt.finish();
  const { dreaming } = dreamt;
  dreaming.keep(false);
  dreaming.repeat();
  dreamt.told("queued", { place: 1 });
  dreamt.clock.pass(PATIENCE_MS);
  equal([dreaming.keeping.kept.code, dreaming.dream.state], ["unanswered", "queued"]);
});
