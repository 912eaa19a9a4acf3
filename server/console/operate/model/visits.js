/** Sums over visits, put together for charts: by day, by hour of the day, over several stations. Pure. */

/** @typedef {import("./types.js").Sums} Sums */
/** @typedef {import("./types.js").StationVisits} StationVisits */
/** @typedef {"dwell" | "experiences" | "styles" | "languages" | "steps" | "gave_up"} Kind */

/** @type {readonly Kind[]} */
const KINDS = ["dwell", "experiences", "styles", "languages", "steps", "gave_up"];

/**
 * Several stations' sums as one.
 * @param {readonly Sums[]} all
 * @returns {Sums}
 */
export function together(all) {
  const visits = all.reduce((sum, one) => sum + one.visits, 0);
  const known = all.filter(({ dwell_mean_s }) => dwell_mean_s !== null);
  const weight = known.reduce((sum, one) => sum + one.visits, 0);
  const seconds = known.reduce((sum, one) => sum + one.visits * (one.dwell_mean_s ?? 0), 0);
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, added(all.map((one) => one[kind]))]));
  return /** @type {Sums} */ ({ visits, dwell_mean_s: weight > 0 ? seconds / weight : null, ...counts });
}

/** @param {readonly Record<string, number>[]} all */
function added(all) {
  /** @type {Record<string, number>} */
  const sums = {};
  for (const counts of all) for (const [key, count] of Object.entries(counts)) sums[key] = (sums[key] ?? 0) + count;
  return sums;
}

/**
 * Visits by day or by hour of the stretch, those without any too.
 * @param {readonly StationVisits[]} stations
 * @param {number} beginMs the start of a day or of an hour
 * @param {number} endMs
 * @param {"day" | "hour"} step
 * @returns {{atMs: number, count: number}[]}
 */
export function visitsOver(stations, beginMs, endMs, step) {
  /** @type {Map<number, number>} */
  const found = new Map();
  for (let atMs = beginMs; atMs < endMs; atMs = next(atMs, step)) found.set(atMs, 0);
  for (const { hours } of stations) {
    for (const { hour, sums } of hours) {
      const atMs = startOf(Date.parse(hour), step);
      if (found.has(atMs)) found.set(atMs, (found.get(atMs) ?? 0) + sums.visits);
    }
  }
  return [...found].map(([atMs, count]) => ({ atMs, count }));
}

/**
 * Visits by hour of the day, where the reader is: 24 of them.
 * @param {readonly StationVisits[]} stations
 */
export function visitsByHour(stations) {
  const found = Array.from({ length: 24 }, () => 0);
  for (const { hours } of stations) for (const { hour, sums } of hours) found[new Date(hour).getHours()] += sums.visits;
  return found;
}

/**
 * @param {number} atMs
 * @param {"day" | "hour"} step
 */
function startOf(atMs, step) {
  const start = new Date(atMs);
  if (step === "day") start.setHours(0, 0, 0, 0);
  else start.setMinutes(0, 0, 0);
  return start.getTime();
}

/**
 * @param {number} atMs
 * @param {"day" | "hour"} step
 */
function next(atMs, step) {
  const start = new Date(atMs);
  if (step === "day") start.setDate(start.getDate() + 1);
  else start.setTime(start.getTime() + 3_600_000);
  return start.getTime();
}

/**
 * The greatest first; "other" always last.
 * @param {Readonly<Record<string, number>>} counts
 * @returns {[string, number][]}
 */
export function ranked(counts) {
  const weight = (/** @type {[string, number]} */ [key, count]) => (key === "other" ? -1 : count);
  return Object.entries(counts).sort((one, other) => weight(other) - weight(one));
}

/**
 * Lengths of stays from short to long, those that are not told apart last.
 * @param {Readonly<Record<string, number>>} counts by bucket, such as "30-60" seconds, "1800-" or "other"
 * @returns {{low: number | null, high: number | null, count: number}[]}
 */
export function dwellsInOrder(counts) {
  const found = Object.entries(counts).map(([key, count]) => {
    if (key === "other") return { low: null, high: null, count };
    const [low, high] = key.split("-");
    return { low: Number(low), high: high ? Number(high) : null, count };
  });
  return found.sort((one, other) => (one.low ?? Infinity) - (other.low ?? Infinity));
}
