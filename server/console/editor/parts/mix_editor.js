/** The mix that visitors begin with: a share for each of its styles, up to four, and how strongly it is painted. */

import { element, fill, setText } from "../../core/elements.js";
import { freshId } from "../../core/form.js";
import { inMix, mayBeginWithNone, weighed } from "../model/offer.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Experience} Experience */

export class MixEditor {
  #app;
  #get;
  #set;
  #nameOf;
  #rows = element("div", { class: "mix-rows" });
  /** @type {Map<string, {input: HTMLInputElement, output: HTMLOutputElement}>} by style */
  #shares = new Map();
  #strength;
  #hint;
  #strengthHint = element("p", { class: "hint" });

  /**
   * @param {App} app
   * @param {() => Experience} get
   * @param {(experience: Experience) => void} set
   * @param {(style: string) => string} nameOf
   */
  constructor(app, get, set, nameOf) {
    this.#app = app;
    this.#get = get;
    this.#set = set;
    this.#nameOf = nameOf;
    const { texts } = app;
    this.#strength = slider(texts.say("mix.strength"), (share) => set({ ...get(), strength: share }));
    this.#strength.element.classList.add("alone"); // its heading is its label, too
    this.#hint = element("p", { class: "hint" });
    this.element = element(
      "div",
      { class: "mix" },
      element("h3", {}, texts.say("mix.label")),
      this.#hint,
      this.#rows,
      element("h3", {}, texts.say("mix.strength")),
      this.#strengthHint,
      this.#strength.element,
    );
  }

  render() {
    const { texts } = this.#app;
    const experience = this.#get();
    const { default: mix, strength } = experience;
    const styles = inMix(mix);
    const ofDream = mayBeginWithNone(experience) ? "_dream" : "";
    if (styles.join(" ") !== [...this.#shares.keys()].join(" ")) this.#build(styles);
    for (const [style, { input, output }] of this.#shares) show(input, output, mix[style], texts);
    show(this.#strength.input, this.#strength.output, strength, texts);
    const [first] = styles;
    const words =
      styles.length > 1
        ? texts.say("mix.several")
        : first
          ? texts.say("mix.one", { name: this.#nameOf(first) })
          : texts.say(`mix.none${ofDream}`);
    setText(this.#hint, words);
    setText(this.#strengthHint, texts.say(`mix.strength_hint${ofDream}`));
  }

  /** @param {string[]} styles */
  #build(styles) {
    this.#shares.clear();
    const rows = styles.map((style) => {
      const { element: row, input, output } = slider(this.#nameOf(style), (share) => this.#weigh(style, share));
      this.#shares.set(style, { input, output });
      return row;
    });
    fill(this.#rows, ...rows);
    this.#rows.hidden = styles.length < 2;
  }

  /**
   * @param {string} style
   * @param {number} share
   */
  #weigh(style, share) {
    const experience = this.#get();
    this.#set({ ...experience, default: weighed(experience.default, style, share) });
  }
}

/**
 * @param {string} label
 * @param {(share: number) => void} oninput
 */
function slider(label, oninput) {
  const id = freshId("share");
  const input = element("input", {
    type: "range",
    id,
    min: 0,
    max: 1,
    step: 0.01,
    oninput: () => oninput(input.valueAsNumber),
  });
  const output = element("output", { for: id, "aria-hidden": "true" });
  return {
    element: element("div", { class: "share-row" }, element("label", { for: id }, label), input, output),
    input,
    output,
  };
}

/**
 * @param {HTMLInputElement} input
 * @param {HTMLOutputElement} output
 * @param {number} share
 * @param {import("../../core/texts.js").Texts} texts
 */
function show(input, output, share, texts) {
  const words = texts.percent(share);
  if (Math.abs(input.valueAsNumber - share) > 0.004) input.valueAsNumber = share;
  input.setAttribute("aria-valuetext", words);
  setText(output, words);
}
