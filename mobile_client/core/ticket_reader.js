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
  #reading = false;
  /** Times in a row that the server was not reached. */
  #attempt = 0;
  /** @type {() => void} */
  #cancelRetry = () => {};

  /**
   * @param {string} ticket
   * @param {import("./clock.js").Clock} clock
   * @param {ReaderHandlers} handlers
   */
  constructor(ticket, clock, handlers) {
    this.#ticket = ticket;
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /** Reads now; does nothing while it reads already. */
  async read() {
    if (this.#reading) return;
    this.#cancelRetry();
    this.#reading = true;
    const card = await readTicket(this.#ticket).catch((/** @type {unknown} */ error) => error);
    this.#reading = false;
    if (card instanceof TicketProblem) this.#handlers.onRefused(card.code);
    else if (card instanceof Error) this.#retry();
    else this.#handlers.onCard(/** @type {import("./ticket.js").Card} */ (card));
  }

  #retry() {
    this.#cancelRetry = this.#clock.after(backoffMs(this.#attempt, Math.random()), () => void this.read());
    this.#attempt += 1;
    this.#handlers.onAway();
  }
}
