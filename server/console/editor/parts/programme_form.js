/** One programme: which stations are closed while it runs, and which do something else. */

import { button, element, fill } from "../../core/elements.js";
import { field } from "../../core/form.js";
import { experienceWords } from "./field_words.js";
import { ExperienceForm } from "./experience_form.js";
import { stationTitle } from "./frame.js";
import { smallPicture } from "./pictures.js";

const WAYS = /** @type {const} */ (["usual", "closed", "other"]);

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */
/** @typedef {import("../model/types.js").Station} Station */
/** @typedef {(typeof WAYS)[number]} Way */

/**
 * @typedef {object} ProgrammeContext
 * @property {readonly Station[]} stations
 * @property {readonly import("../model/types.js").Style[]} styles
 * @property {readonly string[]} languages
 * @property {() => void} onRemove
 */

export class ProgrammeForm {
  #app;
  #document;
  #path;
  #context;
  /** @type {Map<string, ExperienceForm>} by station */
  #forms = new Map();

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {string} path of the programme
   * @param {ProgrammeContext} context
   */
  constructor(app, document, path, context) {
    this.#app = app;
    this.#document = document;
    this.#path = path;
    this.#context = context;
    const { texts } = app;
    const name = element("input", {
      type: "text",
      name: `${path}.name`,
      maxlength: 80,
      dir: "auto",
      oninput: () => document.set(`${path}.name`, name.value),
    });
    name.value = document.get(`${path}.name`);
    const rows = element(
      "ul",
      { class: "programme-stations" },
      ...context.stations.map((station) => this.#row(station)),
      ...this.#goneRows(),
    );
    const remove = button(texts.say("programmes.remove"), context.onRemove, "danger");
    this.element = element(
      "fieldset",
      { class: "programme-body", disabled: !app.can("edit") },
      field(texts.say("programmes.name"), name, { className: "short-text" }),
      element("h2", {}, texts.say("programmes.stations")),
      rows,
      element("div", { class: "actions" }, remove),
    );
  }

  close() {
    for (const form of this.#forms.values()) form.close();
  }

  /** Stations that the programme speaks of and that are not there any more. */
  #goneRows() {
    const { closed, experiences } = this.#document.get(this.#path);
    const there = new Set(this.#context.stations.map(({ id }) => id));
    const gone = [...new Set([...closed, ...Object.keys(experiences)])].filter((id) => !there.has(id));
    return gone.map((id) => this.#goneRow(id));
  }

  /** @param {string} id */
  #goneRow(id) {
    const { texts } = this.#app;
    const forget = button(texts.say("programmes.forget"), () => {
      this.#forget(id);
      row.remove();
    });
    const words = element(
      "div",
      {},
      element("p", {}, id),
      element("p", { class: "gap" }, texts.say("programmes.gone")),
    );
    const row = element("li", { class: "programme-station" }, smallPicture(null, "programme-picture"), words, forget);
    return row;
  }

  /** @param {string} id */
  #forget(id) {
    const closed = this.#document.get(`${this.#path}.closed`).filter((/** @type {string} */ one) => one !== id);
    this.#document.set(`${this.#path}.closed`, closed);
    this.#document.set(`${this.#path}.experiences.${id}`, undefined);
  }

  /**
   * @param {string} station
   * @returns {Way}
   */
  #wayOf(station) {
    if (this.#document.get(`${this.#path}.closed`).includes(station)) return "closed";
    return this.#document.get(`${this.#path}.experiences.${station}`) ? "other" : "usual";
  }

  /** @param {Station} station */
  #row(station) {
    const { texts } = this.#app;
    const name = stationTitle(this.#app, station, this.#context.languages);
    const select = element(
      "select",
      { "aria-label": texts.say("programmes.way", { name }) },
      ...WAYS.map((way) => element("option", { value: way }, texts.say(`programmes.${way}`))),
    );
    const words = element("p", { class: "soft small" });
    const place = element("div", { class: "programme-experience" });
    const row = element(
      "li",
      { class: "programme-station" },
      smallPicture(station.content.artwork.picture, "programme-picture"),
      element("div", {}, element("p", { dir: "auto" }, `${station.content.number}  ${name}`), words),
      element("div", { class: "field" }, select),
      place,
    );
    const render = () => {
      const way = this.#wayOf(station.id);
      select.value = way;
      words.textContent = this.#words(station, way);
      this.#showForm(station, way, place);
    };
    select.addEventListener("change", () => {
      this.#setWay(station, /** @type {Way} */ (select.value));
      render();
    });
    render();
    return row;
  }

  /**
   * @param {Station} station
   * @param {Way} way
   */
  #words(station, way) {
    const { texts } = this.#app;
    if (way === "closed") return texts.say("station.closed");
    if (way === "usual") return experienceWords(this.#app, station.content.experience);
    return texts.say("programmes.instead_of", { what: experienceWords(this.#app, station.content.experience) });
  }

  /**
   * @param {Station} station
   * @param {Way} way
   */
  #setWay(station, way) {
    const { id } = station;
    this.#forget(id);
    if (way === "closed")
      this.#document.set(`${this.#path}.closed`, [...this.#document.get(`${this.#path}.closed`), id]);
    if (way === "other") this.#document.set(`${this.#path}.experiences.${id}`, station.content.experience);
  }

  /**
   * @param {Station} station
   * @param {Way} way
   * @param {HTMLElement} place
   */
  #showForm(station, way, place) {
    const present = this.#forms.get(station.id);
    if (way === "other" && present) return;
    present?.close();
    this.#forms.delete(station.id);
    fill(place);
    if (way !== "other") return;
    const form = new ExperienceForm(this.#app, this.#document, {
      path: `${this.#path}.experiences.${station.id}`,
      styles: this.#context.styles,
      languages: this.#context.languages,
      artwork: () => station.content.artwork.picture,
    });
    this.#forms.set(station.id, form);
    fill(
      place,
      element(
        "details",
        { "data-field": `${this.#path}.experiences.${station.id}` },
        element("summary", {}, this.#app.texts.say("programmes.what")),
        form.element,
      ),
    );
  }
}
