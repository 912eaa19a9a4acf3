/** The last thirty days minute by minute, of the house or of a station, as charts that are walked through together. */

import { element, fill } from "../../core/elements.js";
import { lineChart } from "../charts/line_chart.js";
import { conditionStrip } from "../charts/strip.js";
import { conditions, houseCharts, stationCharts } from "../model/charts.js";
import { isSame } from "../model/condition.js";
import { POINTS, STRETCHES_MS, queryOf } from "../model/stretch.js";
import { segments, stationChooser } from "../parts/choosers.js";
import { operatePage, placeHash, tabHash } from "../parts/frame.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/stretch.js").Stretch} Stretch */
/** @typedef {import("../model/types.js").Chart} Chart */
/** @typedef {{exhibition: string, station: string}} Place */

/**
 * @param {string[]} parts the exhibition and the station; "": the house
 * @param {App} app
 * @returns {Promise<import("../../core/router.js").Page>}
 */
export async function openHistory([exhibition, station], app) {
  const { texts } = app;
  const place = station ? { exhibition, station } : null;
  const charts = element("div", { class: "charts", "aria-live": "off" });
  /** @type {Stretch} */
  let stretch = "24h";

  async function read() {
    const wanted = stretch;
    const data = await readMinutes(app, place, wanted);
    if (wanted === stretch) fill(charts, ...chartsOf(app, place, data));
  }

  const [{ data: reading }] = await Promise.all([app.api.get("/operate/reading"), read()]);
  const found = place && reading.stations.find((/** @type {Place} */ one) => isSame(one, place));
  const title = place ? found?.title || place.station : texts.say("history.house");
  const stretches = Object.keys(STRETCHES_MS).map((value) => ({ value, label: texts.say(`stretch.${value}`) }));
  const page = operatePage(app, {
    tab: "history",
    className: "history-page",
    head: [element("h1", { dir: "auto" }, title), element("p", { class: "lead" }, texts.say("history.lead"))],
    body: [
      element(
        "div",
        { class: "chart-choices" },
        stationChooser(app, {
          label: texts.say("history.of"),
          all: texts.say("history.house"),
          stations: reading.stations,
          chosen: place,
          onChoose: (chosen) => app.go(chosen ? placeHash("history", chosen) : tabHash("history")),
        }),
        segments(texts.say("history.stretch"), stretches, stretch, (value) => {
          stretch = /** @type {Stretch} */ (value);
          void read().catch((error) => app.report(error));
        }),
      ),
      charts,
    ],
  });
  return { element: page, title: texts.say("history.title", { title }) };
}

/**
 * @param {App} app
 * @param {Place | null} place
 * @param {Stretch} stretch
 * @returns {Promise<Chart>}
 */
async function readMinutes(app, place, stretch) {
  const query = new URLSearchParams({ ...queryOf(stretch, Date.now()), points: String(POINTS), ...place });
  return (await app.api.get(`/operate/history?${query}`)).data;
}

/**
 * @param {App} app
 * @param {Place | null} place
 * @param {Chart} chart
 */
function chartsOf(app, place, chart) {
  const axis = { startMs: Date.parse(chart.start), stepMs: chart.step_s * 1000, points: chart.points };
  const lines = place ? stationCharts(chart) : houseCharts(chart);
  if (lines.length === 0) return [element("p", { class: "lead" }, app.texts.say("history.empty"))];
  /** @type {import("../charts/plot.js").Plot[]} */
  const plots = [];
  const together = (/** @type {number | null} */ at) => {
    for (const plot of plots) plot.show(at);
  };
  if (place) plots.push(conditionStrip(app, axis, conditions(chart), together));
  plots.push(...lines.map((one) => lineChart(app, axis, one, together)));
  return plots.map((plot) => plot.element);
}
