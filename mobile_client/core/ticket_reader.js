/** Reads the ticket until the server has answered: one request at a time, again by itself while it is away. */

import { backoffMs } from "./backoff.js";
import { readTicket, TicketProblem } from "./ticket.js";

/**
 * @typedef {object} ReaderHandlers
 * @property {(card: import("./ticket.js").Card) => void} onCard
 * @property {(code: string) => void} onRefused as in PROTOCOL.md
 * @property {() => void} onAway the server was not reached; it is tried again
 */

export class TicketReader {
  #ticket;
  #clock;
  #handlers;
  #ask;
  /** @type {symbol | null} the request under way */
  #asking = null;
  /** Times in a row that the server was not reached. */
  #attempt = 0;
  /** @type {() => void} */
  #cancelRetry = () => {};

  /**
   * @param {string} ticket
   * @param {import("./clock.js").Clock} clock
   * @param {ReaderHandlers} handlers
   * @param {typeof fetch} [ask]
   */
  constructor(ticket, clock, handlers, ask) {
    this.#ticket = ticket;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#ask = ask;
  }

  /** Reads now; does nothing while it reads already. */
  async read() {
    if (!this.#asking) await this.readAnew();
  }

  /** Reads now; an answer that is under way was asked for too early, and counts no more. */
  async readAnew() {
    this.#cancelRetry();
    const asking = (this.#asking = Symbol("asking"));
    const card = await readTicket(this.#ticket, this.#ask).catch((/** @type {unknown} */ error) => error);
    if (asking !== this.#asking) return;
    this.#asking = null;
    if (card instanceof TicketProblem) this.#handlers.onRefused(card.code);
    else if (card instanceof Error) this.#retry();
    else this.#answered(/** @type {import("./ticket.js").Card} */ (card));
  }

  /** Whatever is under way is no longer wanted. */
  stop() {
    this.#cancelRetry();
    this.#asking = null;
  }

  /** @param {import("./ticket.js").Card} card */
  #answered(card) {
    this.#attempt = 0;
    this.#handlers.onCard(card);
  }

  #retry() {
    this.#cancelRetry = this.#clock.after(backoffMs(this.#attempt, Math.random()), () => void this.read());
    this.#attempt += 1;
    this.#handlers.onAway();
  }
}
