/** Opening hours as browsers' time fields say them. Knows no page; the rules are those of exhibit/hours.py. */

/** @typedef {import("./types.js").Hours} Hours */
/** @typedef {import("./types.js").Week} Week */

export const WEEKDAYS = Object.freeze(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
export const USUAL_HOURS = Object.freeze({ opens: "10:00", closes: "18:00" });

/**
 * A time field knows no 24:00: midnight is its 00:00.
 * @param {Hours} hours
 * @returns {Hours}
 */
export const forFields = ({ opens, closes }) => ({ opens, closes: closes === "24:00" ? "00:00" : closes });

/**
 * What two time fields say. 00:00 to 00:00 is a whole day.
 * @param {string} opens
 * @param {string} closes
 * @returns {Hours}
 */
export const fromFields = (opens, closes) => ({
  opens,
  closes: closes === "00:00" && opens === "00:00" ? "24:00" : closes,
});

/**
 * Whether it closes on the day after.
 * @param {Hours} hours
 */
export const overMidnight = ({ opens, closes }) => closes <= opens && closes !== "00:00";

/**
 * @param {Hours} hours
 */
export const isWholeDay = ({ opens, closes }) => opens === "00:00" && closes === "24:00";

/**
 * The week in which every day has the hours of one.
 * @param {readonly Hours[]} hours
 * @param {readonly string[]} days
 * @param {Week | null} week
 * @returns {Week}
 */
export function spread(hours, days, week) {
  return { ...(week ?? {}), ...Object.fromEntries(days.map((day) => [day, [...hours]])) };
}
