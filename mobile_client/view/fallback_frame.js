/** The house's picture over the stage while no worker is there. What is said of it, the line beneath says. */

import { element } from "./elements.js";

export class FallbackFrame {
  #picture = element("img", { alt: "", draggable: "false", onerror: () => this.#lost() });
  element = element("div", { class: "fallback", hidden: true }, this.#picture);
  /** Address of the one that is shown, or was. */
  #shown = "";

  /** @param {string} address empty where nothing is to be shown */
  render(address) {
    if (address && address !== this.#shown) this.#picture.src = this.#shown = address;
    this.element.hidden = !address || this.#picture.hidden;
    if (!address) this.#picture.hidden = false; // it is tried again the next time
  }

  /** The camera picture stays in sight where the other one cannot be had. */
  #lost() {
    this.#shown = "";
    this.#picture.hidden = this.element.hidden = true;
  }
}
