/** One station, live: how it does and why, what to do about it, and what an operator may decide for it. */

import { button, element, fill, setText } from "../../core/elements.js";
import { Problem } from "../../core/problem.js";
import { stationHash } from "../../editor/parts/frame.js";
import { pictureAddress } from "../../editor/parts/pictures.js";
import { Live } from "../live.js";
import { shareOf } from "../model/amounts.js";
import { isSame } from "../model/condition.js";
import { Facts } from "../parts/facts.js";
import { operatePage, placeHash, section } from "../parts/frame.js";
import { Freshness } from "../parts/freshness.js";
import { Glimpse } from "../parts/glimpse.js";
import { Mark } from "../parts/mark.js";
import { NOTHING, milliseconds } from "../parts/numbers.js";
import { StationActs } from "../parts/station_acts.js";
import { reasonOf } from "../parts/tile.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").StationReading} StationReading */
/** @typedef {import("../model/types.js").Decisions} Decisions */

const FACTS = /** @type {const} */ (["visitors", "waiting", "fps", "p50", "p95", "found", "seen"]);

/**
 * @param {string[]} parts the exhibition's id, the station's
 * @param {App} app
 * @returns {Promise<import("../../core/router.js").Page>}
 */
export async function openStation([exhibition, station], app) {
  const [live, decisions] = await Promise.all([Live.open(app), app.api.get("/operate/operations")]);
  const present = live.reading.stations.find((one) => isSame(one, { exhibition, station }));
  if (!present) throw new Problem(404, "not_there", "This station is not on show.");
  const page = new StationPage(app, live, present, decisions.data);
  return { element: page.element, title: present.title || station, close: () => live.close() };
}

class StationPage {
  #app;
  #station;
  #decisions;
  #acts;
  #mark;
  #freshness;
  #glimpse;
  #facts;
  #title = element("h1", { dir: "auto" });
  #reason = element("p", { class: "lead" });
  #todo = element("p", { class: "todo" });
  #dropped = element("ul", { class: "bars" });
  #switch = element("div", { class: "actions" });
  #fallback = element("div", { class: "fallback-stage" });
  #offBy = element("p", { class: "hint" });
  #wasOff = /** @type {boolean | null} */ (null);

