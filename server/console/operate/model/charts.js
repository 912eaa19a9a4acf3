/** Which charts the minutes of a station or of the house make, and their lines. Pure; draws nothing. */

import { shareOf } from "./amounts.js";

/** @typedef {import("./types.js").Chart} Chart */
/** @typedef {"count" | "ms" | "percent" | "celsius"} Unit */
/** @typedef {{key: string, values: (number | null)[]}} Line */
/** @typedef {{key: string, unit: Unit, lines: Line[]}} ChartOfLines the first line is the one that matters */

/** What is not there where nothing measured it; everything else is left out where it was zero. */
const MEASURED = /^(glass_|card_)/;

/**
 * A station's charts.
 * @param {Chart} chart
 * @returns {ChartOfLines[]}
 */
export function stationCharts(chart) {
  const { line, map } = reader(chart);
  const dropped = Object.keys(chart.lines).filter((name) => name.startsWith("dropped."));
  return known([
    { key: "visitors", unit: "count", lines: [line("live_most"), line("waiting")] },
    { key: "glass", unit: "ms", lines: [line("glass_p95_ms"), line("glass_p50_ms")] },
    {
      key: "answers",
      unit: "count",
      lines: [line("answers"), map("dropped", dropped, (...counts) => counts.reduce((sum, count) => sum + count, 0))],
    },
    ...(chart.lines.tried
      ? [
          chartOf(
            "found",
            "percent",
            map("found", ["locked", "tried"], (locked, tried) => (tried > 0 ? shareOf(locked, tried) * 100 : null)),
          ),
        ]
      : []),
  ]);
}

/**
 * The house's charts.
 * @param {Chart} chart
 * @returns {ChartOfLines[]}
 */
export function houseCharts(chart) {
  const { line, map } = reader(chart);
  const percent = (/** @type {number} */ share) => share * 100;
  const used = (/** @type {number} */ part, /** @type {number} */ whole) =>
    whole > 0 ? shareOf(part, whole) * 100 : null;
  return known([
    { key: "visitors", unit: "count", lines: [line("live_most"), line("waiting")] },
    { key: "glass", unit: "ms", lines: [line("glass_p95_ms"), line("glass_p50_ms")] },
    { key: "load", unit: "percent", lines: [map("cpu", ["cpu_share"], percent), map("card", ["card_use"], percent)] },
    {
      key: "room",
      unit: "percent",
      lines: [
        map("memory", ["memory_bytes", "memory_total_bytes"], used),
        map("disk", ["disk_bytes", "disk_total_bytes"], used),
      ],
    },
    { key: "lag", unit: "ms", lines: [line("loop_lag_p99_ms")] },
    { key: "temperature", unit: "celsius", lines: [line("card_temperature_c")] },
    { key: "restarts", unit: "count", lines: [line("restarts")] },
  ]);
}

/**
 * A station's condition at each point; null: nobody looked.
 * @param {Chart} chart
 * @returns {(string | null)[]}
 */
export function conditions({ points, lines }) {
  const found = lines.condition ?? [];
  return Array.from({ length: points }, (_none, place) => /** @type {string | null} */ (found[place] ?? null));
}

/**
 * @param {string} key
 * @param {Unit} unit
 * @param {...Line} lines
 * @returns {ChartOfLines}
 */
function chartOf(key, unit, ...lines) {
  return { key, unit, lines };
}

/** @param {Chart} chart */
function reader({ points, lines }) {
  const places = Array.from({ length: points }, (_none, place) => place);
  const looked = places.map((place) => Object.values(lines).some((values) => (values[place] ?? null) !== null));

  /**
   * @param {string} name
   * @param {number} place
   */
  function at(name, place) {
    const value = lines[name]?.[place];
    if (typeof value === "number") return value;
    return looked[place] && !MEASURED.test(name) ? 0 : null;
  }

  /**
   * @param {string} key
   * @param {readonly string[]} names
   * @param {(...values: number[]) => number | null} combine
   * @returns {Line}
   */
  function map(key, names, combine) {
    const values = places.map((place) => {
      const all = names.map((name) => at(name, place));
      if (!looked[place] || all.includes(null)) return null;
      return combine(.../** @type {number[]} */ (all));
    });
    return { key, values };
  }

  return { map, line: (/** @type {string} */ name) => map(name, [name], (value) => value) };
}

/**
 * Without lines that were never measured, and without charts that have none.
 * @param {ChartOfLines[]} charts
 */
function known(charts) {
  return charts
    .map((chart) => ({ ...chart, lines: chart.lines.filter(({ values }) => values.some((value) => value !== null)) }))
    .filter(({ lines }) => lines.length > 0);
}
