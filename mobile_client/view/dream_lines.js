/** Sentences about a dream: what is going on, what went wrong, what its picture shows. Pure; knows no element. */

import { DreamState } from "../core/dream.js";

/** @typedef {import("../texts/languages.js").Texts} Texts */
/** @typedef {import("../dreaming.js").Dreaming} Dreaming */

/** Codes for which there is a sentence; PROTOCOL.md has them. */
const CODES = [
  "words_empty",
  "words_too_long",
  "words_control",
  "words_not_words",
  "words_listed",
  "words_instruction",
  "words_unknown",
  "words_chosen_only",
  "source_missing",
  "too_many",
  "busy",
  "no_model",
  "rejected",
  "nothing_to_keep",
  "keeping_off",
  "away",
];
/** Codes after which the same wish may well come true. */
const PASSING = ["busy", "no_model", "fault", "unanswered", "away"];

/**
 * @param {Texts} texts
 * @returns {import("../core/dream_words.js").Join}
 */
export function joining(texts) {
  return (words, text) => list(texts, [...words.map((word) => texts.of(word)), text]);
}

/**
 * @param {Texts} texts
 * @param {readonly string[]} words
 */
export function list(texts, words) {
  return words.filter((word) => word !== "").join(texts.say("slow_between"));
}

/**
 * What was asked for, in the visitor's language as far as the words have it.
 * @param {Texts} texts
 * @param {import("../core/dream_words.js").Wished | null} wished
 * @param {import("../core/dream.js").Made | null} [made]
 */
export function wordsOf(texts, wished, made) {
  return wished ? joining(texts)(wished.words, wished.text) : (made?.words ?? "");
}

/**
 * The words of the picture that is seen; empty where it is not of the visitor's words.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function subjectOf(texts, { dream }) {
  const { finished, isForming, wished } = dream;
  if (isForming) return wordsOf(texts, wished);
  return finished?.isOwn ? wordsOf(texts, finished.wished, finished.made) : "";
}

/**
 * The picture itself, for who cannot see it.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function pictureAlt(texts, dreaming) {
  const { isForming, finished } = dreaming.dream;
  const words = subjectOf(texts, dreaming);
  if (isForming) return texts.say("dream_forming_alt", { words });
  if (!finished?.isOwn) return texts.say("dream_fallback_alt");
  return words ? texts.say("dream_alt", { words }) : texts.say("dream_yours");
}

/**
 * The camera's view, for who cannot see it.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function viewAlt(texts, dreaming) {
  if (!dreaming.dream.texture || dreaming.isLarge) return texts.say("dream_camera_view");
  return texts.say("dream_view", { picture: pictureAlt(texts, dreaming) });
}

/**
 * A wish that is under way.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function waitLine(texts, { dream }) {
  const { place } = dream.told;
  if (dream.state === DreamState.HELD) return texts.say("dream_held");
  if (dream.state === DreamState.FORMING) return texts.say("dream_forming");
  if (dream.state !== DreamState.QUEUED) return texts.say("dream_asked");
  return place > 1 ? texts.say("dream_place", { place }) : texts.say("dream_next");
}

/**
 * More about it; empty where there is nothing to add.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function waitDetail(texts, { dream }) {
  const { estimate_s, step, steps } = dream.told;
  if (dream.state === DreamState.HELD) return texts.say("dream_held_text");
  if (dream.state === DreamState.FORMING && steps > 0) return texts.say("dream_step", { step, steps });
  return estimate_s > 0 ? texts.say("dream_estimate", { time: texts.duration(estimate_s) }) : "";
}

/**
 * Why there is no picture of the newest wish; empty where nothing went wrong.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function vainLine(texts, { dream }) {
  if (dream.state === DreamState.CANCELLED) return texts.say("dream_cancelled");
  if (dream.state === DreamState.LOST) return texts.say("dream_lost");
  if (dream.state === DreamState.FALLBACK) return dream.told.texture ? "" : texts.say("dream_fallback_none");
  return dream.isVain ? codeLine(texts, dream.told) : "";
}

/**
 * @param {Texts} texts
 * @param {Record<string, any>} told
 */
export function codeLine(texts, { code, retry_after_s, unknown }) {
  const sentence = texts.say(`dream_code_${CODES.includes(code) ? code : "fault"}`);
  const soon = retry_after_s > 0 ? [texts.say("dream_retry_after", { time: texts.duration(retry_after_s) })] : [];
  const strange = Array.isArray(unknown) ? [unknownLine(texts, unknown)] : [];
  return [sentence, ...soon, ...strange].filter(Boolean).join(" ");
}

/** @param {Dreaming} dreaming whether the wish that came to nothing may be made again as it was */
export function mayRetry({ dream }) {
  if (!dream.wished) return false;
  return dream.state === DreamState.LOST || (dream.isVain && PASSING.includes(dream.told.code));
}

/**
 * @param {Texts} texts
 * @param {readonly string[]} unknown
 */
export function unknownLine(texts, unknown) {
  return unknown.length > 0 ? texts.say("dream_unknown", { words: list(texts, unknown) }) : "";
}

/**
 * What there is to say of the finished picture; empty where it speaks for itself.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function pictureNote(texts, { dream }) {
  if (!dream.finished?.isOwn) return texts.say("dream_fallback");
  return unknownLine(texts, dream.finished.made?.unknown ?? []);
}

/**
 * What is only spoken: each state of a wish once, and the words of a surprise.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function spokenLine(texts, dreaming) {
  const { dream } = dreaming;
  if (dream.state === DreamState.FORMING) return waitLine(texts, dreaming);
  if (dream.isUnderWay) return list(texts, [waitLine(texts, dreaming), waitDetail(texts, dreaming)]);
  const { words, leaf } = dreaming;
  if (leaf === "words" && words.isSurprise) return joining(texts)(words.chosen, "");
  const vain = vainLine(texts, dreaming);
  if (vain || leaf === "words" || !dream.finished || dream.state === DreamState.NONE) return vain;
  return [pictureAlt(texts, dreaming), pictureNote(texts, dreaming)].filter(Boolean).join(". ");
}

/**
 * How many pictures the visit still has.
 * @param {Texts} texts
 * @param {Dreaming} dreaming
 */
export function leftLine(texts, { left, offer }) {
  return texts.say("dream_left", { left, all: offer.pictures });
}