  /**
   * @param {App} app
   * @param {Live} live
   * @param {StationReading} station
   * @param {Decisions} decisions
   */
  constructor(app, live, station, decisions) {
    this.#app = app;
    this.#station = station;
    this.#decisions = decisions;
    this.#acts = new StationActs(app, station, (all) => this.#decide(all));
    this.#mark = new Mark(app);
    this.#freshness = new Freshness(app);
    this.#glimpse = new Glimpse(app);
    this.#facts = new Facts(
      FACTS.map((key) => ({ key, label: app.texts.say(`fact.${key}`) })),
      "big-facts",
    );
    this.element = this.#build();
    this.#freshness.belongTo(this.element);
    this.#decide(decisions);
    live.start({
      onReading: ({ stations }) => this.#show(stations.find((one) => isSame(one, this.#station))),
      onAge: (isOld, readAtMs) => this.#freshness.show(isOld, readAtMs),
    });
  }

  #build() {
    const { texts } = this.#app;
    const { exhibition, station, number, experience } = this.#station;
    const links = [
      { href: placeHash("history", this.#station), key: "station.to_history" },
      { href: placeHash("events", this.#station), key: "station.to_events" },
      { href: stationHash(exhibition, station), key: "station.to_editor" },
    ].map(({ href, key }) => element("li", {}, element("a", { href }, texts.say(key))));
    const choose = button(texts.say("fallback.choose"), () => void this.#chooseFallback());
    const place = element(
      "p",
      { class: "facts station-place" },
      element("span", {}, texts.say("station.number", { number })),
      element("span", {}, texts.say(`experience.${experience}`)),
      this.#freshness.element,
    );
    return operatePage(this.#app, {
      tab: "now",
      className: "station-page",
      head: [place, this.#title, this.#mark.element, this.#reason, this.#todo, this.#offBy, this.#freshness.note],
      actions: this.#app.can("operate") && this.#switch,
      body: [
        this.#facts.element,
        element("ul", { class: "ways" }, ...links),
        section(
          texts.say("station.dropped"),
          element("p", { class: "hint" }, texts.say("station.dropped_hint")),
          this.#dropped,
        ),
        this.#app.can("operate") && this.#glimpse.element,
        section(
          texts.say("station.fallback"),
          element("p", { class: "hint" }, texts.say("fallback.means")),
          this.#fallback,
          this.#app.can("operate") && element("div", { class: "actions" }, choose),
        ),
      ],
    });
  }

  /** @param {StationReading | undefined} station undefined: it is on show no more */
  #show(station) {
    const { texts } = this.#app;
    if (!station) {
      setText(this.#reason, texts.say("station.gone"));
      return;
    }
    this.#station = station;
    setText(this.#title, station.title || station.station);
    this.#mark.show(station.condition);
    setText(this.#reason, reasonOf(this.#app, station) || texts.say(`means.${station.condition}`));
    setText(this.#todo, texts.has(`todo.${station.reason}`) ? texts.say(`todo.${station.reason}`) : "");
    this.#facts.show(this.#values(station));
    this.#showDropped(station.dropped);
    this.#glimpse.show(station);
    this.#showSwitch(station.condition === "off");
  }

  /** @param {StationReading} station */
  #values({ live, waiting, fps, glass_p50_ms, glass_p95_ms, tried, locked, seen_at }) {
    const { texts } = this.#app;
    const found = { share: texts.percent(shareOf(locked, tried)), locked, tried };
    return {
      visitors: texts.number(live),
      waiting: texts.number(waiting),
      fps: live > 0 ? texts.number(fps) : NOTHING,
      p50: milliseconds(texts, glass_p50_ms),
      p95: milliseconds(texts, glass_p95_ms),
      found: tried > 0 ? texts.say("fact.found_of", found) : NOTHING,
      seen:
        live > 0
          ? texts.say("fact.seen_now")
          : seen_at === null
            ? texts.say("fact.seen_never")
            : texts.ago(seen_at * 1000),
    };
  }

  /** @param {Record<string, number>} dropped */
  #showDropped(dropped) {
    const { texts } = this.#app;
    const words = Object.entries(dropped)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => [
        texts.has(`dropped.${reason}`) ? texts.say(`dropped.${reason}`) : reason,
        texts.number(count),
      ]);
    const lines = words.map(([word, count]) => `${word}: ${count}`);
    const present = [...this.#dropped.children].map((line) => line.textContent);
    const wanted = lines.length > 0 ? lines : [texts.say("station.none_dropped")];
    if (present.join("\n") !== wanted.join("\n")) fill(this.#dropped, ...wanted.map((line) => element("li", {}, line)));
  }

  /** @param {boolean} isOff */
  #showSwitch(isOff) {
    if (this.#wasOff === isOff) return;
    if (this.#wasOff !== null) void this.#readDecisions();
    this.#wasOff = isOff;
    const { texts } = this.#app;
    const held = this.#switch.contains(document.activeElement);
    const made = isOff
      ? button(texts.say("on.do"), () => void this.#acts.switchOn(this.#station), "primary")
      : button(texts.say("off.open"), () => void this.#acts.switchOff(this.#station), "danger");
    fill(this.#switch, made);
    if (held) made.focus();
    this.#showOffBy();
  }

  /** @param {Decisions} decisions */
  #decide(decisions) {
    this.#decisions = decisions;
    this.#showOffBy();
    const words = this.#app.texts.say(this.#picture ? "fallback.chosen" : "fallback.none");
    fill(
      this.#fallback,
      this.#picture
        ? element("img", { src: pictureAddress(this.#picture, true), alt: words, loading: "lazy" })
        : element("p", {}, words),
    );
  }

  /** The picture that phones show while no worker is there; null: none was chosen. */
  get #picture() {
    return this.#decisions.fallbacks.find((one) => isSame(one, this.#station))?.picture ?? null;
  }

  async #chooseFallback() {
    await this.#acts.chooseFallback(this.#station, this.#picture).catch((error) => this.#app.report(error));
  }

  /** Somebody may have decided it at another page. */
  async #readDecisions() {
    await this.#app.api.get("/operate/operations").then(
      ({ data }) => this.#decide(data),
      (error) => this.#app.report(error),
    );
  }

  #showOffBy() {
    const { texts } = this.#app;
    const off = this.#decisions.off.find((one) => isSame(one, this.#station));
    const words = off && { who: this.#app.people(off.by), when: texts.moment(off.at) };
    setText(this.#offBy, words && this.#wasOff ? texts.say("off.by", words) : "");
    this.#offBy.hidden = !this.#offBy.textContent;
  }
}
