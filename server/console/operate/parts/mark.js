/** A condition as a mark: an icon and a word, in a colour that says the same once more. */

import { element, fill, icon } from "../../core/elements.js";
import { CONDITION_ICONS } from "../model/condition.js";

/** @typedef {import("../model/types.js").Condition} Condition */

export class Mark {
  #texts;
  /** @type {Condition | null} */
  #condition = null;

  /** @param {import("../../core/app.js").App} app */
  constructor(app) {
    this.#texts = app.texts;
    this.element = element("p", { class: "condition" });
  }

  /** @param {Condition} condition */
  show(condition) {
    if (condition === this.#condition) return;
    this.#condition = condition;
    this.element.dataset.condition = condition;
    fill(this.element, icon(CONDITION_ICONS[condition]), this.#texts.say(`condition.${condition}`));
  }
}

/**
 * The same for a check of the doctor's, or for an event.
 * @param {"well" | "quiet" | "warning" | "error"} level
 * @param {string} word
 */
export function levelMark(level, word) {
  const name = /** @type {const} */ ({ well: "check", quiet: "circle", warning: "warning", error: "cross" })[level];
  return element("span", { class: "condition", "data-level": level }, icon(name), word);
}
