/** The label of another station whose code is in view: where it leads, a button to go there, one to put it away. */

import { element, icon, setText } from "./elements.js";

/** @typedef {import("../core/nearby.js").Offer} Offer */
/** @typedef {import("../texts/languages.js").Texts} Texts */

/** Codes that mean the station is there, but not for now; every other refusal is one of the code on the wall. */
const PROBLEMS = Object.freeze({ away: "nearby_away", station_closed: "nearby_closed" });

export class NearbyBanner {
  #text = element("p");
  #go;
  #dismiss;

  /** @param {() => import("../core/nearby.js").Nearby | null | undefined} nearby the present one */
  constructor(nearby) {
    this.#go = element("button", { type: "button", class: "primary", onclick: () => void nearby()?.take() });
    const away = () => nearby()?.dismiss();
    this.#dismiss = element("button", { type: "button", class: "round", onclick: away }, icon("close"));
    this.element = element("section", { class: "plaque nearby", hidden: true }, this.#text, this.#go, this.#dismiss);
    const stays = (/** @type {boolean} */ on) => () => nearby()?.hold(on);
    for (const come of ["focusin", "pointerenter"]) this.element.addEventListener(come, stays(true));
    for (const go of ["focusout", "pointerleave"]) this.element.addEventListener(go, stays(false));
  }

  /**
   * @param {Texts} texts
   * @param {Offer | null} offer
   */
  render(texts, offer) {
    this.element.hidden = !offer;
    if (!offer) return;
    this.element.setAttribute("aria-label", texts.say("nearby"));
    setText(this.#text, nearbyText(texts, offer));
    setText(this.#go, texts.say(offer.going ? "nearby_going" : offer.problem ? "try_again" : "nearby_go"));
    this.#go.setAttribute("aria-disabled", String(offer.going));
    this.#dismiss.setAttribute("aria-label", texts.say("nearby_dismiss"));
  }
}

/**
 * @param {Texts} texts
 * @param {Offer} offer
 */
export function nearbyText(texts, { station, problem }) {
  if (!problem) return texts.say("nearby_offer", { title: station.title });
  return texts.say(/** @type {Record<string, string>} */ (PROBLEMS)[problem] ?? "nearby_refused");
}
