/** The names that the log speaks of, where it has but ids: of exhibitions, stations, styles, people who have left. */

import { titleOf } from "./exhibition_card.js";

export class LogNames {
  #app;
  /** @type {Map<string, string>} of exhibitions, by id */
  titles = new Map();
  /** @type {Map<string, string>} by exhibition and id, with a slash between */
  stations = new Map();
  /** @type {Map<string, string>} by id */
  styles = new Map();
  /** @type {Map<string, string>} of people whose accounts were removed, by id */
  gone = new Map();
  /** @type {Set<string>} exhibitions whose stations were read */
  #read = new Set();

  /** @param {import("../core/app.js").App} app */
  constructor(app) {
    this.#app = app;
  }

  async read() {
    const [exhibitions, styles] = await Promise.all([this.#app.api.get("/exhibitions"), this.#app.api.get("/styles")]);
    for (const one of exhibitions.data) this.titles.set(one.id, titleOf(this.#app, one).text);
    for (const { id, name } of styles.data) this.styles.set(id, this.#app.texts.of(name).text);
  }

  /**
   * What these entries speak of.
   * @param {readonly import("./log.js").Entry[]} entries
   */
  async learn(entries) {
    for (const { action, subject, detail } of entries) {
      if (action === "user.delete" && detail.name) this.gone.set(subject, detail.name);
    }
    const spoken = entries.filter(({ action }) => action.startsWith("station.")).map(({ exhibition }) => exhibition);
    const wanted = [...new Set(spoken)].filter((id) => this.titles.has(id) && !this.#read.has(id));
    await Promise.all(wanted.map((id) => this.#readStations(id)));
  }

  /** @param {string} exhibition */
  async #readStations(exhibition) {
    this.#read.add(exhibition);
    const { data } = await this.#app.api.get(`/exhibitions/${exhibition}/stations`);
    for (const { id, content } of data) {
      const { text } = this.#app.texts.of(content.title);
      if (text) this.stations.set(`${exhibition}/${id}`, `“${text}”`);
    }
  }
}
