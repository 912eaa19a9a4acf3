/** An exhibition's visitors as sums, for its curators: when, where, how long, in which language, and where they left. */

import { element, fill } from "../../core/elements.js";
import { exhibitionPage } from "../../editor/parts/frame.js";
import { columnChart } from "../charts/columns.js";
import { sumOf } from "../model/amounts.js";
import { DAY_MS, dayBefore } from "../model/stretch.js";
import { together, visitsByHour, visitsOver } from "../model/visits.js";
import { segments, stationChooser } from "../parts/choosers.js";
import { NOTHING } from "../parts/numbers.js";
import { VisitBars } from "../parts/visit_bars.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Visits} Visits */
/** @typedef {import("../model/types.js").Sums} Sums */
/** @typedef {import("../parts/visit_bars.js").Named} Named */

const DAYS = [1, 7, 30];
const MARKS = 7; // on the axis of a chart, at most

/**
 * @param {string[]} parts the exhibition's id
 * @param {App} app
 * @returns {Promise<import("../../core/router.js").Page>}
 */
export async function openVisits([id], app) {
  const path = `/exhibitions/${encodeURIComponent(id)}`;
  const [exhibition, stations, styles] = await Promise.all(
    [path, `${path}/stations`, "/styles"].map((one) => app.api.get(one)),
  );
  const { languages } = exhibition.data.content;
  const names = stations.data.map((/** @type {any} */ one) => ({
    id: one.id,
    number: one.content.number,
    title: app.texts.of(one.content.title, languages).text || one.id,
  }));
  const styleNames = new Map(styles.data.map((/** @type {any} */ one) => [one.id, app.texts.of(one.name).text]));
  const page = new VisitsPage(app, exhibition.data, names, styleNames);
  await page.read();
  return { element: page.element, title: app.texts.say("visits.title") };
}

class VisitsPage {
  #app;
  #id;
  #names;
  #bars;
  #days = 7;
  #station = "";
  #charts = element("div", { class: "charts" });
  #csv = element("a", { class: "button secondary", download: true });
  /** @type {Visits | null} */
  #visits = null;
  #beginMs = 0;
  #turn = 0;

  /**
   * @param {App} app
   * @param {import("../../editor/model/types.js").Exhibition} exhibition
   * @param {Named[]} names of its stations
   * @param {Map<string, string>} styles by id
   */
  constructor(app, exhibition, names, styles) {
    this.#app = app;
    this.#id = exhibition.id;
    this.#names = names;
    this.#bars = new VisitBars(app, names, styles);
    const { texts } = app;
    this.#csv.textContent = texts.say("visits.csv");
    this.element = exhibitionPage(app, exhibition, {
      tab: "visits",
      className: "visits-page",
      heading: element("h1", {}, texts.say("visits.title")),
      lead: element("p", { class: "lead" }, texts.say("visits.lead")),
      actions: element("div", { class: "actions" }, this.#csv),
      body: [this.#choices(), this.#charts],
    });
  }

  #choices() {
    const { texts } = this.#app;
    const days = DAYS.map((count) => ({ value: String(count), label: texts.say(`visits.days_${count}`) }));
    return element(
      "div",
      { class: "chart-choices" },
      stationChooser(this.#app, {
        label: texts.say("visits.station"),
        all: texts.say("visits.all_stations"),
        stations: this.#names.map(({ id, number, title }) => ({ exhibition: this.#id, station: id, number, title })),
        chosen: null,
        onChoose: (place) => {
          this.#station = place?.station ?? "";
          this.#show();
        },
      }),
      segments(texts.say("history.stretch"), days, String(this.#days), (value) => {
        this.#days = Number(value);
        void this.read().catch((error) => this.#app.report(error));
      }),
    );
  }

  async read() {
    this.#turn += 1;
    const turn = this.#turn;
    const beginMs = dayBefore(Date.now(), this.#days - 1);
    const query = new URLSearchParams({
      from: new Date(beginMs).toISOString(),
      to: new Date(dayBefore(Date.now(), -1)).toISOString(),
    });
    const path = `/exhibitions/${encodeURIComponent(this.#id)}/visits`;
    const { data } = await this.#app.api.get(`${path}?${query}`);
    if (turn !== this.#turn) return;
    this.#beginMs = beginMs;
    this.#visits = data;
    this.#csv.href = `/api/v1${path}.csv?${query}`;
    this.#show();
  }

  #show() {
    const { texts } = this.#app;
    const stations = (this.#visits?.stations ?? []).filter(
      ({ station }) => !this.#station || station === this.#station,
    );
    const sums = together(stations.map((one) => one.sums));
    if (sums.visits === 0 && sumOf(sums.steps) === 0) {
      fill(this.#charts, element("p", { class: "lead" }, texts.say("visits.none")));
      return;
    }
    fill(
      this.#charts,
      this.#figures(sums),
      this.#byTime(stations),
      this.#byHour(stations),
      element("div", { class: "bar-columns" }, ...this.#bars.sections(sums, this.#station ? [] : stations)),
    );
  }

  /** @param {Sums} sums */
  #figures(sums) {
    const { texts } = this.#app;
    const dwell = sums.dwell_mean_s === null ? NOTHING : texts.duration(sums.dwell_mean_s);
    const figures = [
      { label: texts.say("visits.count"), value: texts.number(sums.visits) },
      { label: texts.say("visits.dwell_mean"), value: dwell },
    ];
    return element(
      "dl",
      { class: "big-facts" },
      ...figures.map(({ label, value }) => element("div", {}, element("dt", {}, label), element("dd", {}, value))),
    );
  }

  /** @param {Visits["stations"]} stations */
  #byTime(stations) {
    const { texts } = this.#app;
    const step = this.#days === 1 ? "hour" : "day";
    const endMs = this.#days === 1 ? this.#beginMs + DAY_MS : Date.now();
    const found = visitsOver(stations, this.#beginMs, endMs, step);
    const short = (/** @type {number} */ atMs) => (step === "hour" ? texts.time(atMs) : texts.shortDay(atMs));
    const every = Math.ceil(found.length / MARKS);
    return columnChart(this.#app, {
      title: texts.say(`visits.by_${step}`),
      name: texts.say("visits.count"),
      counts: found.map(({ count }) => count),
      whenAt: (place) => (step === "hour" ? texts.time(found[place].atMs) : texts.day(found[place].atMs)),
      across: found
        .map(({ atMs }, place) => ({ share: (place + 0.5) / found.length, text: short(atMs) }))
        .filter((_mark, place) => place % every === 0),
    }).element;
  }

  /** @param {Visits["stations"]} stations */
  #byHour(stations) {
    if (this.#days === 1) return null;
    const { texts } = this.#app;
    const hour = (/** @type {number} */ number) => texts.time(new Date(2000, 0, 1, number));
    return columnChart(this.#app, {
      title: texts.say("visits.by_hour_of_day"),
      name: texts.say("visits.count"),
      counts: visitsByHour(stations),
      whenAt: hour,
      across: [0, 6, 12, 18].map((number) => ({ share: (number + 0.5) / 24, text: hour(number) })),
    }).element;
  }
}
