/** A visitor's picture with what a curator has to know of it, and what can be decided. Decides nothing itself. */

import { button, element, setText } from "../../core/elements.js";
import { freshId } from "../../core/form.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").HeldPicture} HeldPicture */
/** @typedef {import("../model/types.js").OfferedPicture} OfferedPicture */
/** @typedef {{kind: "held", picture: HeldPicture} | {kind: "offered" | "shown", picture: OfferedPicture}} Case */

/** Which list it is in is part of it: what was approved is another case. @param {Case} one */
export const keyOf = ({ kind, picture }) => `${kind}-${picture.id}`;

/** @param {Case} one */
export const wordsOf = (one) => (one.kind === "held" ? one.picture.words : one.picture.made.words);

export class DreamCard {
  #app;
  #waits = element("p", { class: "dream-waits" });
  /** @type {HTMLButtonElement[]} */
  #buttons;

  /**
   * @param {App} app
   * @param {Case} one
   * @param {(approve: boolean) => void} onDecide
   */
  constructor(app, one, onDecide) {
    this.#app = app;
    /** What is decided about. */
    this.case = one;
    const { texts } = app;
    const id = freshId("dream");
    const words = wordsOf(one);
    this.#buttons = app.can("publish") ? this.#decisions(one, onDecide) : [];
    this.element = element(
      "li",
      { class: "dream-card", tabindex: -1, "data-key": keyOf(one), "aria-labelledby": id },
      element("img", {
        class: "dream-picture",
        src: one.picture.picture,
        alt: texts.say("decide.picture", { words }),
        loading: "lazy",
        decoding: "async",
      }),
      element(
        "div",
        { class: "dream-facts" },
        element("h3", { id }, element("bdi", {}, words || texts.say("decide.no_words"))),
        this.#waits,
        one.kind === "held" ? heldFacts(one.picture) : madeFacts(app, one.picture),
        this.#buttons.length > 0 && element("div", { class: "actions" }, ...this.#buttons),
      ),
    );
    this.renew(one);
  }

  /**
   * The same picture as the server tells of it now.
   * @param {Case} one
   */
  renew(one) {
    this.case = one;
    const { texts } = this.#app;
    if (one.kind === "held")
      setText(this.#waits, texts.say("decide.visitor_waits", { time: texts.duration(one.picture.waits_s) }));
    else if (one.kind === "offered")
      setText(this.#waits, texts.say("decide.offered_at", { when: texts.ago(one.picture.kept_at) }));
    else setText(this.#waits, this.#approval(one.picture));
  }

  /** A decision is on its way. @param {boolean} busy */
  set busy(busy) {
    for (const made of this.#buttons) {
      if (busy) made.setAttribute("aria-busy", "true");
      else made.removeAttribute("aria-busy");
    }
  }

  get busy() {
    return this.#buttons.some((made) => made.hasAttribute("aria-busy"));
  }

  /** @param {OfferedPicture} picture */
  #approval({ decided_by: by, decided_at: at, expires_at: until }) {
    const { texts } = this.#app;
    const values = { who: this.#app.people(by ?? ""), when: at ? texts.ago(at) : "", until: texts.day(until) };
    return texts.say("decide.approved_by", values);
  }

  /**
   * @param {Case} one
   * @param {(approve: boolean) => void} onDecide
   */
  #decisions({ kind }, onDecide) {
    const { texts } = this.#app;
    if (kind === "shown") return [button(texts.say("decide.take_down"), () => onDecide(false), "danger")];
    return [
      button(texts.say("decide.approve"), () => onDecide(true), "primary", { "aria-keyshortcuts": "a" }),
      button(texts.say("decide.reject"), () => onDecide(false), "danger", { "aria-keyshortcuts": "r" }),
    ];
  }
}

/** @param {HeldPicture} picture */
function heldFacts({ station_title: title, station }) {
  return element("p", { class: "facts" }, element("bdi", {}, title || station));
}

/**
 * @param {App} app
 * @param {OfferedPicture} picture
 */
function madeFacts({ texts }, { station, made }) {
  const styles = Object.entries(made.styles).map(([name, share]) => `${name} ${texts.percent(share)}`);
  const lines = [
    texts.say(`decide.source_${made.source}`),
    styles.length > 0 && texts.say("decide.styles", { styles: styles.join(" · ") }),
    texts.say("decide.model", { model: made.model, licence: made.licence }),
    texts.say("decide.run", { steps: made.steps, seed: String(made.seed) }),
    made.unknown.length > 0 && texts.say("decide.unknown", { words: made.unknown.join(" · ") }),
  ];
  const words = lines.filter((line) => typeof line === "string");
  return element(
    "div",
    {},
    element("p", { class: "facts" }, element("bdi", {}, made.station || station)),
    element("p", { class: "unseen" }, texts.say("decide.how_made")),
    element("ul", { class: "dream-made" }, ...words.map((line) => element("li", {}, line))),
  );
}
