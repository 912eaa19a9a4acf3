/** What operators decided and what the house needs, in calm lines under the headline: each with the way to end it. */

import { button, element } from "../../core/elements.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Reading} Reading */
/** @typedef {import("./house_acts.js").HouseActs} HouseActs */
/** @typedef {{key: string, kind: "info" | "warning" | "error", text: string, end?: {label: string, act: () => void}}} Line */

const SOON_S = 14 * 86_400;

export class DecisionLines {
  #app;
  #acts;
  #said = "";

  /**
   * @param {App} app
   * @param {HouseActs} acts
   */
  constructor(app, acts) {
    this.#app = app;
    this.#acts = acts;
    this.element = element("div", { class: "decisions" });
  }

  /** @param {Reading} reading */
  show(reading) {
    const lines = [...this.#faults(reading), ...this.#decided(reading)];
    const said = JSON.stringify(lines);
    if (said === this.#said) return;
    this.#said = said;
    this.element.replaceChildren(...lines.map((line) => this.#line(line)));
    this.element.hidden = lines.length === 0;
  }

  /** @param {Line} line */
  #line({ key, kind, text, end }) {
    const may = end && this.#app.can("operate");
    return element(
      "div",
      { class: "note", "data-kind": kind, "data-key": key },
      element("p", { dir: "auto" }, text),
      may && element("div", { class: "actions" }, button(end.label, end.act, "quiet")),
    );
  }

  /**
   * @param {Reading} reading
   * @returns {Line[]}
   */
  #faults({ store_fault, certificate_ends_at, at }) {
    const { texts } = this.#app;
    /** @type {Line[]} */
    const lines = [];
    if (store_fault)
      lines.push({ key: "store", kind: "error", text: texts.say("house.store_fault", { fault: store_fault }) });
    if (certificate_ends_at !== null && certificate_ends_at - at < SOON_S) {
      const when = texts.date(certificate_ends_at * 1000);
      const over = certificate_ends_at <= at;
      const text = texts.say(over ? "house.certificate_over" : "house.certificate_ends", { when });
      lines.push({ key: "certificate", kind: over ? "error" : "warning", text });
    }
    return lines;
  }

  /**
   * @param {Reading} reading
   * @returns {Line[]}
   */
  #decided({ draining, announcement, brush }) {
    const { texts } = this.#app;
    const acts = this.#acts;
    /** @type {Line[]} */
    const lines = [];
    if (draining) {
      const end = { label: texts.say("acts.undrain"), act: () => void acts.undrain() };
      lines.push({ key: "draining", kind: "warning", text: texts.say("house.draining"), end });
    }
    if (announcement) {
      const end = { label: texts.say("acts.take_back"), act: () => void acts.takeBack() };
      lines.push({
        key: "announcement",
        kind: "info",
        text: texts.say("house.announced", { text: announcement }),
        end,
      });
    }
    if (brush !== "auto") {
      const end = { label: texts.say("acts.brush_auto"), act: () => void acts.pin("auto") };
      lines.push({ key: "brush", kind: "info", text: texts.say(`house.brush_${brush}`), end });
    }
    return lines;
  }
}
