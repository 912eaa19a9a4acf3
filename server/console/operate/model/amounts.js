/** Amounts as people read them: bytes, shares, milliseconds. Pure. */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/**
 * The amount and its unit for Intl.NumberFormat, such as 3.2 and "gigabyte".
 * @param {number} bytes
 * @returns {{amount: number, unit: string}}
 */
export function sizeOf(bytes) {
  let place = 0;
  let amount = bytes;
  while (amount >= 1000 && place < UNITS.length - 1) {
    amount /= 1000;
    place += 1;
  }
  return { amount: amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount), unit: UNITS[place] };
}

/**
 * A part of a whole, 0 to 1; 0 of nothing.
 * @param {number} part
 * @param {number} whole
 */
export function shareOf(part, whole) {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

/**
 * How much of a machine's part is used, in a word: it is worth a look from 80 %, and somebody's time from 92 % on.
 * @param {number} share
 * @returns {"well" | "high" | "full"}
 */
export function levelOf(share) {
  if (share >= 0.92) return "full";
  return share >= 0.8 ? "high" : "well";
}

/**
 * Everything of a record together.
 * @param {Readonly<Record<string, number>>} counts
 */
export function sumOf(counts) {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
