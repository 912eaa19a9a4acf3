/** What a visitor chooses where there are styles: one or two of them, how strongly, in what balance. */

import { element, icon, setText } from "./elements.js";
import { Slider } from "./slider.js";
import { byline, StylePicker } from "./style_picker.js";

export class StyleControls {
  #texts;
  #styles;
  #choice;
  #name = element("span", { class: "name" });
  #by = element("span", { class: "by" });
  #picker;
  #strength;
  #balance;

  /**
   * @param {import("../texts/languages.js").Texts} texts
   * @param {readonly import("../core/ticket.js").Style[]} styles
   * @param {import("../core/style_choice.js").StyleChoice} choice
   * @param {() => void} changed called after the choice was changed
   */
  constructor(texts, styles, choice, changed) {
    this.#texts = texts;
    this.#styles = styles;
    this.#choice = choice;
    this.#picker = new StylePicker(texts, styles, choice, changed);
    this.#strength = new Slider("strength", (value) => (choice.setStrength(value), changed()));
    this.#balance = new Slider("balance", (value) => (choice.setBalance(value), changed()));
    const mixing = () => (choice.setMixing(!choice.mixing), changed());
    /** Stands apart, beside the shutter. */
    this.mix = element("button", { type: "button", class: "tool", title: texts.say("mix_hint"), onclick: mixing });
    this.mix.append(icon("mix"), element("span", {}, texts.say("mix")));
    this.elements = [
      element("p", { class: "style-name" }, this.#name, this.#by),
      this.#picker.element,
      element("div", { class: "sliders" }, this.#strength.element, this.#balance.element),
    ];
  }

  /** The chosen styles in words. */
  get names() {
    return this.#chosen.map((style) => this.#texts.of(style?.name)).join(" + ");
  }

  /** @param {1 | -1} step */
  turn(step) {
    this.#picker.turn(step);
  }

  render() {
    const [only, second] = this.#chosen;
    setText(this.#name, this.names);
    setText(this.#by, second || !only ? "" : byline(only, this.#texts));
    this.#picker.render();
    this.#renderSliders(this.#texts.of(second?.name));
    this.mix.setAttribute("aria-pressed", String(this.#choice.mixing));
  }

  get #chosen() {
    return this.#choice.picked.map((id) => this.#styles.find((style) => style.id === id));
  }

  /** @param {string} second of two styles */
  #renderSliders(second) {
    const { strength, balance, mixing } = this.#choice;
    this.#strength.render(this.#texts.say("strength"), strength, this.#texts.percent(strength));
    this.#balance.element.hidden = !mixing;
    const share = this.#texts.percent(balance);
    const said = this.#texts.say("balance_value", { share, second });
    this.#balance.render(this.#texts.say("balance"), balance, share, said);
  }
}
