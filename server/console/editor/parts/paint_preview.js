/** What a mix makes of a picture, by the server's own engine: a moment after each change, and the newest wins. */

import { element, setText } from "../../core/elements.js";
import { paints } from "../model/offer.js";
import { same } from "../model/paths.js";

const CALM_MS = 250;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {{picture: string, style: import("../model/types.js").Mix, strength: number}} Order */

export class PaintPreview {
  #app;
  /** @type {Order | null} what is shown or on its way */
  #order = null;
  #timer = 0;
  /** @type {AbortController | null} */
  #painting = null;
  #address = "";
  #picture;
  #state;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#picture = element("img", { class: "painted", alt: app.texts.say("paint.alt") });
    this.#picture.hidden = true;
    this.#state = element("p", { class: "paint-state", role: "status" });
    this.element = element("figure", { class: "paint" }, this.#picture, this.#state);
  }

  /** @param {Order | null} order null: there is nothing to paint with */
  show(order) {
    if (same(order, this.#order)) return;
    this.#stop();
    this.#order = order;
    if (order && paints(order.style)) this.#timer = window.setTimeout(() => void this.#paint(order), CALM_MS);
    else this.#say(this.#app.texts.say("paint.nothing"), false);
  }

  close() {
    this.#stop();
    URL.revokeObjectURL(this.#address);
  }

  #stop() {
    window.clearTimeout(this.#timer);
    this.#painting?.abort();
    this.#painting = null;
  }

  /** @param {Order} order */
  async #paint(order) {
    const painting = new AbortController();
    this.#painting = painting;
    this.#say(this.#app.texts.say("paint.painting"), true);
    try {
      const { data } = await this.#app.api.post("/paintings", order, { signal: painting.signal });
      if (this.#painting === painting) this.#hang(data);
    } catch (error) {
      if (this.#painting !== painting) return;
      const { status, retryAfterS } = /** @type {any} */ (error);
      if (status === 503) this.#timer = window.setTimeout(() => void this.#paint(order), (retryAfterS || 2) * 1000);
      this.#say(status === 503 ? this.#app.texts.say("paint.busy") : this.#app.sentence(error), status === 503);
    }
  }

  /** @param {Blob} painted */
  #hang(painted) {
    URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(painted);
    this.#picture.src = this.#address;
    this.#picture.hidden = false;
    this.#say("", false);
  }

  /**
   * @param {string} words
   * @param {boolean} busy
   */
  #say(words, busy) {
    this.element.classList.toggle("painting", busy);
    setText(this.#state, words);
  }
}
