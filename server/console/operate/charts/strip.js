/** A station's conditions over time as a band: the worse, the higher, so that no colour is needed to see it. */

import { element } from "../../core/elements.js";
import { NOTHING } from "../parts/numbers.js";
import { timeMarks, whenAt } from "./line_chart.js";
import { HEIGHT, Plot, WIDTH, shape } from "./plot.js";
import { runsOf } from "./scale.js";

/** @type {Readonly<Record<string, number>>} the share of the band's height */
const HEIGHTS = Object.freeze({
  failed: 1,
  degraded: 0.7,
  live: 0.45,
  ready: 0.3,
  never_seen: 0.2,
  closed: 0.08,
  off: 0.08,
});

/**
 * @param {import("../../core/app.js").App} app
 * @param {import("./line_chart.js").TimeAxis} axis
 * @param {readonly (string | null)[]} conditions
 * @param {(place: number | null) => void} [onPlace]
 */
export function conditionStrip(app, axis, conditions, onPlace) {
  const { texts } = app;
  const shapes = runsOf(conditions).flatMap(({ value, from, to }) => {
    if (value === null) return [];
    const height = HEIGHT * (HEIGHTS[value] ?? 0);
    const x = (from / axis.points) * WIDTH;
    const width = ((to - from) / axis.points) * WIDTH;
    return [shape("rect", { class: "strip-run", "data-condition": value, x, width, y: HEIGHT - height, height })];
  });
  const word = (/** @type {string | null} */ value) => (value === null ? NOTHING : texts.say(`condition.${value}`));
  const seen = Object.keys(HEIGHTS).filter((condition) => conditions.includes(condition));
  const plot = new Plot(app, {
    title: texts.say("chart.condition"),
    points: axis.points,
    shapes,
    across: timeMarks(app, axis),
    whenAt: (place) => whenAt(app, axis, place),
    columns: [{ name: "", textAt: (place) => word(conditions[place]) }],
    legend: seen.map((condition) => element("span", { class: "legend", "data-condition": condition }, word(condition))),
    onPlace,
  });
  plot.element.classList.add("strip");
  return plot;
}
