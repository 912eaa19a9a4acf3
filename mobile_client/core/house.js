/** What the house tells its visitors: an announcement, and what to show while no worker is there. Knows no socket. */

export class House {
  #onChange;
  /** The standing announcement, and when it was made; both empty where there is none. */
  #announcement = Object.freeze({ text: "", at: "" });
  /** @type {string | null} when the one was made that the visitor put away; null: none was */
  #dismissed = null;
  /** Whether it was heard, or heard of no more, in this connection. */
  #isCurrent = true;
  /** @type {string | null} address of the house's picture, empty where it has none; null while a worker is there */
  #fallback = null;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Empty where nothing is to be shown. */
  get announcement() {
    const { text, at } = this.#announcement;
    return at === this.#dismissed ? "" : text;
  }

  /** What is shown in place of the live picture: an address, or empty for none of the house's; null while none is needed. */
  get fallback() {
    return this.#fallback;
  }

  /** A connection begins: what stands is told anew before its first status. */
  welcomed() {
    this.#isCurrent = false;
    this.#fallback = null;
    this.#onChange();
  }

  /** The first status of a connection, or a later one. */
  settled() {
    if (!this.#isCurrent) this.#announce("", "");
  }

  /** @param {import("./protocol.js").TextMessage} message an `announcement` or a `fallback` */
  hear(message) {
    if (message.type === "announcement") this.#announce(textOf(message.text), textOf(message.at));
    else this.#standIn(message);
  }

  /** The visitor has read it. */
  dismiss() {
    this.#dismissed = this.#announcement.at;
    this.#onChange();
  }

  /**
   * @param {string} text
   * @param {string} at
   */
  #announce(text, at) {
    this.#isCurrent = true;
    this.#announcement = Object.freeze({ text, at });
    this.#onChange();
  }

  /** @param {import("./protocol.js").TextMessage} message a `fallback` */
  #standIn({ on, picture }) {
    this.#fallback = on === true ? textOf(picture) : null;
    this.#onChange();
  }
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" ? value : "";
}
