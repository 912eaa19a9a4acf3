/** What the server's news means for the journey: a status, or a link that was lost. Pure. */

import { State } from "./journey.js";

/** Codes of a room that has no place for now; what else breaks a link is a lost connection. */
const ROOM_CODES = ["room_full", "too_many_connections"];

/** @typedef {{state: string, detail: Record<string, any>}} News */

/**
 * @param {import("./protocol.js").TextMessage} status
 * @returns {News | null} null for one that this page does not know
 */
export function newsOfStatus({ state, place, estimate_s, reduced, retry_after_s }) {
  if (state === "waiting") return { state: State.WAITING, detail: { place, estimateS: estimate_s } };
  if (state === "live") return { state: State.LIVE, detail: {} };
  if (state === "slow") return { state: State.SLOW, detail: { reduced } };
  if (state === "stopping") return { state: State.RECONNECTING, detail: { code: "stopping", waitS: retry_after_s } };
  return null;
}

/**
 * @param {string} code why the link was lost
 * @param {number} retryAfterMs when it is opened again
 * @returns {News}
 */
export function newsOfLoss(code, retryAfterMs) {
  const waitS = retryAfterMs / 1000;
  if (ROOM_CODES.includes(code)) return { state: State.WAITING, detail: { full: true, waitS } };
  return { state: State.RECONNECTING, detail: { code, waitS } };
}
