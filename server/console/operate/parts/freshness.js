/** How old what is shown is: when it was read; and while nothing comes, since when, with the page gone grey. */

import { element, setText } from "../../core/elements.js";

export class Freshness {
  #app;
  #old;
  /** @type {HTMLElement | null} */
  #page = null;

  /** @param {import("../../core/app.js").App} app */
  constructor(app) {
    this.#app = app;
    this.element = element("time", { class: "as-of" });
    this.#old = element("p", { class: "note old-news", "data-kind": "error", role: "status" });
  }

  /** Says that nothing comes; empty while something does. */
  get note() {
    return this.#old;
  }

  /** @param {HTMLElement} page goes grey while nothing comes */
  belongTo(page) {
    this.#page = page;
  }

  /**
   * @param {boolean} isOld
   * @param {number} readAtMs
   */
  show(isOld, readAtMs) {
    const { texts } = this.#app;
    const at = texts.clock(readAtMs);
    setText(this.element, texts.say("operate.as_of", { at }));
    setText(this.#old, isOld ? texts.say("operate.old", { at }) : "");
    this.#old.hidden = !isOld;
    this.#page?.classList.toggle("old", isOld);
  }
}
