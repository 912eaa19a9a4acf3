/** A label with what the house tells everybody, and a button to put it away. */

import { element, icon, setText } from "./elements.js";

export class HouseBanner {
  #text = element("p", { dir: "auto" });
  #dismiss;
  /** Speaks as soon as there is something new; it is always there, for what was hidden before is not read out. */
  spoken = element("p", { class: "unseen", "aria-live": "polite", dir: "auto" });

  /** @param {() => import("../core/house.js").House | null | undefined} house the present one */
  constructor(house) {
    this.#dismiss = element("button", { type: "button", class: "round", onclick: () => house()?.dismiss() }, icon("close"));
    this.element = element("section", { class: "plaque announcement", hidden: true }, this.#text, this.#dismiss);
  }

  /**
   * @param {import("../texts/languages.js").Texts} texts
   * @param {string} announcement empty where there is none
   */
  render(texts, announcement) {
    this.element.hidden = !announcement;
    this.element.setAttribute("aria-label", texts.say("announcement"));
    this.#dismiss.setAttribute("aria-label", texts.say("announcement_dismiss"));
    setText(this.#text, announcement);
    setText(this.spoken, announcement);
  }
}
