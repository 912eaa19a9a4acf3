/** The opening hours of one day, or of one event: none, one stretch or several. */

import { element, fill, iconButton } from "../../core/elements.js";
import { USUAL_HOURS, forFields, fromFields, isWholeDay, overMidnight } from "../model/hours.js";

const MOST = 6;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Hours} Hours */

/**
 * @typedef {object} HoursOptions
 * @property {string} path in the document
 * @property {string} label of what the hours are
 * @property {() => Hours[]} get
 * @property {(hours: Hours[]) => void} set
 * @property {number} [least] stretches that stay
 * @property {string} [none] what is said where there are none
 */

export class HoursList {
  #app;
  #options;
  #rows = element("div", { class: "hours-rows" });

  /**
   * @param {App} app
   * @param {HoursOptions} options
   */
  constructor(app, options) {
    this.#app = app;
    this.#options = options;
    const { texts } = app;
    const add = iconButton(texts.say("hours.add", { name: options.label }), "add", () => this.#add());
    this.element = element(
      "div",
      { class: "hours", "data-field": options.path },
      this.#rows,
      add,
      element("p", { class: "error" }),
    );
    this.render();
  }

  /** Made anew where there are more stretches or fewer; else the fields follow. */
  render() {
    const hours = this.#options.get();
    const rows = [...this.#rows.querySelectorAll(".hours-row")];
    if (rows.length !== hours.length || hours.length === 0) this.#build(hours);
    else rows.forEach((row, at) => this.#follow(row, hours[at]));
  }

  /** @param {Hours[]} hours */
  #build(hours) {
    const { none } = this.#options;
    const empty = element("span", { class: "soft" }, none ?? this.#app.texts.say("hours.closed"));
    fill(this.#rows, ...(hours.length > 0 ? hours.map((one, at) => this.#row(one, at)) : [empty]));
    this.element.classList.toggle("full", hours.length >= MOST);
  }

  /**
   * @param {Hours} hours
   * @param {number} at
   */
  #row(hours, at) {
    const { texts } = this.#app;
    const { label, least = 0 } = this.#options;
    const time = (/** @type {string} */ key) =>
      element("input", { type: "time", required: true, "aria-label": texts.say(key, { name: label }) });
    const opens = time("hours.opens");
    const closes = time("hours.closes");
    const change = () => opens.value && closes.value && this.#put(at, fromFields(opens.value, closes.value));
    for (const input of [opens, closes]) input.addEventListener("input", change);
    const remove = iconButton(texts.say("hours.remove", { name: label }), "close", () => this.#remove(at));
    const row = element(
      "div",
      { class: "hours-row" },
      opens,
      element("span", { "aria-hidden": "true" }, "–"),
      closes,
      element("span", { class: "soft small night" }),
      at >= least && remove,
    );
    this.#follow(row, hours);
    return row;
  }

  /**
   * @param {Element} row
   * @param {Hours} hours
   */
  #follow(row, hours) {
    const { texts } = this.#app;
    const shown = forFields(hours);
    const [opens, closes] = row.querySelectorAll("input");
    if (opens.value !== shown.opens) opens.value = shown.opens;
    if (closes.value !== shown.closes) closes.value = shown.closes;
    const night = row.querySelector(".night");
    if (night)
      night.textContent = isWholeDay(hours)
        ? texts.say("hours.all_day")
        : overMidnight(hours)
          ? texts.say("hours.next_day")
          : "";
  }

  /**
   * @param {number} at
   * @param {Hours} hours
   */
  #put(at, hours) {
    this.#options.set(this.#options.get().map((one, index) => (index === at ? hours : one)));
    this.render();
  }

  #add() {
    this.#options.set([...this.#options.get(), { ...USUAL_HOURS }]);
    this.render();
    const last = [...this.#rows.querySelectorAll(".hours-row")].at(-1);
    last?.querySelector("input")?.focus();
  }

  /** @param {number} at */
  #remove(at) {
    this.#options.set(this.#options.get().filter((_, index) => index !== at));
    this.render();
    this.element.querySelector("button")?.focus();
  }
}
