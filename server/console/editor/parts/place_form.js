/** What is to be known of a station's place: who can come close, its code, and whether it is open. */

import { element } from "../../core/elements.js";
import { choices, field, tick } from "../../core/form.js";
import { check } from "./experience_choices.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */

const SAID = Object.freeze({ yes: true, no: false, unsaid: null });
const LEAST_CM = 10;
const MOST_CM = 1000;

/** The controls of a station that are neither texts nor pictures; they follow the document. */
export class PlaceForm {
  #app;
  #document;
  /** @type {(() => void)[]} */
  #renders = [];
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   */
  constructor(app, document) {
    this.#app = app;
    this.#document = document;
    const may = app.can("edit");
    this.access = element(
      "fieldset",
      { class: "form", disabled: !may },
      this.#said("step_free"),
      this.#said("seating"),
      this.#flicker(),
    );
    this.code = element(
      "fieldset",
      { class: "form", disabled: !may },
      this.#open(),
      this.#number(),
      this.#distance(),
      this.#admission(),
    );
    this.#stop = document.onChange((path) => path === "" && this.#render());
    this.#render();
  }

  close() {
    this.#stop();
  }

  #render() {
    for (const render of this.#renders) render();
  }

  /** @param {"step_free" | "seating"} name */
  #said(name) {
    const { texts } = this.#app;
    const path = `accessibility.${name}`;
    const options = Object.keys(SAID).map((value) => ({ value, label: texts.say(`access.${name}_${value}`) }));
    const keyOf = () => Object.entries(SAID).find(([, value]) => value === this.#document.get(path))?.[0] ?? "unsaid";
    const set = choices(texts.say(`field.${path}`), path, options, keyOf(), (value) =>
      this.#document.set(path, SAID[/** @type {keyof typeof SAID} */ (value)]),
    );
    this.#renders.push(() => check(set, keyOf()));
    return set;
  }

  #flicker() {
    return this.#tick("accessibility.flicker", "access.flicker", "access.flicker_hint");
  }

  #open() {
    return this.#tick("open", "station.open", "station.open_hint");
  }

  /**
   * @param {string} path
   * @param {string} label
   * @param {string} hint
   */
  #tick(path, label, hint) {
    const { texts } = this.#app;
    const input = element("input", {
      type: "checkbox",
      name: path,
      onchange: () => this.#document.set(path, input.checked),
    });
    this.#renders.push(() => (input.checked = Boolean(this.#document.get(path))));
    return tick(texts.say(label), input, { hint: texts.say(hint) });
  }

  #number() {
    return this.#count("number", "field.number", { min: 1, max: 65535 }, "station.number_hint");
  }

  #distance() {
    return this.#count(
      "code.distance_cm",
      "field.code.distance_cm",
      { min: LEAST_CM, max: MOST_CM, step: 5 },
      "code.distance_hint",
    );
  }

  /**
   * @param {string} path
   * @param {string} label
   * @param {Record<string, number>} limits
   * @param {string} hint
   */
  #count(path, label, limits, hint) {
    const { texts } = this.#app;
    const oninput = () => this.#document.set(path, Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : 0);
    const input = element("input", { type: "number", name: path, inputmode: "numeric", ...limits, oninput });
    this.#renders.push(() => (input.value = String(this.#document.get(path))));
    return field(texts.say(label), input, { hint: texts.say(hint), className: "short" });
  }

  #admission() {
    const { texts } = this.#app;
    const path = "code.admission";
    const options = ["printed", "rotating"].map((value) => ({
      value,
      label: texts.say(`code.${value}`),
      hint: texts.say(`code.${value}_hint`),
    }));
    const set = choices(texts.say("field.code.admission"), path, options, this.#document.get(path), (value) =>
      this.#document.set(path, value),
    );
    this.#renders.push(() => check(set, this.#document.get(path)));
    return set;
  }
}
