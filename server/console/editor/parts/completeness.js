/** How complete something is, by language: bars for a whole, dots for its parts. Counts nothing itself. */

import { element } from "../../core/elements.js";

/** @typedef {import("../../core/app.js").App} App */

/**
 * @param {App} app
 * @param {Record<string, number>} shares by language, 0 to 1
 */
export function completenessBars(app, shares) {
  const rows = Object.entries(shares).map(([language, share]) => {
    const row = element("li", { class: "completeness" });
    renderBar(app, row, language, share);
    return row;
  });
  return element("ul", { class: "completeness-bars", "aria-label": app.texts.say("completeness.label") }, ...rows);
}

/**
 * Draws a bar, or draws it anew.
 * @param {App} app
 * @param {HTMLElement} row
 * @param {string} language
 * @param {number} share 0 to 1
 */
export function renderBar(app, row, language, share) {
  const whole = share >= 1;
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(share));
  row.classList.toggle("whole", whole);
  row.replaceChildren(
    element("span", { class: "name" }, app.languageName(language)),
    bar,
    element(
      "span",
      { class: "share" },
      whole ? app.texts.say("completeness.all") : app.texts.percent(Math.min(0.99, share)),
    ),
  );
}

/**
 * A dot for each language, and in words what is missing.
 * @param {App} app
 * @param {readonly string[]} languages
 * @param {(language: string) => number} missingIn how many texts
 * @param {number} asked how many texts there have to be
 */
export function completenessDots(app, languages, missingIn, asked) {
  return element(
    "ul",
    { class: "dots" },
    ...languages.map((language) => {
      const missing = missingIn(language);
      const state = missing === 0 ? "all" : missing < asked ? "some" : "none";
      const words =
        missing === 0 ? app.texts.say("completeness.all") : app.texts.count("completeness.missing", missing);
      const title = app.texts.say("completeness.of_language", { language: app.languageName(language), state: words });
      return element(
        "li",
        { "data-state": state, title },
        element("span", { "aria-hidden": "true" }, language),
        element("span", { class: "unseen" }, title),
      );
    }),
  );
}
