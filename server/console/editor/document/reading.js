/** What the pages of an exhibition read from the server. Shows nothing. */

import { newsSince } from "../model/news.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Exhibition} Exhibition */
/** @typedef {import("../model/types.js").Station} Station */
/** @typedef {import("../model/types.js").Version} Version */

/**
 * @typedef {object} Reading
 * @property {Exhibition} exhibition
 * @property {Station[]} stations
 * @property {Version[]} versions the newest first
 * @property {import("../model/types.js").Completeness} completeness
 * @property {import("../model/news.js").News | null} news in what the draft differs from what visitors see; null: they
 *   see nothing
 */

/**
 * An exhibition's draft with its stations, what it lacks, and how it stands to what visitors see.
 * @param {App} app
 * @param {string} id
 * @returns {Promise<Reading>}
 */
export async function readWhole({ api }, id) {
  const path = `/exhibitions/${id}`;
  const answers = await Promise.all(
    ["", "/stations", "/versions", "/completeness"].map((part) => api.get(path + part)),
  );
  const [exhibition, stations, versions, completeness] = answers.map(({ data }) => data);
  const shown = versions.find((/** @type {Version} */ version) => version.shown);
  const edition = shown ? (await api.get(`${path}/versions/${shown.number}`)).data : null;
  return { exhibition, stations, versions, completeness, news: edition && newsSince(exhibition, stations, edition) };
}

/**
 * What this browser keeps of an exhibition and has not saved: "" for the exhibition itself, and ids of stations.
 * @param {App} app
 * @param {Pick<Reading, "exhibition" | "stations">} reading
 */
export function unsavedOf(app, { exhibition, stations }) {
  const places = [
    { place: "", key: exhibition.id },
    ...stations.map(({ id }) => ({ place: id, key: `${exhibition.id}/s/${id}` })),
  ];
  return places.filter(({ key }) => app.draft(key).kept !== null).map(({ place }) => place);
}

/**
 * Versions whose time has not come, the soonest first.
 * @param {readonly Version[]} versions
 */
export function scheduled(versions) {
  return versions
    .filter(({ state }) => state === "scheduled")
    .sort((one, other) => Date.parse(one.goes_live_at) - Date.parse(other.goes_live_at));
}
