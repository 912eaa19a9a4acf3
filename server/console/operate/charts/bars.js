/** Counts by kind as bars, each with its words and its number: a list, and read as one. */

import { element } from "../../core/elements.js";

/** @typedef {{label: string, count: number, text: string, lang?: string}} Bar */

/**
 * @param {readonly Bar[]} bars
 * @param {string} none what is said where there are none
 */
export function barList(bars, none) {
  if (bars.length === 0) return element("p", { class: "hint" }, none);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const lines = bars.map(({ label, count, text, lang }) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.inlineSize = `${(count / most) * 100}%`;
    return element(
      "li",
      {},
      element("span", { class: "bar-label", lang: lang ?? null, dir: "auto" }, label),
      element("span", { class: "bar-track" }, bar),
      element("span", { class: "bar-count" }, text),
    );
  });
  return element("ul", { class: "bar-list" }, ...lines);
}
