/** What the conditions of a station look like and mean: an icon each, and whether somebody has to come. Pure. */

/** @typedef {import("./types.js").StationReading} StationReading */
/** @typedef {import("./types.js").Condition} Condition */

/** @type {Readonly<Record<Condition, keyof typeof import("../../core/icons.js").ICONS>>} */
export const CONDITION_ICONS = Object.freeze({
  never_seen: "circle",
  ready: "check",
  live: "live",
  degraded: "warning",
  failed: "cross",
  closed: "clock",
  off: "power",
});

/** @param {StationReading} station */
export const isFailed = ({ condition }) => condition === "failed";
/** @param {StationReading} station */
export const isDegraded = ({ condition }) => condition === "degraded";
/** @param {StationReading} station */
export const isShut = ({ condition }) => condition === "closed" || condition === "off";

/**
 * Whether this is one and the same station.
 * @param {{exhibition: string, station: string}} one
 * @param {{exhibition: string, station: string}} other
 */
export const isSame = (one, other) => one.exhibition === other.exhibition && one.station === other.station;

/**
 * Stations by exhibition, each in the order of its numbers.
 * @param {readonly StationReading[]} stations
 * @returns {Map<string, StationReading[]>}
 */
export function byExhibition(stations) {
  /** @type {Map<string, StationReading[]>} */
  const found = new Map();
  for (const station of stations) found.set(station.exhibition, [...(found.get(station.exhibition) ?? []), station]);
  for (const all of found.values()) all.sort((one, other) => one.number - other.number);
  return found;
}

/**
 * What the API calls a worker, by the name that a reading has for it.
 * @param {string} name such as "worker 0"
 */
export function workerId(name) {
  return /^worker (\d+)$/.exec(name)?.[1] ?? "dreamer";
}
