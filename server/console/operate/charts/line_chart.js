/** Values over time as lines: the one that matters is drawn through, the other is dashed. */

import { element } from "../../core/elements.js";
import { NOTHING } from "../parts/numbers.js";
import { HEIGHT, Plot, WIDTH, shape } from "./plot.js";
import { greatest, linePath, timeTicks, valueTicks } from "./scale.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {{startMs: number, stepMs: number, points: number}} TimeAxis */
/** @typedef {import("../model/charts.js").Unit} Unit */

/**
 * @param {App} app
 * @param {TimeAxis} axis
 * @param {import("../model/charts.js").ChartOfLines} chart
 * @param {(place: number | null) => void} [onPlace]
 */
export function lineChart(app, axis, { key, unit, lines }, onPlace) {
  const { texts } = app;
  const values = lines.map((line) => line.values);
  const ticks = unit === "percent" ? [0, 50, 100] : valueTicks(greatest(values), unit === "count" ? 1 : 0);
  const most = ticks.at(-1) ?? 1;
  const x = (/** @type {number} */ place) => ((place + 0.5) / axis.points) * WIDTH;
  const y = (/** @type {number} */ value) => HEIGHT - (Math.min(value, most) / most) * HEIGHT;
  const name = (/** @type {string} */ line) => texts.say(`line.${line}`);
  return new Plot(app, {
    title: texts.say(`chart.${key}`),
    unit: texts.say(`chart.unit_${unit}`),
    points: axis.points,
    shapes: lines.map((line, place) =>
      shape("path", { class: `plot-line plot-line-${place + 1}`, d: linePath(line.values, x, y) }),
    ),
    across: timeMarks(app, axis),
    up: ticks.map((value) => ({ share: value / most, text: texts.number(value) })),
    whenAt: (place) => whenAt(app, axis, place),
    columns: lines.map((line) => ({ name: name(line.key), textAt: (place) => inUnit(app, unit, line.values[place]) })),
    legend: lines.length > 1 ? lines.map((line, place) => legendEntry(name(line.key), `plot-line-${place + 1}`)) : [],
    onPlace,
  });
}

/**
 * @param {string} name
 * @param {string} className of the line
 */
function legendEntry(name, className) {
  const svg = shape("svg", { viewBox: "0 0 24 8", class: "legend-line", "aria-hidden": "true" });
  svg.append(shape("path", { class: `plot-line ${className}`, d: "M1 4h22" }));
  return element("span", { class: "legend" }, svg, name);
}

/**
 * @param {App} app
 * @param {TimeAxis} axis
 */
export function timeMarks({ texts }, { startMs, stepMs, points }) {
  const lengthMs = stepMs * points;
  return timeTicks(startMs, startMs + lengthMs).map(({ atMs, isDay }) => ({
    share: (atMs - startMs) / lengthMs,
    text: isDay ? texts.shortDay(atMs) : texts.time(atMs),
  }));
}

/**
 * @param {App} app
 * @param {TimeAxis} axis
 * @param {number} place
 */
export function whenAt({ texts }, { startMs, stepMs }, place) {
  return texts.moment(startMs + place * stepMs);
}

/**
 * @param {App} app
 * @param {Unit} unit
 * @param {number | null} value
 */
function inUnit({ texts }, unit, value) {
  if (value === null) return NOTHING;
  if (unit === "ms") return texts.amount(Math.round(value), "millisecond");
  if (unit === "percent") return texts.percent(value / 100);
  if (unit === "celsius") return texts.amount(value, "celsius");
  return texts.number(Math.round(value * 10) / 10);
}
