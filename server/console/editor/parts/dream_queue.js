/** Lists of visitors' pictures through which one goes with the keyboard. Keeps a card while its picture is there. */

import { element, fill, setText } from "../../core/elements.js";
import { DreamCard, keyOf } from "./dream_card.js";

const KINDS = /** @type {const} */ (["held", "offered", "shown"]);
const NEXT = new Set(["ArrowDown", "j"]);
const BEFORE = new Set(["ArrowUp", "k"]);
const CALM_MS = 700;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("./dream_card.js").Case} Case */
/** @typedef {Case["kind"]} Kind */
/** @typedef {(card: DreamCard, approve: boolean) => void} Decide */

export class DreamQueue {
  #app;
  #onDecide;
  /** @type {Map<string, DreamCard>} by key, in the order in which they are shown */
  #cards = new Map();
  /** @type {Map<Kind, {section: HTMLElement, list: HTMLElement, head: HTMLElement}>} */
  #parts;
  /** The card that Tab leads to. */
  #present = "";
  /** Until when keys decide nothing. */
  #calmUntilMs = 0;

  /**
   * @param {App} app
   * @param {Decide} onDecide
   */
  constructor(app, onDecide) {
    this.#app = app;
    this.#onDecide = onDecide;
    this.#parts = new Map(KINDS.map((kind) => [kind, this.#part(kind)]));
    this.element = element(
      "div",
      {
        class: "dream-queue",
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
        onfocusin: (/** @type {FocusEvent} */ event) => this.#enter(event.target),
      },
      ...[...this.#parts.values()].map(({ section }) => section),
    );
  }

  /**
   * What there is now. Where the picture that one looks at has gone, one looks at the next.
   * @param {readonly Case[]} cases
   * @returns {{gone: DreamCard | null}} the card that had the focus and is there no more
   */
  show(cases) {
    const held = this.#focused;
    const place = [...this.#cards.keys()].indexOf(held);
    const before = this.#cards;
    this.#cards = new Map(cases.map((one) => [keyOf(one), this.#cardOf(one, before.get(keyOf(one)))]));
    for (const kind of KINDS) this.#fill(kind);
    const gone = (held && !this.#cards.has(held) && before.get(held)) || null;
    if (gone) this.#go(Math.min(place, this.#cards.size - 1));
    if (!this.#cards.has(this.#present)) this.#mark([...this.#cards.keys()][0] ?? "");
    return { gone };
  }

  /** A picture came under the hand by itself: a key that was meant for the one before decides nothing. */
  calm() {
    this.#calmUntilMs = performance.now() + CALM_MS;
  }

  /** To the first one. */
  enter() {
    this.#go(0);
  }

  /** @param {Kind} kind */
  #part(kind) {
    const { texts } = this.#app;
    const head = element("h2", {});
    const list = element("ul", { class: "dream-cards", "aria-label": texts.say(`decide.${kind}`) });
    const hint = element("p", { class: "hint" }, texts.say(`decide.${kind}_hint`));
    return { section: element("section", { class: `section of-${kind}` }, head, hint, list), list, head };
  }

  /**
   * @param {Case} one
   * @param {DreamCard | undefined} known
   */
  #cardOf(one, known) {
    if (known) {
      known.renew(one);
      return known;
    }
    const card = new DreamCard(this.#app, one, (approve) => this.#onDecide(card, approve));
    return card;
  }

  /** @param {Kind} kind */
  #fill(kind) {
    const part = this.#parts.get(kind);
    if (!part) return;
    const wanted = [...this.#cards.values()].filter((card) => card.case.kind === kind).map((card) => card.element);
    const present = [...part.list.children];
    if (wanted.length !== present.length || wanted.some((line, at) => line !== present[at])) arrange(part.list, wanted);
    part.section.hidden = wanted.length === 0;
    setText(part.head, `${this.#app.texts.say(`decide.${kind}`)} (${this.#app.texts.number(wanted.length)})`);
  }

  /** The key of the card that has the focus, or in which it is. */
  get #focused() {
    const { activeElement } = document;
    const card = this.element.contains(activeElement) ? activeElement?.closest(".dream-card") : null;
    return card instanceof HTMLElement ? (card.dataset.key ?? "") : "";
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const key = this.#focused;
    const card = this.#cards.get(key);
    if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
    const place = [...this.#cards.keys()].indexOf(key);
    const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (NEXT.has(pressed)) this.#go(Math.min(place + 1, this.#cards.size - 1));
    else if (BEFORE.has(pressed)) this.#go(Math.max(place - 1, 0));
    else if (pressed === "a" || pressed === "r") this.#decide(card, pressed === "a", event.repeat);
    else return;
    event.preventDefault();
  }

  /**
   * @param {DreamCard} card
   * @param {boolean} approve
   * @param {boolean} repeated the key is held down
   */
  #decide(card, approve, repeated) {
    const may = this.#app.can("publish") && card.case.kind !== "shown";
    if (may && !repeated && performance.now() >= this.#calmUntilMs) this.#onDecide(card, approve);
  }

  /** @param {number} place below 0: there is none any more */
  #go(place) {
    const card = [...this.#cards.values()][place];
    const target = card?.element ?? document.querySelector("main h1");
    if (!(target instanceof HTMLElement)) return;
    target.focus({ preventScroll: true });
    if (card) target.scrollIntoView({ block: "nearest" });
  }

  /** @param {EventTarget | null} target */
  #enter(target) {
    const card = target instanceof Element ? target.closest(".dream-card") : null;
    if (card instanceof HTMLElement) this.#mark(card.dataset.key ?? "");
  }

  /** @param {string} key */
  #mark(key) {
    this.#cards.get(this.#present)?.element.setAttribute("tabindex", "-1");
    this.#present = key;
    this.#cards.get(key)?.element.setAttribute("tabindex", "0");
  }
}

/**
 * Puts lines into a list without moving those that stay: a line that is moved loses the focus.
 * @param {HTMLElement} list
 * @param {readonly HTMLElement[]} wanted
 */
function arrange(list, wanted) {
  for (const line of [...list.children]) if (!wanted.includes(/** @type {HTMLElement} */ (line))) line.remove();
  wanted.forEach((line, at) => {
    if (list.children[at] !== line) list.insertBefore(line, list.children[at] ?? null);
  });
}
