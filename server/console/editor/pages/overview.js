/** An exhibition at a glance: its stations on a wall, in their order, and how far it is from being published. */

import { button, element, icon } from "../../core/elements.js";
import { readWhole } from "../document/reading.js";
import { Presence } from "../document/presence.js";
import { announce } from "../parts/announce.js";
import { completenessBars } from "../parts/completeness.js";
import { exhibitionHash, exhibitionPage, stationHash, stationTitle, titleOf } from "../parts/frame.js";
import { newStation } from "../parts/new_station.js";
import { OthersLine } from "../parts/others_line.js";
import { publishDialog } from "../parts/publish_dialog.js";
import { Sortable } from "../parts/sortable.js";
import { newsWords, standingLine } from "../parts/standing.js";
import { stationTile } from "../parts/station_tile.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Station} Station */
/** @typedef {import("../document/reading.js").Reading} Reading */

/**
 * @param {string[]} parts the exhibition's id
 * @param {App} app
 */
export async function openOverview([id], app) {
  const overview = new Overview(app, await readWhole(app, id));
  return {
    element: overview.element,
    title: titleOf(app, overview.reading.exhibition).text,
    close: () => overview.close(),
  };
}

class Overview {
  #app;
  #stations;
  #list;
  #sortable;
  #presence;

  /**
   * @param {App} app
   * @param {Reading} reading
   */
  constructor(app, reading) {
    this.#app = app;
    this.reading = reading;
    this.#stations = reading.stations;
    this.#list = element("ul", { class: "station-wall", "aria-label": app.texts.say("overview.stations") });
    this.#sortable = app.can("edit") ? this.#makeSortable() : null;
    const others = new OthersLine(app, this.#title);
    this.#presence = new Presence(app, reading.exhibition.id, "", (seen) => others.show(seen));
    this.element = this.#build(others.element);
    this.#fill();
  }

  close() {
    this.#presence.close();
  }

  #makeSortable() {
    const onOrder = (/** @type {string[]} */ order, /** @type {string} */ moved) => void this.#order(order, moved);
    return new Sortable(this.#list, { handle: ".drag", body: ".station-picture", onOrder });
  }

  /** A station's title. @param {string} id */
  #title = (id) => {
    const found = this.#stations.find((station) => station.id === id);
    return found ? stationTitle(this.#app, found, this.reading.exhibition.content.languages) : id;
  };

  /** @param {HTMLElement} others */
  #build(others) {
    const { texts } = this.#app;
    const { exhibition, completeness } = this.reading;
    const title = titleOf(this.#app, exhibition);
    const news = newsWords(this.#app, this.reading, this.#title);
    return exhibitionPage(this.#app, exhibition, {
      tab: "overview",
      heading: element("h1", { lang: title.lang || null, dir: "auto" }, title.text),
      actions: this.#actions(),
      className: "overview",
      body: [
        element(
          "div",
          { class: "overview-state" },
          element(
            "div",
            {},
            standingLine(this.#app, this.reading),
            news && element("p", { class: "soft" }, news),
            others,
          ),
          completenessBars(this.#app, completeness.languages),
        ),
        element("h2", { class: "unseen" }, texts.say("overview.stations")),
        this.#app.can("edit") && element("p", { class: "hint sort-hint" }, texts.say("sort.how")),
        this.#list,
      ],
    });
  }

  #actions() {
    const { texts } = this.#app;
    const { exhibition } = this.reading;
    const publish = button(texts.say("publish.open"), () => void this.#publish(), "primary");
    const visit =
      exhibition.shown !== null &&
      element(
        "a",
        { class: "button quiet", href: `/exhibitions/${exhibition.id}`, target: "_blank" },
        texts.say("overview.wall"),
      );
    return element("div", { class: "actions" }, visit, this.#app.can("publish") && publish);
  }

  #fill() {
    const tiles = this.#stations.map((station) => this.#tile(station));
    this.#list.replaceChildren(...tiles, ...(this.#app.can("edit") ? [this.#addTile()] : []));
  }

  /** @param {Station} station */
  #tile(station) {
    const { exhibition, completeness, news } = this.reading;
    return stationTile(this.#app, station, {
      exhibition: exhibition.id,
      languages: exhibition.content.languages,
      missing: completeness.missing.filter((lack) => lack.station === station.id),
      news: news?.changed.includes(station.id) ? "changed" : news?.added.includes(station.id) ? "new" : null,
      unsaved: this.#app.draft(`${exhibition.id}/s/${station.id}`).kept !== null,
      onStep: (step) => this.#sortable?.move(station.id, step),
      onRemove: () => void this.#remove(station),
    });
  }

  #addTile() {
    const label = this.#app.texts.say("new_station.open");
    return element(
      "li",
      { class: "station-new" },
      element("button", { type: "button", onclick: () => void this.#add() }, icon("add"), label),
    );
  }

  async #add() {
    const { exhibition } = this.reading;
    const id = await newStation(this.#app, exhibition, this.#stations);
    if (id) this.#app.go(stationHash(exhibition.id, id));
  }

  /** @param {Station} station */
  async #remove(station) {
    const { texts, api } = this.#app;
    const { exhibition } = this.reading;
    const question = texts.say("station.remove_question", { name: this.#title(station.id) });
    if (!(await this.#app.confirm(question, { danger: true, detail: texts.say("station.remove_detail") }))) return;
    try {
      await api.delete(`/exhibitions/${exhibition.id}/stations/${station.id}`, station.revision);
      this.#app.draft(`${exhibition.id}/s/${station.id}`).drop();
    } catch (error) {
      this.#app.report(error);
    }
    this.#app.reload();
  }

  /**
   * @param {string[]} order
   * @param {string} moved
   */
  async #order(order, moved) {
    const { exhibition } = this.reading;
    this.#stations = order.map((id) => /** @type {Station} */ (this.#stations.find((station) => station.id === id)));
    announce(
      this.#app.texts.say("sort.moved", {
        name: this.#title(moved),
        place: order.indexOf(moved) + 1,
        count: order.length,
      }),
    );
    try {
      await this.#app.api.post(`/exhibitions/${exhibition.id}/order`, { ids: order });
    } catch (error) {
      this.#app.report(error);
      this.#app.reload();
    }
  }

  async #publish() {
    const { exhibition } = this.reading;
    try {
      if (await publishDialog(this.#app, this.reading, this.#title))
        this.#app.go(`${exhibitionHash(exhibition.id)}/versions`);
    } catch (error) {
      this.#app.report(error);
    }
  }
}
