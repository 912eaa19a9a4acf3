/** How long to wait before trying again: longer each time, and never in step with the other phones. */

const FIRST_MS = 300;
const LONGEST_MS = 8000;

/**
 * @param {number} attempt 0 for the first
 * @param {number} random from 0 up to 1
 * @returns {number} milliseconds: half of it fixed, half of it chance
 */
export function backoffMs(attempt, random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
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
