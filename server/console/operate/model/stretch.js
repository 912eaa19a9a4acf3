/** How far back charts and tables look. Pure. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** @typedef {"1h" | "24h" | "7d" | "30d"} Stretch */

/** @type {Readonly<Record<Stretch, number>>} */
export const STRETCHES_MS = Object.freeze({ "1h": HOUR_MS, "24h": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS });

/** Points of a chart: as many as can be told apart, each a whole number of minutes. */
export const POINTS = 360;

/**
 * The query of a stretch that ends now.
 * @param {Stretch} stretch
 * @param {number} nowMs
 */
export function queryOf(stretch, nowMs) {
  return { from: new Date(nowMs - STRETCHES_MS[stretch]).toISOString(), to: new Date(nowMs).toISOString() };
}

/**
 * Midnight, so many days before, where the reader is.
 * @param {number} nowMs
 * @param {number} daysBefore
 */
export function dayBefore(nowMs, daysBefore) {
  const day = new Date(nowMs);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - daysBefore);
  return day.getTime();
}
