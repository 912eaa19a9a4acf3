/** Measured values in the words of the page; what was not measured is a dash. */

import { sizeOf } from "../model/amounts.js";

/** @typedef {import("../../core/texts.js").Texts} Texts */

export const NOTHING = "–";

/**
 * @param {Texts} texts
 * @param {number | null} ms
 */
export function milliseconds(texts, ms) {
  return ms === null ? NOTHING : texts.amount(Math.round(ms), "millisecond");
}

/**
 * @param {Texts} texts
 * @param {number} bytes
 */
export function size(texts, bytes) {
  const { amount, unit } = sizeOf(bytes);
  return texts.amount(amount, unit, 1);
}

/**
 * How long a machine has been running: in the coarsest unit that fits.
 * @param {Texts} texts
 * @param {number} seconds
 */
export function uptime(texts, seconds) {
  if (seconds < 5400) return texts.amount(Math.max(1, Math.round(seconds / 60)), "minute");
  if (seconds < 172_800) return texts.amount(Math.round(seconds / 3600), "hour");
  return texts.amount(Math.floor(seconds / 86_400), "day");
}
