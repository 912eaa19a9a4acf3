/** A labelled slider from 0 to 1. Reports each movement; shows what it is told. */

import { element, setText } from "./elements.js";

export class Slider {
  #input;
  #output;
  #label;

  /**
   * @param {string} id of the input, one in the page
   * @param {(value: number) => void} onInput
   */
  constructor(id, onInput) {
    this.#input = element("input", { type: "range", id, min: 0, max: 1, step: 0.01 });
    this.#input.addEventListener("input", () => onInput(this.#input.valueAsNumber));
    this.#label = element("label", { for: id });
    this.#output = element("output", { for: id, "aria-hidden": "true" });
    this.element = element("div", { class: "slider" }, this.#label, this.#input, this.#output);
  }

  /**
   * @param {string} label
   * @param {number} value 0 to 1
   * @param {string} shown the value beside it
   * @param {string} [said] the value as a screen reader says it
   */
  render(label, value, shown, said = shown) {
    setText(this.#label, label);
    setText(this.#output, shown);
    this.#input.setAttribute("aria-valuetext", said);
    if (this.#input.valueAsNumber !== value) this.#input.valueAsNumber = value;
  }
}
