/** The whole page: chooses the screen for a model, sets language and direction, moves the focus, announces changes. */

import { State } from "../core/journey.js";
import { consentScreen } from "./consent_screen.js";
import { setText } from "./elements.js";
import { messageScreen } from "./message_screen.js";

/** Keys of what a screen reader hears when the camera picture stays and only its state changes. */
const ANNOUNCED = Object.freeze({
  [State.CONNECTING]: "connecting_title",
  [State.WAITING]: "waiting_title",
  [State.LIVE]: "live_title",
  [State.SLOW]: "slow_title",
  [State.RECONNECTING]: "reconnecting_title",
});

/** @typedef {import("./model.js").Model} Model */

/**
 * @typedef {object} Places Elements of index.html.
 * @property {HTMLElement} paper where the screens without a camera are put
 * @property {HTMLElement} announcer a live region
 */

export class Page {
  #document;
  #places;
  #actions;
  /** @type {import("./studio.js").Studio | null} null until the visitor agreed to the camera */
  #studio = null;
  /** @type {{state: string, language: string, detail: unknown, card: unknown} | null} what the paper shows */
  #shown = null;

  /**
   * @param {Document} document
   * @param {Places} places
   * @param {import("./model.js").Actions} actions
   */
  constructor(document, places, actions) {
    this.#document = document;
    this.#places = places;
    this.#actions = actions;
  }

  /** @param {import("./studio.js").Studio} studio for the states in which the camera runs */
  furnish(studio) {
    this.#studio ??= studio;
  }

  /** @param {Model} model */
  render(model) {
    const { texts, card, state } = model;
    const { documentElement, body } = this.#document;
    documentElement.lang = texts.language.code;
    documentElement.dir = texts.language.direction;
    this.#document.title = card ? `${texts.of(card.station.title)} · ${texts.of(card.exhibition.title)}` : "Vernissage";
    body.dataset.state = state;
    if (model.inStudio) this.#renderStudio(model);
    else this.#renderPaper(model);
  }

  /** @param {Model} model */
  #renderStudio(model) {
    this.#shown = null;
    this.#places.paper.hidden = true;
    this.#places.paper.replaceChildren();
    this.#studio?.render(model);
    const announced = /** @type {Record<string, string>} */ (ANNOUNCED)[model.state];
    setText(this.#places.announcer, model.state === State.SLOW ? "" : model.texts.say(announced));
  }

  /** @param {Model} model made again only when something on it changed, so that a focus is not lost */
  #renderPaper(model) {
    const { state, detail, card } = model;
    const now = { state, detail, card, language: model.texts.language.code };
    const before = this.#shown;
    if (
      before &&
      before.state === state &&
      before.language === now.language &&
      before.detail === detail &&
      before.card === card
    )
      return;
    const screen = state === State.CONSENT ? consentScreen(model, this.#actions) : messageScreen(model, this.#actions);
    this.#shown = now;
    this.#studio?.hide();
    this.#places.paper.hidden = false;
    this.#places.paper.replaceChildren(screen);
    setText(this.#places.announcer, "");
    if (before?.state !== state) this.#focusOn(screen, state);
    else if (before.language !== now.language) this.#focusOnLanguage(screen, now.language);
  }

  /**
   * @param {HTMLElement} screen
   * @param {string} language
   */
  #focusOnLanguage(screen, language) {
    const button = screen.querySelector(`.languages [lang="${language}"]`);
    if (button instanceof HTMLElement) button.focus();
  }

  /**
   * A new screen is read from its heading on; the very first ones are left to the browser.
   * @param {HTMLElement} screen
   * @param {string} state
   */
  #focusOn(screen, state) {
    if (state !== State.LOADING && state !== State.CONSENT) screen.querySelector("h1")?.focus();
  }
}
