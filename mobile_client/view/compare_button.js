/** Shows the original while it is held. A keyboard or a screen reader, which cannot hold, turns it on and off. */

import { element, icon, setText } from "./elements.js";

export class CompareButton {
  #stage;
  #word;

  /**
   * @param {HTMLElement} stage its data-compare hides the painted picture
   * @param {string} label
   * @param {string} word
   */
  constructor(stage, label, word) {
    this.#stage = stage;
    this.#word = element("span");
    setText(this.#word, word);
    this.element = element(
      "button",
      { type: "button", class: "tool", "aria-pressed": "false", title: label },
      icon("eye"),
      this.#word,
    );
    this.#listen();
  }

  /** @param {boolean} on */
  show(on) {
    this.#stage.toggleAttribute("data-compare", on);
    this.element.setAttribute("aria-pressed", String(on));
  }

  #listen() {
    const button = this.element;
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      this.show(true);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      button.addEventListener(end, () => this.show(false));
    }
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      if (event.detail === 0) this.show(button.getAttribute("aria-pressed") !== "true");
    });
  }
}
