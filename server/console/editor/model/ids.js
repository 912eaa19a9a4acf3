/** Ids and numbers for what is new. Knows no page. */

import { freeId, idOf } from "../../core/ids.js";

const MOST_NUMBER = 65535;

/**
 * An id made of a title that nobody has.
 * @param {string} title
 * @param {string} fallback where the title has no letter for it
 * @param {readonly string[]} taken
 */
export function proposedId(title, fallback, taken) {
  return freeId(idOf(title, fallback), taken);
}

/**
 * The number after the highest: a code in print that led to a removed station should not lead to another one.
 * @param {readonly number[]} taken
 */
export function nextNumber(taken) {
  const next = Math.max(0, ...taken) + 1;
  if (next <= MOST_NUMBER) return next;
  return (
    [...Array(MOST_NUMBER).keys()].map((index) => index + 1).find((number) => !taken.includes(number)) ?? MOST_NUMBER
  );
}
