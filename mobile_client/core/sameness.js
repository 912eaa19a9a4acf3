/** What of a station stayed as it was when its card was read again. Pure. */

/** @typedef {import("./ticket.js").Card} Card */
/** @typedef {import("./ticket.js").Station} Station */

/** What decides how pictures are made and shown; all else of a station may change under a running picture. */
const KIND = /** @type {const} */ (["experience", "region", "overlay", "target"]);

/**
 * @param {Station} one
 * @param {Station} other
 */
export function isSameKind(one, other) {
  return KIND.every((name) => isSame(one[name] ?? null, other[name] ?? null));
}

/**
 * Whether a visitor is told the same by both. What is measured of an artwork may come later than the rest, and is no news.
 * @param {Card} one
 * @param {Card} other
 */
export function isSameCard(one, other) {
  const [told, toldNow] = [one, other].map(({ exhibition, station }) => [exhibition, { ...station, target: null }]);
  return isSame(told, toldNow);
}

/**
 * Whether the card that was read before is still true, as far as a welcome can tell.
 * @param {{experience: string, styles: string[]} | undefined} told
 * @param {Station} station
 */
export function isDescribed(told, { experience, styles }) {
  if (!told) return true;
  const offered = new Set(told.styles);
  return told.experience === experience && offered.size === styles.length && styles.every(({ id }) => offered.has(id));
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
