/** What visitors see of an exhibition, whether the draft differs, and what comes next: in words. Reads nothing. */

import { element } from "../../core/elements.js";
import { ownZone } from "../model/dates.js";
import { scheduled } from "../document/reading.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/reading.js").Reading} Reading */

/**
 * @param {App} app
 * @param {Reading} reading
 */
export function standingLine(app, { exhibition, versions, news }) {
  const { texts } = app;
  const { shown } = exhibition;
  const parts = [
    shown === null
      ? state("hidden", texts.say("standing.hidden"))
      : state("shown", texts.say("standing.shown", { version: String(shown) })),
    news?.any && state("changed", texts.say("standing.changed")),
    ...scheduled(versions).map((version) => state("scheduled", scheduledWords(app, exhibition, version))),
  ];
  return element("p", { class: "standing" }, ...parts);
}

/**
 * What the draft says otherwise than what visitors see.
 * @param {App} app
 * @param {Reading} reading
 * @param {(station: string) => string} titleOfStation
 */
export function newsWords(app, { news }, titleOfStation) {
  if (!news?.any) return "";
  const { texts } = app;
  const named = (/** @type {string} */ key, /** @type {string[]} */ ids) =>
    ids.length > 0 && texts.say(key, { stations: texts.list(ids.map(titleOfStation)) });
  return [
    named("news.added", news.added),
    news.removed.length > 0 && texts.say("news.removed", { stations: texts.list(news.removed) }),
    named("news.changed", news.changed),
    news.moved && texts.say("news.moved"),
    news.exhibition && texts.say("news.exhibition"),
  ]
    .filter(Boolean)
    .join(" ");
}

/**
 * @param {App} app
 * @param {import("../model/types.js").Exhibition} exhibition
 * @param {import("../model/types.js").Version} version
 */
export function scheduledWords(app, exhibition, { number, goes_live_at: at }) {
  const when = instantWords(app, at, exhibition.content.schedule.timezone);
  return app.texts.say("standing.scheduled", { version: String(number), when });
}

/**
 * An instant by the exhibition's clocks, and by the curator's where those show something else.
 * @param {App} app
 * @param {string | Date} instant
 * @param {string} zone the exhibition's
 */
export function instantWords(app, instant, zone) {
  const there = inZone(app, instant, zone);
  const here = inZone(app, instant, ownZone());
  return there === here
    ? there
    : app.texts.say("standing.two_zones", { there, zone: zoneName(zone), here, own: zoneName(ownZone()) });
}

/**
 * @param {App} app
 * @param {string | Date} instant
 * @param {string} zone
 */
export function inZone({ texts }, instant, zone) {
  const options = /** @type {const} */ ({ dateStyle: "medium", timeStyle: "short", timeZone: zone });
  return new Intl.DateTimeFormat(texts.language.code === "en" ? "en-GB" : texts.language.code, options).format(
    new Date(instant),
  );
}

/** @param {string} zone */
export const zoneName = (zone) => zone.split("/").slice(1).join(", ").replaceAll("_", " ") || zone;

/**
 * @param {string} name
 * @param {string} words
 */
function state(name, words) {
  return element("span", { class: "state", "data-state": name }, words);
}
