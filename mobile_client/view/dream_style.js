/** Styles over a dream's picture: those of the station and how strongly, or the picture as it was made. */

import { element } from "./elements.js";
import { StyleControls } from "./style_controls.js";

export class DreamStyle {
  #choice;
  #controls;
  #asMade;
  /** What was picked when it was looked at last. */
  #picked;
  /** Of the last style that was seen. */
  #strength;

  /**
   * @param {import("../texts/languages.js").Texts} texts
   * @param {readonly import("../core/ticket.js").Style[]} styles
   * @param {import("../core/style_choice.js").StyleChoice} choice
   * @param {() => void} changed called after the choice was changed
   */
  constructor(texts, styles, choice, changed) {
    this.#choice = choice;
    this.#picked = choice.picked.join();
    this.#strength = choice.strength || 1;
    this.#controls = new StyleControls(texts, styles, choice, () => (this.#strengthen(), changed()));
    const asMade = () => (choice.setStrength(choice.strength > 0 ? 0 : this.#strength), changed());
    this.#asMade = element("button", { type: "button", class: "chip", onclick: asMade }, texts.say("dream_as_made"));
    const row = element("div", { class: "style-row" }, this.#asMade, this.#controls.mix);
    this.element = element("div", { class: "dream-style" }, ...this.#controls.elements, row);
  }

  /** The chosen styles in words; empty where the picture is shown as it was made. */
  get names() {
    return this.#choice.strength > 0 ? this.#controls.names : "";
  }

  /** @param {1 | -1} step */
  turn(step) {
    this.#controls.turn(step);
  }

  render() {
    this.#controls.render();
    this.#asMade.setAttribute("aria-pressed", String(this.#choice.strength === 0));
    if (this.#choice.strength > 0) this.#strength = this.#choice.strength;
  }

  /** A style that is picked is to be seen. */
  #strengthen() {
    const picked = this.#choice.picked.join();
    if (picked !== this.#picked && this.#choice.strength === 0) this.#choice.setStrength(this.#strength);
    this.#picked = picked;
  }
}
