import { Framing, GLANCE_MS, PATIENCE_MS } from "/client/core/framing.js";
import { LANGUAGES, Texts } from "/client/texts/languages.js";
import { adviceOf, lineOf, pictureOf, spokenOf } from "/client/view/lines.js";
import { FakeClock } from "./fakes.js";
import { equal, test } from "./claims.js";

const texts = await Texts.load(LANGUAGES[0], ["studio"]);
const clock = new FakeClock();

function modelOf(changes = {}) {
  const card = { station: { experience: "canvas" } };
  return { state: "live", detail: {}, painted: "fresh", texts, card, framing: null, nearby: null, ...changes };
}

function searching() {
  const framing = new Framing(clock, () => {});
  framing.begin();
  return framing;
}

test("only one sentence stands over the picture: advice before what was reduced", () => {
  const slow = { state: "slow", detail: { reduced: ["resolution"] } };
  equal(lineOf(modelOf(slow)), "A little slower at the moment: smaller pictures");
  equal(lineOf(modelOf({ ...slow, framing: searching() })), "");
});

test("what is late is named as what it is", () => {
  equal(lineOf(modelOf({ painted: "late" })), texts.say("late_overlay_text"));
  const card = { station: { experience: "lens" } };
  equal(lineOf(modelOf({ painted: "late", card })), texts.say("late_text"));
});

test("while no worker is there, that is the only thing that is said", () => {
  const away = { framing: searching(), unwarned: true, painted: "late", house: { fallback: "" } };
  equal(lineOf(modelOf(away)), texts.say("fallback_text"));
  equal([adviceOf(modelOf(away)), spokenOf(modelOf(away))], [null, ""]);
  equal(lineOf(modelOf({ ...away, state: "waiting" })) === texts.say("fallback_text"), false);
});

test("no advice is given while nothing is live", () => {
  const framing = searching();
  equal(adviceOf(modelOf({ framing, state: "reconnecting" })), null);
  equal(spokenOf(modelOf({ framing, state: "waiting" })), "");
  equal(adviceOf(modelOf({ framing })), texts.say("framing_point"));
});

test("finding and losing the artwork is spoken", () => {
  const framing = searching();
  equal(spokenOf(modelOf({ framing })), texts.say("framing_point"));
  framing.anchor(true);
  equal(spokenOf(modelOf({ framing })), texts.say("framing_found"));
  framing.anchor(false);
  clock.pass(GLANCE_MS);
  equal(spokenOf(modelOf({ framing })), texts.say("framing_lost"));
  clock.pass(PATIENCE_MS);
  equal(spokenOf(modelOf({ framing })), texts.say("framing_tip"));
});

test("a station nearby is spoken of before all else, and why it cannot be gone to", () => {
  const offer = { station: { title: "The hall" }, problem: "" };
  equal(spokenOf(modelOf({ nearby: { offer } })), "Now before: The hall");
  for (const [problem, key] of [
    ["away", "nearby_away"],
    ["station_closed", "nearby_closed"],
    ["ticket_expired", "nearby_refused"],
  ]) {
    equal(spokenOf(modelOf({ nearby: { offer: { ...offer, problem } } })), texts.say(key));
  }
});

test("the picture is described by what is in it", () => {
  const card = { station: { experience: "lens" } };
  equal(pictureOf(modelOf({ card }), "Night"), texts.say("painted_view", { style: "Night" }));
  equal(pictureOf(modelOf(), "Night"), texts.say("artwork_painted_view", { style: "Night" }));
  equal(pictureOf(modelOf(), ""), texts.say("artwork_overlay_view"));
});

test("at a dream the artwork is asked for only once there is a picture to hang", async () => {
  const card = { station: { experience: "dream" } };
  const words = await Texts.load(LANGUAGES[0], ["studio", "dream"]);
  const advised = (dream) => adviceOf(modelOf({ card, dream, texts: words, framing: searching() }));
  equal([advised(null), advised({ wantsArtwork: false })], [null, null]);
  equal(advised({ wantsArtwork: true, isLarge: false }), texts.say("framing_point"));
  equal(advised({ wantsArtwork: true, isLarge: true }), words.say("dream_point"));
  const late = (dream) => lineOf(modelOf({ card, dream, painted: "late" }));
  equal([late({ wantsArtwork: false }), late({ wantsArtwork: true })], ["", texts.say("late_overlay_text")]);
  equal(late({ wantsArtwork: true, isLarge: true }), "");
  equal(spokenOf(modelOf({ card, dream: null, framing: searching() })), "");
});
