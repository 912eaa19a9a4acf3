/** The arithmetic of charts: round steps for axes, lines with gaps, what lies nearest. Pure; draws nothing. */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** About so many steps of an axis of values. */
const VALUE_STEPS = 4;
/** Steps of a time axis below a day, each a divisor of the next. */
const TIME_STEPS_MS = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE_MS);

/**
 * Values of an axis from 0 to at least `most`, at a round distance: 1, 2 or 5 times a power of ten.
 * @param {number} most
 * @param {number} [least] no step is smaller; 1 for what is counted
 * @returns {number[]}
 */
export function valueTicks(most, least = 0) {
  if (!(most > 0)) return [0, 1];
  const rough = Math.max(most / VALUE_STEPS, least);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough * 0.999) ?? 10 * power;
  const ticks = Math.ceil(most / step - 1e-9);
  return Array.from({ length: ticks + 1 }, (_none, place) => Number((place * step).toPrecision(12)));
}

/**
 * Moments of a time axis, at whole hours or days where the reader is.
 * @param {number} beginMs
 * @param {number} endMs
 * @param {number} [count] at most so many
 * @returns {{atMs: number, isDay: boolean}[]}
 */
export function timeTicks(beginMs, endMs, count = 6) {
  const step = TIME_STEPS_MS.find((one) => (endMs - beginMs) / one <= count);
  if (step === undefined) return dayTicks(beginMs, endMs, count);
  const found = [];
  const first = new Date(beginMs);
  first.setHours(0, 0, 0, 0);
  for (let atMs = first.getTime(); atMs <= endMs; atMs += step) {
    if (atMs >= beginMs) found.push({ atMs, isDay: new Date(atMs).getHours() === 0 && step >= HOUR_MS });
  }
  return found;
}

/**
 * @param {number} beginMs
 * @param {number} endMs
 * @param {number} count
 */
function dayTicks(beginMs, endMs, count) {
  const every = Math.max(1, Math.ceil((endMs - beginMs) / (24 * HOUR_MS) / count));
  const found = [];
  const day = new Date(beginMs);
  day.setHours(0, 0, 0, 0);
  for (; day.getTime() <= endMs; day.setDate(day.getDate() + every)) {
    if (day.getTime() >= beginMs) found.push({ atMs: day.getTime(), isDay: true });
  }
  return found;
}

/**
 * The path of a line; where a value is missing the line ends, and begins anew after it. A value alone is a dot.
 * @param {readonly (number | null)[]} values
 * @param {(place: number) => number} x
 * @param {(value: number) => number} y
 */
export function linePath(values, x, y) {
  const parts = [];
  let pen = false;
  for (const [place, value] of values.entries()) {
    if (value === null) {
      pen = false;
      continue;
    }
    const at = `${round(x(place))} ${round(y(value))}`;
    const alone = !pen && (values[place + 1] ?? null) === null;
    parts.push(alone ? `M${at}h0` : `${pen ? "L" : "M"}${at}`);
    pen = true;
  }
  return parts.join("");
}

/**
 * Neighbours of one value as one run each.
 * @template T
 * @param {readonly T[]} values
 * @returns {{value: T, from: number, to: number}[]} `to` is the first place after it
 */
export function runsOf(values) {
  /** @type {{value: T, from: number, to: number}[]} */
  const runs = [];
  for (const [place, value] of values.entries()) {
    const last = runs.at(-1);
    if (last && last.value === value) last.to = place + 1;
    else runs.push({ value, from: place, to: place + 1 });
  }
  return runs;
}

/**
 * The place of a list that a share of its width points at.
 * @param {number} share 0 to 1
 * @param {number} points
 */
export function placeAt(share, points) {
  return Math.min(points - 1, Math.max(0, Math.floor(share * points)));
}

/**
 * The greatest of all values; 0 where there is none.
 * @param {readonly (readonly (number | null)[])[]} lines
 */
export function greatest(lines) {
  let most = 0;
  for (const line of lines) for (const value of line) most = Math.max(most, value ?? 0);
  return most;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
