/** How long to wait before trying again: longer each time, and never in step with the other phones. */

const FIRST_MS = 300;
const LONGEST_MS = 8000;
/** While the server still keeps the session: the first try after it is back must not come too late. */
const LONGEST_KEPT_MS = 3000;
/** A server that stops is back soon, and everybody comes back to it: so far apart. */
const STOPPING_SPREAD_MS = 4000;

/**
 * @param {number} attempt 0 for the first
 * @param {number} random from 0 up to 1
 * @param {boolean} [kept] whether the session may still be taken up again
 * @returns {number} milliseconds: half of it fixed, half of it chance
 */
export function backoffMs(attempt, random, kept = false) {
  const ceiling = Math.min(kept ? LONGEST_KEPT_MS : LONGEST_MS, FIRST_MS * 2 ** attempt);
  return ceiling * (0.5 + random / 2);
}

/**
 * The wait when the server named a time: never earlier, and spread over a fifth of it (at least a second).
 * @param {number} retryAfterS
 * @param {number} random from 0 up to 1
 */
export function askedWaitMs(retryAfterS, random) {
  return retryAfterS * 1000 + random * Math.max(1000, retryAfterS * 200);
}

/**
 * The wait when the server said that it stops.
 * @param {number} retryAfterS 0 where the word was lost
 * @param {number} random from 0 up to 1
 */
export function stoppingWaitMs(retryAfterS, random) {
  return Math.max(1, retryAfterS) * 1000 + random * STOPPING_SPREAD_MS;
}
