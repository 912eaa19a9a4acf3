/** What each of the server's refusals means for a visit: try again by itself, or a screen. */

import { State } from "./journey.js";

/**
 * @typedef {object} Verdict
 * @property {boolean} retry whether the link connects again by itself
 * @property {string} [state] the screen where it does not
 */

const again = Object.freeze({ retry: true });
/** @param {string} state */
const over = (state) => Object.freeze({ retry: false, state });

/** @type {Readonly<Record<string, Verdict>>} codes of PROTOCOL.md that end a connection */
const VERDICTS = Object.freeze({
  wrong_version: over(State.UNSUPPORTED),
  hello_expected: over(State.ENDED),
  hello_twice: over(State.ENDED),
  hello_timeout: again,
  too_many_errors: over(State.ENDED),
  message_too_big: over(State.ENDED),
  ticket_forged: over(State.TICKET_INVALID),
  ticket_expired: over(State.TICKET_INVALID),
  ticket_foreign: over(State.TICKET_INVALID),
  station_unknown: over(State.TICKET_INVALID),
  station_closed: over(State.STATION_CLOSED),
  wrong_origin: over(State.ENDED),
  too_many_connections: again,
  room_full: again,
  flood: again,
  silent: again,
  not_reading: again,
  resumed_elsewhere: over(State.ENDED),
  draining: again,
  stopping: again,
});

/** @type {Readonly<Record<number, string>>} what a close says when the error before it was lost */
const CODES_BY_CLOSE = Object.freeze({
  1009: "message_too_big",
  4400: "too_many_errors",
  4401: "ticket_forged",
  4403: "wrong_origin",
  4404: "station_unknown",
  4408: "silent",
  4409: "resumed_elsewhere",
  4410: "station_closed",
  4429: "room_full",
  4503: "stopping",
});

/**
 * @param {number} close WebSocket close code
 * @returns {string} a refusal's code, or "lost" where the connection just broke
 */
export function codeOfClose(close) {
  return CODES_BY_CLOSE[close] ?? "lost";
}

/**
 * A code that this page does not know is taken as a broken connection.
 * @param {string} code
 */
export function verdictOf(code) {
  return VERDICTS[code] ?? again;
}
