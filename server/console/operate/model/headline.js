/** The one sentence that answers whether every station works; and what else must be known with it. Pure. */

import { isDegraded, isFailed, isShut, workerId } from "./condition.js";

/** @typedef {import("./types.js").Reading} Reading */
/** @typedef {import("./types.js").StationReading} StationReading */
/** @typedef {{key: string, count: number | null, values: Record<string, number>, named: StationReading[]}} Sentence */

/** @typedef {"well" | "weak" | "bad" | "shut"} Mood */
/**
 * @typedef {object} Headline
 * @property {Mood} mood
 * @property {Sentence} main its stations are named after it, as ways to them
 * @property {Sentence[]} more
 */

/**
 * What is said of all stations together. The doors may still be closed at five to ten: then the sentence is of what
 * will work once they open, as far as that is known.
 * @param {Reading} reading
 * @returns {Headline}
 */
export function headlineOf({ stations, workers }) {
  const open = stations.filter((station) => !isShut(station));
  if (stations.length === 0) return { mood: "shut", main: sentence("headline.nothing"), more: [] };
  if (open.length === 0) return shut(stations, workers);
  const failed = open.filter(isFailed);
  const weak = open.filter(isDegraded);
  const more = closedOnes(stations);
  if (failed.length > 0) {
    const all = failed.length === open.length;
    const main = all
      ? sentence("headline.all_failed", open.length, {}, failed)
      : sentence("headline.failed", open.length, { failed: failed.length }, failed);
    return { mood: "bad", main, more: [...weakOnes(weak), ...more] };
  }
  const all = more.length > 0 ? "headline.open_work" : "headline.all_work";
  const mood = weak.length > 0 ? "weak" : "well";
  return { mood, main: sentence(all, open.length), more: [...weakOnes(weak), ...more] };
}

/**
 * @param {readonly StationReading[]} stations none of them open
 * @param {Reading["workers"]} workers
 * @returns {Headline}
 */
function shut(stations, workers) {
  const paints = workers.some(({ name, ready }) => ready && workerId(name) !== "dreamer");
  const main = sentence(paints ? "headline.shut" : "headline.shut_down", stations.length);
  return { mood: paints ? "shut" : "bad", main, more: offOnes(stations) };
}

/** @param {StationReading[]} weak */
function weakOnes(weak) {
  return weak.length > 0 ? [sentence("headline.weak", weak.length, {}, weak)] : [];
}

/** @param {readonly StationReading[]} stations */
function closedOnes(stations) {
  const closed = stations.filter(({ condition }) => condition === "closed");
  return [...(closed.length > 0 ? [sentence("headline.closed", closed.length)] : []), ...offOnes(stations)];
}

/** @param {readonly StationReading[]} stations */
function offOnes(stations) {
  const off = stations.filter(({ condition }) => condition === "off");
  return off.length > 0 ? [sentence("headline.off", off.length, {}, off)] : [];
}

/**
 * @param {string} key
 * @param {number | null} [count] null: the sentence counts nothing
 * @param {Record<string, number>} [values]
 * @param {StationReading[]} [named]
 * @returns {Sentence}
 */
function sentence(key, count = null, values = {}, named = []) {
  return { key, count, values, named };
}
