/** What a dream is made of: its words by language, and the words that a model offers for them. Knows no page. */

/** @typedef {import("./types.js").Experience} Experience */
/** @typedef {import("./types.js").Words} Words */

// As exhibit/experience.py and exhibit/content.py have them.
export const MOST_WORDS = 64;
export const MOST_PICTURES = 200;
export const MOST_LISTED = 500;
export const MOST_LISTED_CHARS = 64;
export const MOST_KEEP_DAYS = 365;

export const MODES = /** @type {const} */ (["chosen", "free", "approved"]);
export const CORNERS = /** @type {const} */ (["bottom_right", "bottom_left", "top_right", "top_left", "none"]);

/** What a new dream begins with: as safe as the server's own defaults. */
const NEW_DREAM = Object.freeze({
  mode: "chosen",
  words: Object.freeze([]),
  from_artwork: false,
  from_camera: false,
  pictures_per_visit: 20,
  mark: "bottom_right",
  wall: false,
  fallback: null,
});

/**
 * A station that does something else from now on: its styles stay, what only the other kind knows goes.
 * @param {Experience} experience
 * @param {Experience["kind"]} kind
 * @param {Experience} [before] what it was when it was of that kind, a moment ago
 * @returns {Experience}
 */
export function became({ styles, default: mix, strength }, kind, before) {
  const { styles: _styles, default: begun = {}, strength: _strength, ...own } = before ?? beginning(kind);
  const weights = Object.entries(kind === "dream" ? begun : mix);
  const known = Object.fromEntries(weights.filter(([id]) => styles.includes(id)));
  const none = kind === "dream" || styles.length === 0 || Object.keys(known).length > 0;
  return { ...own, kind, styles, default: none ? known : { [styles[0]]: 1 }, strength };
}

/**
 * @param {Experience["kind"]} kind
 * @returns {any}
 */
function beginning(kind) {
  if (kind === "dream") return NEW_DREAM;
  return kind === "canvas" ? { overlay: null } : { region: "all" };
}

/** @param {Words} word */
export const isBlank = (word) => !Object.values(word).some((text) => text.trim());

/**
 * How many words visitors can choose from: rows that are still empty are none.
 * @param {readonly Words[]} words
 */
export const countOf = (words) => words.filter((word) => !isBlank(word)).length;

/**
 * A word of the model in the languages of an exhibition; in one that the model does not speak, the row stays open.
 * @param {Words} labels by language
 * @param {readonly string[]} languages
 * @returns {Words}
 */
export function rowOf(labels, languages) {
  const tags = Object.keys(labels);
  const nearest = (/** @type {string} */ language) =>
    tags.find((tag) => tag.toLowerCase() === language.toLowerCase()) ??
    tags.find((tag) => primary(tag) === primary(language) && !isOtherScript(tag, language));
  const pairs = languages.map((language) => [language, labels[nearest(language) ?? ""] ?? ""]);
  return Object.fromEntries(pairs.filter(([, text]) => text));
}

/**
 * Whether a word of the model is among the words already, in any language.
 * @param {readonly Words[]} words
 * @param {Words} row as `rowOf` makes it
 */
export function isThere(words, row) {
  const texts = Object.entries(row);
  return words.some((word) => texts.some(([language, text]) => fold(word[language] ?? "") === fold(text)));
}

/**
 * The words with more of them, as far as there is room; rows that are still empty make way.
 * @param {readonly Words[]} words
 * @param {readonly Words[]} more
 * @returns {Words[]}
 */
export function joined(words, more) {
  return [...words.filter((word) => !isBlank(word)), ...more].slice(0, MOST_WORDS);
}

/**
 * A list as it is written in a field, one word a line.
 * @param {string} text
 * @returns {string[]} each once, without empty lines
 */
export function listedIn(text) {
  const lines = text.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter(Boolean))];
}

/** @param {string} tag */
const primary = (tag) => tag.toLowerCase().split("-")[0];

/** zh-Hans is no zh-Hant. @param {string} one @param {string} other */
function isOtherScript(one, other) {
  const [first, second] = [one, other].map((tag) => tag.split("-").find((part) => part.length === 4) ?? "");
  return first !== "" && second !== "" && first !== second;
}

/** @param {string} text */
const fold = (text) => text.trim().toLowerCase();
