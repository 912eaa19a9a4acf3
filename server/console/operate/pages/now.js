/** The operator's page: whether every station works, in one look; and how the house does, second by second. */

import { button, element, setText } from "../../core/elements.js";
import { Live } from "../live.js";
import { byExhibition } from "../model/condition.js";
import { DecisionLines } from "../parts/decisions.js";
import { operatePage } from "../parts/frame.js";
import { Freshness } from "../parts/freshness.js";
import { Headline } from "../parts/headline.js";
import { HouseActs } from "../parts/house_acts.js";
import { Machine } from "../parts/machine.js";
import { milliseconds } from "../parts/numbers.js";
import { Lanes, Workers } from "../parts/processes.js";
import { Standing } from "../parts/standing.js";
import { Tile } from "../parts/tile.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Reading} Reading */

/**
 * @param {string[]} _parts
 * @param {App} app
 * @returns {Promise<import("../../core/router.js").Page>}
 */
export async function openNow(_parts, app) {
  const [live, exhibitions] = await Promise.all([Live.open(app), app.api.get("/exhibitions")]);
  const titles = exhibitions.data.map((/** @type {any} */ { id, title, languages }) => [
    id,
    app.texts.of(title, languages).text || id,
  ]);
  const now = new Now(app, live, new Map(titles));
  return { element: now.element, title: app.texts.say("nav_operate"), close: () => now.close() };
}

class Now {
  #app;
  #live;
  #titles;
  #acts;
  #headline;
  #freshness;
  #decisions;
  #standing;
  #workers;
  #lanes;
  #machine;
  #visitors = element("span", {});
  #latency = element("span", {});
  #walls = element("div", { class: "walls" });
  /** @type {Map<string, Tile>} by exhibition and station */
  #tiles = new Map();
  /** Which tiles there are, in which order. */
  #plan = "";

  /**
   * @param {App} app
   * @param {Live} live
   * @param {Map<string, string>} titles of exhibitions
   */
  constructor(app, live, titles) {
    this.#app = app;
    this.#live = live;
    this.#titles = titles;
    this.#acts = new HouseActs(app);
    this.#headline = new Headline(app);
    this.#freshness = new Freshness(app);
    this.#decisions = new DecisionLines(app, this.#acts);
    this.#standing = new Standing(app);
    this.#workers = new Workers(app, (worker) => void this.#acts.restart(worker));
    this.#lanes = new Lanes(app);
    this.#machine = new Machine(app);
    this.element = this.#build();
    this.#freshness.belongTo(this.element);
    live.start({
      onReading: (reading) => this.#show(reading),
      onAge: (isOld, readAtMs) => {
        this.#freshness.show(isOld, readAtMs);
        if (isOld) this.#headline.showOld(readAtMs);
        else this.#headline.show(live.reading);
      },
    });
    this.#standing.start();
  }

  close() {
    this.#live.close();
    this.#standing.close();
  }

  #build() {
    const { texts } = this.#app;
    const facts = element("p", { class: "facts" }, this.#visitors, this.#latency, this.#freshness.element);
    return operatePage(this.#app, {
      tab: "now",
      head: [this.#headline.heading, this.#headline.more, facts, this.#standing.element],
      actions: this.#app.can("operate") && this.#actions(),
      body: [
        this.#decisions.element,
        this.#walls,
        element(
          "section",
          { class: "section house-part", "aria-labelledby": "operate-house" },
          element("h2", { id: "operate-house" }, texts.say("operate.house")),
          !this.#app.can("operate") &&
            element("p", { class: "hint" }, texts.say("not_for_role", { role: this.#app.role })),
          element("h3", {}, texts.say("house.workers")),
          this.#workers.element,
          element("h3", {}, texts.say("house.lanes")),
          this.#lanes.element,
          element("h3", {}, texts.say("house.machine")),
          this.#machine.element,
        ),
      ],
    });
  }

  #actions() {
    const { texts } = this.#app;
    const acts = this.#acts;
    const reading = () => this.#live.reading;
    const entry = (/** @type {string} */ key, /** @type {() => Promise<void>} */ act) =>
      element(
        "button",
        { type: "button", onclick: () => void act().catch((error) => this.#app.report(error)) },
        texts.say(key),
      );
    return element(
      "div",
      { class: "actions house-acts" },
      button(texts.say("acts.announce"), () => void acts.announce(reading().announcement)),
      element(
        "details",
        { class: "menu" },
        element("summary", { class: "button secondary" }, texts.say("acts.more")),
        element(
          "div",
          { class: "menu-body" },
          entry("acts.call_doctor", () => acts.callDoctor()),
          entry("acts.test", () => acts.testAlerts()),
          entry("acts.brush", () => acts.chooseBrush()),
          entry("acts.drain", () => acts.drain(reading().room.live)),
        ),
      ),
    );
  }

  /** @param {Reading} reading */
  #show(reading) {
    const { texts } = this.#app;
    const { room } = reading;
    this.#decisions.show(reading);
    const waiting = room.waiting > 0 ? texts.say("between") + texts.count("operate.waiting", room.waiting) : "";
    setText(this.#visitors, texts.count("operate.visitors", room.live, { most: room.max_live }) + waiting);
    setText(
      this.#latency,
      room.glass_p95_ms === null
        ? texts.say("operate.no_latency")
        : texts.say("operate.latency", { p95: milliseconds(texts, room.glass_p95_ms) }),
    );
    this.#showTiles(reading);
    this.#workers.show(reading.workers);
    this.#lanes.show(reading.lanes);
    this.#machine.show(reading.host, reading.cards);
  }

  /** @param {Reading} reading */
  #showTiles({ stations }) {
    const walls = byExhibition(stations);
    const plan = JSON.stringify([...walls.values()].flat().map(keyOf));
    if (plan !== this.#plan) {
      this.#plan = plan;
      this.#tiles = new Map(stations.map((station) => [keyOf(station), new Tile(this.#app, station)]));
      this.#walls.replaceChildren(
        ...[...walls].map(([exhibition, all]) => this.#wall(exhibition, all, walls.size > 1)),
      );
    }
    for (const station of stations) this.#tiles.get(keyOf(station))?.show(station);
  }

  /**
   * @param {string} exhibition
   * @param {import("../model/types.js").StationReading[]} stations
   * @param {boolean} isNamed whether there are others
   */
  #wall(exhibition, stations, isNamed) {
    const title = isNamed ? (this.#titles.get(exhibition) ?? exhibition) : this.#app.texts.say("operate.stations");
    const tiles = stations.map((station) => /** @type {Tile} */ (this.#tiles.get(keyOf(station))).element);
    return element(
      "section",
      { class: "wall" },
      element("h2", { class: isNamed ? null : "unseen", dir: "auto" }, title),
      element("ul", { class: "tiles" }, ...tiles),
    );
  }
}

/** @param {{exhibition: string, station: string}} station */
function keyOf({ exhibition, station }) {
  return `${exhibition}/${station}`;
}
