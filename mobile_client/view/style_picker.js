/** The styles as a row of thumbnails: one is chosen, or two when mixing. Swiped, stepped with buttons, or by keyboard. */

import { element, iconButton } from "./elements.js";

/** @typedef {import("../core/style_choice.js").StyleChoice} StyleChoice */

/**
 * Whose a style is; without a year where nobody knows it.
 * @param {import("../core/ticket.js").Style} style
 * @param {import("../texts/languages.js").Texts} texts
 */
export const byline = ({ painter, year }, texts) =>
  year === null ? painter : texts.say("style_by", { painter, year: String(year) });

export class StylePicker {
  #choice;
  #onChange;
  /** @type {Map<string, HTMLInputElement>} style id to its input */
  #inputs = new Map();
  #row;
  /** The style that was scrolled to last: the visitor may have scrolled on since. */
  #revealed = "";

  /**
   * @param {import("../texts/languages.js").Texts} texts
   * @param {readonly import("../core/ticket.js").Style[]} styles
   * @param {StyleChoice} choice
   * @param {() => void} onChange
   */
  constructor(texts, styles, choice, onChange) {
    this.#choice = choice;
    this.#onChange = onChange;
    this.#row = element("div", { class: "thumbnails" }, ...styles.map((style) => this.#thumbnail(style, texts)));
    this.element = element(
      "fieldset",
      { class: "picker" },
      element("legend", { class: "unseen" }, texts.say("styles")),
      iconButton(texts.say("style_previous"), "back", () => this.turn(-1), "step"),
      this.#row,
      iconButton(texts.say("style_next"), "forward", () => this.turn(1), "step"),
    );
  }

  /** @param {1 | -1} step */
  turn(step) {
    this.#choice.turn(step);
    this.#onChange();
  }

  render() {
    const { picked, mixing } = this.#choice;
    for (const [id, input] of this.#inputs) {
      input.type = mixing ? "checkbox" : "radio";
      input.checked = picked.includes(id);
    }
    const last = picked[picked.length - 1];
    if (last !== this.#revealed) this.#reveal(last);
    this.#revealed = last;
  }

  /**
   * @param {import("../core/ticket.js").Style} style
   * @param {import("../texts/languages.js").Texts} texts
   */
  #thumbnail(style, texts) {
    const input = element("input", { type: "radio", name: "style", value: style.id, class: "unseen" });
    input.addEventListener("change", () => {
      this.#choice.pick(style.id);
      this.#onChange();
    });
    this.#inputs.set(style.id, input);
    const picture = element("img", { src: style.thumbnail, alt: "", width: 56, height: 56, decoding: "async" });
    const name = element("span", { class: "unseen" }, `${texts.of(style.name)}. ${byline(style, texts)}`);
    return element("label", { class: "thumbnail" }, input, picture, name);
  }

  /** @param {string} id the row scrolls until it is in the middle */
  #reveal(id) {
    const thumbnail = this.#inputs.get(id)?.parentElement;
    if (!thumbnail) return;
    const row = this.#row.getBoundingClientRect();
    const box = thumbnail.getBoundingClientRect();
    const offset = box.left + box.width / 2 - (row.left + row.width / 2);
    if (Math.abs(offset) > 1) this.#row.scrollBy({ left: offset });
  }
}
