import { again, DreamWords, MOST_WORDS, varied } from "/client/core/dream_words.js";
import { equal, ok, test } from "./claims.js";

const WORDS = ["storm", "gold", "silence", "blue", "fire"].map((en) => ({ en }));
const join = (words, text) => [...words.map(({ en }) => en), text].filter(Boolean).join(", ");

function wordsOf(changes = {}) {
  return new DreamWords({ mode: "free", words: WORDS, from: ["words", "picture"], max_chars: 20, ...changes });
}

test("words are told by their places, in the order in which they were chosen", () => {
  const words = wordsOf();
  equal(words.isReady(join), false);
  for (const at of [3, 0, 1, 0]) words.toggle(words.offered[at]);
  const { fields, text, source } = words.wish(join);
  equal([fields, text, source, words.isReady(join)], [{ words: [3, 1] }, "", "words", true]);
});

test("with a text of the visitor's own they become one sentence", () => {
  const words = wordsOf();
  words.toggle(WORDS[1]);
  words.write("  a boat ");
  equal(words.wish(join).fields, { text: "gold, a boat" });
});

test("a sentence is counted in characters and not in their halves", () => {
  const words = wordsOf();
  equal(words.left(join), Infinity);
  words.write("🌊🌊🌊");
  equal([words.left(join), words.isReady(join)], [17, true]);
  words.write("x".repeat(21));
  equal([words.left(join), words.isReady(join)], [-1, false]);
});

test("where only the station's words are taken nothing can be written", () => {
  const words = wordsOf({ mode: "chosen" });
  words.write("a boat");
  equal([words.text, words.mayWrite, words.isReady(join)], ["", false, false]);
});

test("no more words than a wish takes can be chosen", () => {
  const words = wordsOf({ words: Array.from({ length: 20 }, (_, at) => ({ en: String(at) })) });
  for (const word of words.offered) words.toggle(word);
  equal([words.chosen.length, words.hasRoom], [MOST_WORDS, false]);
});

test("a surprise is two or three words, and others the next time", () => {
  const random = [0.1, 0, 0, 0.9, 0.99, 0.99, 0.99];
  const words = wordsOf();
  words.surprise(() => random.shift());
  equal(words.chosen.map(({ en }) => en), ["storm", "gold"]);
  words.surprise(() => random.shift());
  equal(words.chosen.map(({ en }) => en), ["fire", "blue", "silence"]);
});

test("a surprise finds its words where there are few of them", () => {
  const words = wordsOf({ words: WORDS.slice(0, 1) });
  words.surprise(Math.random);
  words.surprise(Math.random);
  equal(words.chosen.length, 1);
  for (let time = 0; time < 50; time += 1) {
    const all = wordsOf();
    all.surprise(Math.random);
    ok(new Set(all.chosen).size === all.chosen.length && all.chosen.every(Boolean), "words, each of them once");
  }
});

test("what a picture begins from is said where there is a choice of it", () => {
  const words = wordsOf({ from: ["words", "camera", "picture"] });
  words.toggle(WORDS[0]);
  words.beginFrom("artwork");
  equal([words.sources, words.source, words.mayVary], [["words", "camera"], "words", true]);
  words.beginFrom("camera");
  equal(words.wish(join).fields, { words: [0], from: "camera" });
});

test("a wish is varied from its picture, and made again as it was at first", () => {
  const words = wordsOf({ from: ["words", "camera", "picture"] });
  words.toggle(WORDS[0]);
  words.beginFrom("camera");
  const wished = words.wish(join);
  equal(varied(wished).fields, { words: [0], from: "picture", change: 0.6 });
  equal(again(varied(wished)).fields, { words: [0], from: "camera" });
});

test("when the station offers other words, those that are still there stay chosen", () => {
  const words = wordsOf({ from: ["words", "artwork"] });
  words.toggle(WORDS[4]);
  words.toggle(WORDS[1]);
  words.write("a boat");
  words.beginFrom("artwork");
  words.renew({ mode: "chosen", words: [{ en: "ice" }, { en: "gold" }], from: ["words"], max_chars: 20 });
  equal([words.wish(join).fields, words.text, words.source], [{ words: [1] }, "", "words"]);
});
