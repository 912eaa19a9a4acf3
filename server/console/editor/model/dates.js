/** Dates and times of a wall clock somewhere else. Knows no schedule. Dates are `YYYY-MM-DD`, times `HH:MM`. */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * @param {string} date
 * @param {number} days
 */
export function addDays(date, days) {
  return new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The Monday on or before a date.
 * @param {string} date
 */
export function mondayOf(date) {
  return addDays(date, -((new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7));
}

/**
 * What a clock in a time zone shows, as `YYYY-MM-DDTHH:MM`.
 * @param {Date} instant
 * @param {string} zone
 */
export function wallClock(instant, zone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${part.year.padStart(4, "0")}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/**
 * The instant at which a clock in a time zone shows that; of two the first, and after a gap the first that there is.
 * @param {string} shown `YYYY-MM-DDTHH:MM`
 * @param {string} zone
 * @returns {Date}
 */
export function instantOf(shown, zone) {
  const asUtc = Date.parse(`${shown}Z`);
  const offsets = [asUtc - DAY_MS, asUtc + DAY_MS].map((at) => offsetAt(at, zone));
  const candidates = offsets.map((offset) => asUtc - offset).sort((one, other) => one - other);
  const exact = candidates.find((at) => wallClock(new Date(at), zone) === shown);
  return new Date(exact ?? asUtc - Math.min(...offsets));
}

/**
 * How far a zone's clocks are ahead of UTC.
 * @param {number} atMs
 * @param {string} zone
 */
function offsetAt(atMs, zone) {
  const minute = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  return Date.parse(`${wallClock(new Date(minute), zone)}Z`) - minute;
}

/**
 * @param {string} time `HH:MM`, up to 24:00
 */
export function minutesOf(time) {
  const [hours, minutes] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The curator's own time zone. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/**
 * Every time zone that the browser knows, by the first part of its name; a zone that it does not know is there too.
 * @param {string} present
 * @returns {Map<string, string[]>}
 */
export function zonesByRegion(present) {
  const zones = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), present]);
  /** @type {Map<string, string[]>} */
  const regions = new Map();
  for (const zone of [...zones].sort()) {
    const region = zone.includes("/") ? zone.split("/")[0] : "";
    regions.set(region, [...(regions.get(region) ?? []), zone]);
  }
  return regions;
}
