/** Texts in two languages side by side, or in all; what is missing is marked where it is missing. */

import { element, fill, setText } from "../../core/elements.js";
import { freshId } from "../../core/form.js";
import { lackingTexts, shareOf } from "../model/lacking.js";
import { renderBar } from "./completeness.js";

const MOST_CHARS = 4000;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */
/** @typedef {import("../model/lacking.js").TextField} TextField */

/**
 * @typedef {object} Cell one text in one language
 * @property {string} field
 * @property {string} language
 * @property {HTMLInputElement | HTMLTextAreaElement} input
 * @property {HTMLElement} count
 * @property {HTMLElement} gap
 * @property {HTMLElement} cell
 */

/** Which two languages were looked at last, by exhibition. @type {Map<string, [string, string]>} */
const lastPairs = new Map();

export class TextPair {
  #app;
  #document;
  #fields;
  #languages;
  #exhibition;
  #all;
  /** @type {[string, string]} */
  #pair;
  /** @type {Cell[]} */
  #cells = [];
  #rows;
  #bars;
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {object} options
   * @param {readonly TextField[]} options.fields
   * @param {readonly string[]} options.languages
   * @param {string} options.exhibition
   * @param {boolean} [options.all] whether every language is shown, without choice and bars
   */
  constructor(app, document, { fields, languages, exhibition, all = false }) {
    this.#app = app;
    this.#document = document;
    this.#fields = fields;
    this.#languages = languages;
    this.#exhibition = exhibition;
    this.#all = all;
    this.#pair = this.#firstPair();
    this.#rows = element("div", { class: "text-rows" });
    this.#bars = element("ul", { class: "completeness-bars", "aria-label": app.texts.say("completeness.label") });
    this.element = element("div", { class: "text-pair" }, !all && this.#bars, !all && this.#choosers(), this.#rows);
    this.#stop = document.onChange((path) => this.#update(path));
    this.#build();
  }

  close() {
    this.#stop();
  }

  /**
   * Shows a language, where it is one of them.
   * @param {string} language
   */
  show(language) {
    if (this.#all || !this.#languages.includes(language) || this.#pair.includes(language)) return;
    this.#choose(1, language);
    const chooser = this.element.querySelectorAll("select")[1];
    if (chooser) chooser.value = language;
  }

  #firstPair() {
    const last = lastPairs.get(this.#exhibition);
    if (last?.every((language) => this.#languages.includes(language))) return last;
    const [first, second] = this.#languages;
    const lacking = lackingTexts(this.#document.content, this.#fields, this.#languages);
    const poorest = this.#languages.slice(1).find((language) => lacking.some((one) => one.language === language));
    return /** @type {[string, string]} */ ([first, poorest ?? second ?? ""]);
  }

  #choosers() {
    if (this.#languages.length < 3) return null;
    const labels = ["texts.left", "texts.right"];
    return element("div", { class: "pair choosers" }, ...labels.map((label, side) => this.#chooser(label, side)));
  }

  /**
   * @param {string} label
   * @param {number} side
   */
  #chooser(label, side) {
    const select = element(
      "select",
      { onchange: () => this.#choose(side, select.value), "aria-label": this.#app.texts.say(label) },
      ...this.#languages.map((language) => element("option", { value: language }, this.#app.languageName(language))),
    );
    select.value = this.#pair[side];
    return element("div", { class: "field" }, select);
  }

  /**
   * @param {number} side
   * @param {string} language where it is on the other side, the two are exchanged
   */
  #choose(side, language) {
    const other = this.#pair[1 - side] === language ? this.#pair[side] : this.#pair[1 - side];
    this.#pair = side === 0 ? [language, other] : [other, language];
    lastPairs.set(this.#exhibition, this.#pair);
    this.element.querySelectorAll("select").forEach((select, at) => (select.value = this.#pair[at]));
    this.#build();
  }

  #build() {
    this.#cells = [];
    const languages = this.#all ? [...this.#languages] : this.#pair.filter(Boolean);
    const rows = this.#fields.map((field) => this.#row(field, languages));
    fill(this.#rows, ...rows);
    this.#render();
  }

  /**
   * @param {TextField} field
   * @param {string[]} languages
   */
  #row(field, languages) {
    const { texts } = this.#app;
    const hint = `field_hint.${field.field}`;
    const legend = element("legend", {}, texts.say(`field.${field.field}`));
    if (!field.required) legend.append(element("span", { class: "soft" }, ` ${texts.say("texts.optional")}`));
    return element(
      "fieldset",
      { class: "text-row" },
      legend,
      texts.has(hint) && element("p", { class: "hint" }, texts.say(hint)),
      element("div", { class: "pair" }, ...languages.map((language) => this.#cell(field, language))),
    );
  }

  /**
   * @param {TextField} field
   * @param {string} language
   */
  #cell({ field, lines }, language) {
    const path = `${field}.${language}`;
    const id = freshId("text");
    const attributes = {
      id,
      lang: language,
      dir: "auto",
      maxlength: MOST_CHARS,
      "aria-describedby": `${id}-gap ${id}-error`,
      disabled: !this.#app.can("edit"),
      oninput: () => this.#document.set(path, input.value === "" ? undefined : input.value),
    };
    const input =
      lines === 1
        ? element("input", { type: "text", ...attributes })
        : element("textarea", { rows: lines, ...attributes });
    const count = element("span", { class: "count" });
    const gap = element("p", { class: "gap", id: `${id}-gap` });
    const cell = element(
      "div",
      { class: "field text-cell", "data-field": path },
      element("div", { class: "field-head" }, element("label", { for: id }, this.#app.languageName(language)), count),
      input,
      gap,
      element("p", { class: "error", id: `${id}-error` }),
    );
    input.style.setProperty("--lines", String(lines));
    input.value = this.#document.get(path) ?? "";
    this.#cells.push({ field, language, input, count, gap, cell });
    return cell;
  }

  /** @param {string} path */
  #update(path) {
    for (const { field, language, input } of this.#cells) {
      const own = `${field}.${language}`;
      const text = this.#document.get(own) ?? "";
      if ((path === "" || path === own) && input !== document.activeElement && input.value !== text) input.value = text;
      if (path === "" && input.value.trim() !== text.trim()) input.value = text;
    }
    this.#render();
  }

  #render() {
    const { texts } = this.#app;
    const { content } = this.#document;
    const lacking = lackingTexts(content, this.#fields, this.#languages);
    for (const { field, language, input, count, gap, cell } of this.#cells) {
      const lack = lacking.find((one) => one.field === field && one.language === language);
      setText(count, texts.say("texts.count", { count: [...input.value].length }));
      setText(gap, lack ? texts.say(`texts.${lack.reason}`) : "");
      cell.classList.toggle("lacking", Boolean(lack));
    }
    if (this.#all) return;
    fill(
      this.#bars,
      ...this.#languages.map((language) => {
        const row = element("li", { class: "completeness" });
        renderBar(this.#app, row, language, shareOf(content, this.#fields, this.#languages, language));
        return row;
      }),
    );
  }
}
