/** Another station whose code the camera sees: offered for a while, then taken, dismissed or forgotten. Moves nobody itself. */

export const OFFER_MS = 10_000;
/** So long a dismissed station is not offered again. */
export const DISMISSED_MS = 60_000;

/**
 * @typedef {object} Offer
 * @property {{id: string, number: number, title: string}} station
 * @property {string} ticket of the code that was seen
 * @property {boolean} going whether the visitor took it and the station is being asked
 * @property {string} problem why it could not be gone to, as in PROTOCOL.md; "away" where the server was not reached; or empty
 */

/**
 * @typedef {object} NearbyParts
 * @property {import("./clock.js").Clock} clock
 * @property {(ticket: string) => Promise<string>} go why it could not be gone to, or an empty text
 * @property {() => void} onChange
 */

export class Nearby {
  #parts;
  /** @type {Offer | null} */
  #offer = null;
  /** @type {Map<string, number>} id of a dismissed station to when it may be offered again */
  #dismissed = new Map();
  /** @type {() => void} */
  #cancelEnd = () => {};

  /** @param {NearbyParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Null while there is none. */
  get offer() {
    return this.#offer;
  }

  /**
   * @param {import("./link.js").TextMessage} message a `nearby`
   * @param {string} present id of the station that the visitor is at
   */
  hear({ station, ticket }, present) {
    if (typeof station?.id !== "string" || typeof ticket !== "string" || station.id === present) return;
    if (this.#offer?.going || this.#isDismissed(station.id)) return;
    this.#set({ station, ticket, going: false, problem: "" });
    this.hold(false);
  }

  /**
   * @param {boolean} on while the visitor is at the offer it stays
   */
  hold(on) {
    this.#cancelEnd();
    if (!on && this.#offer && !this.#offer.going) this.#cancelEnd = this.#parts.clock.after(OFFER_MS, () => this.end());
  }

  dismiss() {
    if (!this.#offer) return;
    this.#dismissed.set(this.#offer.station.id, this.#parts.clock.nowMs() + DISMISSED_MS);
    this.end();
  }

  /** The visitor wants to go there. */
  async take() {
    const offer = this.#offer;
    if (!offer || offer.going) return;
    this.#cancelEnd();
    this.#set({ ...offer, going: true, problem: "" });
    const problem = await this.#parts.go(offer.ticket);
    if (this.#offer?.ticket !== offer.ticket) return; // the visit ended meanwhile
    this.#set(problem ? { ...offer, problem } : null);
    this.hold(false);
  }

  end() {
    this.#cancelEnd();
    if (this.#offer) this.#set(null);
  }

  /** @param {string} id */
  #isDismissed(id) {
    return this.#parts.clock.nowMs() < (this.#dismissed.get(id) ?? -Infinity);
  }

  /** @param {Offer | null} offer */
  #set(offer) {
    this.#offer = offer && Object.freeze(offer);
    this.#parts.onChange();
  }
}
