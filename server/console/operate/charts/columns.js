/** Counts side by side as columns: of days, of hours. */

import { HEIGHT, Plot, WIDTH, shape } from "./plot.js";
import { greatest, valueTicks } from "./scale.js";

const GAP = 0.18; // of a column's width, on either side

/**
 * @param {import("../../core/app.js").App} app
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.name of what is counted
 * @param {readonly number[]} chart.counts
 * @param {(place: number) => string} chart.whenAt
 * @param {import("./plot.js").AxisMark[]} chart.across
 */
export function columnChart(app, { title, name, counts, whenAt, across }) {
  const { texts } = app;
  const ticks = valueTicks(greatest([counts]), 1);
  const most = ticks.at(-1) ?? 1;
  const width = WIDTH / counts.length;
  const shapes = counts.map((count, place) => {
    const height = (count / most) * HEIGHT;
    const x = (place + GAP) * width;
    return shape("rect", { class: "plot-column", x, width: width * (1 - 2 * GAP), y: HEIGHT - height, height });
  });
  return new Plot(app, {
    title,
    points: counts.length,
    shapes,
    across,
    up: ticks.map((tick) => ({ share: tick / most, text: texts.number(tick) })),
    whenAt,
    columns: [{ name, textAt: (place) => texts.number(counts[place]) }],
  });
}
