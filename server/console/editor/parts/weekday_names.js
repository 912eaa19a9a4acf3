/** Names of the days of the week in the language of the page. */

import { WEEKDAYS } from "../model/hours.js";

const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/**
 * @param {import("../../core/texts.js").Texts} texts
 * @param {string} day such as mon
 * @param {"long" | "short"} width
 */
export function weekdayName(texts, day, width) {
  const format = new Intl.DateTimeFormat(texts.language.code, { weekday: width, timeZone: "UTC" });
  return format.format(new Date(A_MONDAY + WEEKDAYS.indexOf(day) * DAY_MS));
}

/**
 * A date as people read it.
 * @param {import("../../core/texts.js").Texts} texts
 * @param {string} date `YYYY-MM-DD`
 * @param {Intl.DateTimeFormatOptions} [options]
 */
export function dateName(texts, date, options = { day: "numeric", month: "long", year: "numeric" }) {
  const code = texts.language.code === "en" ? "en-GB" : texts.language.code;
  return new Intl.DateTimeFormat(code, { ...options, timeZone: "UTC" }).format(new Date(`${date}T00:00Z`));
}
