/** How many visitors' pictures wait for a curator, beside the way to them. Looks again while its page is open. */

import { element, fill } from "../../core/elements.js";

const EVERY_MS = 20_000;

/** @typedef {import("../../core/app.js").App} App */

export class WaitingCount {
  #app;
  #path;

  /**
   * @param {App} app
   * @param {string} exhibition
   * @param {boolean} looks whether it asks by itself
   */
  constructor(app, exhibition, looks) {
    this.#app = app;
    this.#path = `/exhibitions/${exhibition}/dreams/waiting`;
    this.element = element("span", { class: "tab-count" });
    this.element.hidden = true;
    if (looks) void this.#look();
  }

  /** @param {number} count */
  show(count) {
    const { texts } = this.#app;
    this.element.hidden = count === 0;
    fill(
      this.element,
      element("span", { "aria-hidden": "true" }, texts.number(count)),
      element("span", { class: "unseen" }, texts.count("tabs.waiting", count)),
    );
  }

  async #look() {
    try {
      const { data } = await this.#app.api.get(this.#path);
      this.show(data.held.length + data.offered.length);
    } catch (error) {
      if ([403, 404].includes(/** @type {any} */ (error).status)) return;
    }
    window.setTimeout(() => this.element.isConnected && void this.#look(), EVERY_MS); // until the page is left
  }
}
