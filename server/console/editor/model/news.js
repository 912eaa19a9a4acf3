/** In what a draft differs from the version that visitors see. Knows no page. */

import { same } from "./paths.js";

/** @typedef {import("./types.js").Exhibition} Exhibition */
/** @typedef {import("./types.js").Station} Station */
/** @typedef {import("./types.js").Edition} Edition */

/**
 * @typedef {object} News
 * @property {boolean} exhibition whether something that holds for all stations differs
 * @property {string[]} changed ids of stations
 * @property {string[]} added
 * @property {string[]} removed
 * @property {boolean} moved whether the order differs
 * @property {boolean} any
 */

/**
 * @param {Exhibition} exhibition
 * @param {readonly Station[]} stations
 * @param {Edition} shown
 * @returns {News}
 */
export function newsSince(exhibition, stations, shown) {
  const before = new Map(shown.stations.map(({ id, content }) => [id, content]));
  const now = new Set(stations.map(({ id }) => id));
  const added = stations.filter(({ id }) => !before.has(id)).map(({ id }) => id);
  const removed = [...before.keys()].filter((id) => !now.has(id));
  const changed = stations
    .filter(({ id, content }) => before.has(id) && !same(before.get(id), content))
    .map(({ id }) => id);
  const kept = [...before.keys()].filter((id) => now.has(id));
  const moved = !same(
    kept,
    stations.map(({ id }) => id).filter((id) => before.has(id)),
  );
  const ofAll = !same(exhibition.content, shown.exhibition);
  return {
    exhibition: ofAll,
    changed,
    added,
    removed,
    moved,
    any: ofAll || moved || added.length + removed.length + changed.length > 0,
  };
}
