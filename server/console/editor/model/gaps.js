/** What keeps a draft from being published, sorted by where it is and put into words. Knows no page. */

/** @typedef {import("./types.js").Lack} Lack */
/** @typedef {import("../../core/app.js").App} App */

/**
 * The same in groups: the exhibition's own first, then each station's.
 * @param {readonly Lack[]} missing
 * @returns {Map<string, Lack[]>} by station; "": the exhibition's own
 */
export function byStation(missing) {
  /** @type {Map<string, Lack[]>} */
  const groups = new Map();
  for (const lack of [...missing.filter(({ station }) => !station), ...missing.filter(({ station }) => station)])
    groups.set(lack.station, [...(groups.get(lack.station) ?? []), lack]);
  return groups;
}

/**
 * Sentences of the server in the language of the page, where there is one.
 * @param {App} app
 * @param {string} sentence
 */
export function inOwnWords(app, sentence) {
  for (const [key, pattern] of SENTENCES) {
    const found = pattern.exec(sentence);
    if (found && app.texts.has(key)) return app.texts.say(key, { ...found.groups });
  }
  return sentence;
}

/** The sentences of exhibit/completeness.py, and the warnings beside them. @type {readonly [string, RegExp][]} */
const SENTENCES = Object.freeze([
  ["gap.no_station", /^There is no station yet\.$/],
  ["gap.text", /^This text is missing\.$/],
  ["gap.text_begun", /^This text is there in another language, but not in this one\.$/],
  ["gap.picture", /^The artwork has no picture yet\.$/],
  ["gap.picture_gone", /^The artwork's picture is not in the store\.$/],
  ["gap.overlay_gone", /^The overlay's file is not in the store\.$/],
  ["gap.dream", /^This server has no model that makes pictures from words; choose another experience\.$/],
  ["gap.words", /^There is no word to choose from yet\.$/],
  ["gap.mark", /^Pictures that a model made must say so here: choose where their mark stands\.$/],
  ["gap.fallback_gone", /^The fallback picture is not in the store\.$/],
  ["gap.styles", /^There is no style to choose from yet\.$/],
  ["gap.default", /^No style is chosen to begin with\.$/],
  ["gap.style_gone", /^The style (?<style>\S+) is not on this server\.$/],
  ["gap.programme", /^The schedule names the programme (?<programme>\S+), which is not there\.$/],
  [
    "gap.programme_station",
    /^The programme (?<programme>.+) speaks of the station (?<station>\S+), which is not there\.$/,
  ],
  ["warning.licence", /^The licence of the model (?<model>.+) \((?<licence>.+)\) allows no commercial use: .+\.$/],
]);
