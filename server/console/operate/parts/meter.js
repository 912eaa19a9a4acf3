/** How much of something is used, as a bar beside its number. */

import { element, fill, icon, setText } from "../../core/elements.js";
import { freshId } from "../../core/form.js";
import { levelOf } from "../model/amounts.js";

export class Meter {
  #value;
  #bar;
  #track;
  #warning;

  /** @param {string} label */
  constructor(label) {
    const id = freshId("meter");
    this.#bar = element("span", { class: "meter-bar" });
    this.#track = element(
      "div",
      { class: "meter-track", role: "meter", "aria-labelledby": id, "aria-valuemin": 0, "aria-valuemax": 100 },
      this.#bar,
    );
    this.#value = element("span", { class: "meter-value" });
    this.#warning = element("span", { class: "meter-warning" });
    this.element = element(
      "div",
      { class: "meter" },
      element("p", { class: "meter-head" }, element("span", { id }, label), this.#warning, this.#value),
      this.#track,
    );
  }

  /**
   * @param {number} share 0 to 1
   * @param {string} text
   */
  show(share, text) {
    const percent = Math.round(share * 100);
    const level = levelOf(share);
    setText(this.#value, text);
    this.#track.setAttribute("aria-valuenow", String(percent));
    this.#track.setAttribute("aria-valuetext", text);
    this.#bar.style.inlineSize = `${percent}%`;
    if (this.element.dataset.level === level) return;
    this.element.dataset.level = level;
    fill(this.#warning, level !== "well" && icon("warning"));
  }
}
