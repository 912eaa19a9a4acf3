/** How well a camera can hold on to an artwork's picture: a score, and why it is not higher. Asks the server. */

import { element, fill } from "../../core/elements.js";

const GOOD = 70; // as `vernissage targets` has it
const FAIR = 40;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {{score: number, remarks: {reason: string, other: string}[]}} Target */

export class TargetGauge {
  #app;
  #exhibition;
  #titleOfPicture;
  #name = "";
  #timer = 0;
  /** @type {AbortController | null} */
  #asking = null;

  /**
   * @param {App} app
   * @param {string} exhibition
   * @param {(picture: string) => string} titleOfPicture of another artwork, by its picture's name
   */
  constructor(app, exhibition, titleOfPicture) {
    this.#app = app;
    this.#exhibition = exhibition;
    this.#titleOfPicture = titleOfPicture;
    this.element = element("div", { class: "target", "aria-live": "polite" });
  }

  close() {
    window.clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  /** @param {string | null} name of a picture; null: there is none */
  show(name) {
    if (name === this.#name) return;
    this.close();
    this.#name = name ?? "";
    if (name) void this.#ask(name);
    else fill(this.element);
  }

  /** @param {string} name */
  async #ask(name) {
    const { texts, api } = this.#app;
    fill(this.element, element("p", { class: "soft" }, texts.say("target.asking")));
    this.#asking = new AbortController();
    try {
      const path = `/pictures/${name}/target?exhibition=${this.#exhibition}`;
      const { data } = await api.get(path, { signal: this.#asking.signal });
      if (this.#name === name) this.#render(data);
    } catch (error) {
      const { status, code, retryAfterS } = /** @type {any} */ (error);
      if (this.#name !== name || error instanceof DOMException) return;
      if (status === 503) this.#timer = window.setTimeout(() => void this.#ask(name), (retryAfterS || 5) * 1000);
      const own = code === "not_trackable" ? "target.none" : code === "not_ready" ? "target.starting" : "";
      const sentence = own ? texts.say(own) : this.#app.sentence(error);
      fill(this.element, element("p", { class: status === 503 ? "soft" : "gap" }, sentence));
    }
  }

  /** @param {Target} target */
  #render({ score, remarks }) {
    const { texts } = this.#app;
    const grade = score >= GOOD ? "good" : score >= FAIR ? "fair" : "poor";
    const bar = element(
      "span",
      { class: "gauge-bar", "aria-hidden": "true" },
      element("span", { class: "gauge-mark" }),
    );
    bar.style.setProperty("--share", String(score / 100));
    fill(
      this.element,
      element(
        "div",
        { class: "gauge", "data-grade": grade },
        element(
          "p",
          { class: "gauge-words" },
          element("strong", {}, texts.say(`target.${grade}`)),
          element("span", { class: "soft" }, texts.say("target.score", { score })),
        ),
        bar,
      ),
      remarks.length > 0 && element("ul", { class: "remarks" }, ...remarks.map((remark) => this.#remark(remark))),
    );
  }

  /** @param {Target["remarks"][number]} remark */
  #remark({ reason, other }) {
    const { texts } = this.#app;
    const key = `target.${reason}`;
    const words = texts.has(key) ? texts.say(key, { other: this.#titleOfPicture(other) }) : reason;
    return element("li", {}, words);
  }
}
