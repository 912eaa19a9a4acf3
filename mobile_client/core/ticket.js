/** Reads a ticket's station from the server. Knows the address of the API, and no screen. */

/** @typedef {Record<string, string>} Words language to text */

/**
 * @typedef {object} Style
 * @property {string} id
 * @property {Words} name
 * @property {string} painter
 * @property {number | string | null} year null where nobody knows it
 * @property {string} thumbnail address
 */

/** @typedef {{width: number, height: number, mean: number[], deviation: number[]}} Target colours 0 to 255: red, green, blue */
/** @typedef {{kind: "picture" | "clip", url: string}} CuratorsOverlay */
/** null where nobody said */
/** @typedef {{step_free: boolean | null, seating: boolean | null, flicker: boolean, notes: Words | null}} Accessibility */

/**
 * @typedef {object} Station
 * @property {string} id
 * @property {number} number
 * @property {Words} title
 * @property {Words} text
 * @property {"lens" | "canvas" | "dream"} experience
 * @property {"all" | "inside" | "outside"} [region] what of the camera picture a lens repaints
 * @property {boolean} open
 * @property {string | null} [opens_at] ISO 8601; when it opens again, where that is known
 * @property {string | null} [notice] words of who switched it off
 * @property {{url: string, preview?: string, alt: Words} | null} [artwork] preview: small enough for the first screen
 * @property {Target | null} [target] what a canvas or a dream looks for
 * @property {CuratorsOverlay | null} [overlay] of a canvas; null where the artwork is repainted by style
 * @property {import("./dream_words.js").DreamOffer | null} [dream]
 * @property {Style[]} styles none where the curator gave the overlay
 * @property {import("./protocol.js").StyleMix} default_style
 * @property {number} strength
 * @property {Words | null} [description]
 * @property {Words | null} [caption]
 * @property {Words | null} [audio_description]
 * @property {Accessibility | null} [accessibility]
 */

/**
 * @typedef {object} Card What a ticket opens.
 * @property {{id: string, title: Words}} exhibition
 * @property {string[]} languages
 * @property {Station} station
 * @property {{live: number, waiting: number}} room
 * @property {string} public_url
 * @property {number} [version] of the published exhibition; 0 for a draft
 * @property {boolean} [draft] whether only a curator may see it
 * @property {string | null} [expires_at] ISO 8601; the ticket's end
 */

/** The server answered, and said no. */
export class TicketProblem extends Error {
  /** @param {string} code as in PROTOCOL.md */
  constructor(code) {
    super(`ticket: ${code}`);
    this.code = code;
  }
}

/**
 * The ticket in an address like /v/TICKET, or an empty text.
 * @param {string} path
 */
export function ticketInPath(path) {
  const [, ticket] = /^\/v\/([^/]+)\/?$/.exec(path) ?? [];
  return ticket ? decodeURIComponent(ticket) : "";
}

/**
 * The address that a ticket's code leads to.
 * @param {string} ticket
 */
export function pathOfTicket(ticket) {
  return `/v/${encodeURIComponent(ticket)}`;
}

/**
 * Throws TicketProblem where the server refused, TypeError and the like where it was not reached.
 * @param {string} ticket
 * @param {typeof fetch} [ask]
 * @returns {Promise<Card>}
 */
export async function readTicket(ticket, ask = fetch) {
  if (!ticket) throw new TicketProblem("ticket_forged");
  const answer = await ask(`/api/v1/tickets/${encodeURIComponent(ticket)}`, {
    headers: { accept: "application/json" },
    cache: "no-store",
    signal: AbortSignal.timeout?.(10_000),
  });
  if (answer.ok) return answer.json();
  if (answer.status >= 500 || answer.status === 429) throw new Error(`server answered ${answer.status}`);
  const problem = await answer.json().catch(() => ({}));
  throw new TicketProblem(typeof problem.code === "string" ? problem.code : "ticket_forged");
}
