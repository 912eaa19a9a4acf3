/** The whole page: chooses the screen for a model, sets language and direction, moves the focus, announces changes. */

import { State } from "../core/journey.js";
import { consentScreen } from "./consent_screen.js";
import { DraftMark } from "./draft_mark.js";
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
  #draft = new DraftMark();
  /** What was announced last of the live picture: its state, in a language; and how many changes of the exhibition. */
  #announced = "";
  #renewals = 0;

  /**
   * @param {Document} document
   * @param {Places} places
   * @param {import("./model.js").Actions} actions
   */
  constructor(document, places, actions) {
    this.#document = document;
    this.#places = places;
    this.#actions = actions;
    places.paper.before(this.#draft.element);
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
    body.toggleAttribute("data-draft", card?.draft ?? false);
    this.#draft.render(model);
    if (model.inStudio) this.#renderStudio(model);
    else this.#renderPaper(model);
  }

  /** @param {Model} model */
  #renderStudio(model) {
    this.#shown = null;
    this.#places.paper.hidden = true;
    this.#places.paper.replaceChildren();
    this.#studio?.render(model);
    this.#announce(model);
  }

  /** @param {Model} model of a change of the exhibition in words of its own, again at each */
  #announce({ state, texts, renewals }) {
    const { announcer } = this.#places;
    const present = `${state} ${texts.language.code}`;
    if (renewals !== this.#renewals) {
      announcer.replaceChildren(texts.say("exhibition_changed"));
    } else if (present !== this.#announced) {
      const key = /** @type {Record<string, string>} */ (ANNOUNCED)[state];
      setText(announcer, state === State.SLOW ? "" : texts.say(key));
    }
    this.#announced = present;
    this.#renewals = renewals;
  }

  /** @param {Model} model made again only when something on it changed, so that a focus is not lost */
  #renderPaper(model) {
    const { state, detail, card } = model;
    const now = { state, detail, card, language: model.texts.language.code };
    const before = this.#shown;
    const isThere = before?.state === state;
    if (isThere && before.language === now.language && before.detail === detail && before.card === card) return;
    const screen = state === State.CONSENT ? consentScreen(model, this.#actions) : messageScreen(model, this.#actions);
    const { paper, announcer } = this.#places;
    this.#shown = now;
    if (isThere && screen.textContent === paper.textContent) return;
    if (isThere) keepOpen(paper, screen);
    this.#studio?.hide();
    paper.hidden = false;
    paper.replaceChildren(screen);
    setText(announcer, "");
    this.#announced = "";
    if (!isThere) this.#focusOn(screen, state, before?.state);
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
   * @param {string} [before] the state of the screen before
   */
  #focusOn(screen, state, before) {
    const isFirst = state === State.LOADING || (state === State.CONSENT && before !== State.STATION_CLOSED);
    if (!isFirst) screen.querySelector("h1")?.focus();
  }
}

/**
 * What the visitor has opened stays so.
 * @param {HTMLElement} before
 * @param {HTMLElement} screen in its place
 */
function keepOpen(before, screen) {
  if (before.querySelector("details[open]")) screen.querySelector("details")?.toggleAttribute("open", true);
}
