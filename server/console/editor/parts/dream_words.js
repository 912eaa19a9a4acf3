/** The words of a dream, one a row with a field for each language: written, put in order, taken away. */

import { button, element, fill, iconButton, setText } from "../../core/elements.js";
import { MOST_WORDS, countOf } from "../model/dream.js";
import { announce } from "./announce.js";
import { Sortable } from "./sortable.js";

const MOST_CHARS = 64;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */
/** @typedef {import("../model/types.js").Words} Words */
/** @typedef {{id: string, line: HTMLElement, inputs: Map<string, HTMLInputElement>}} Row inputs by language */

export class DreamWords {
  #app;
  #document;
  #path;
  #languages;
  /** @type {Row[]} in the order of the document */
  #rows = [];
  #made = 0;
  #list;
  #sortable;
  #count = element("p", { class: "hint" });
  #add;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {object} options
   * @param {string} options.path of the words in the document
   * @param {readonly string[]} options.languages
   * @param {HTMLElement} options.suggest a button beside the one that adds a word
   */
  constructor(app, document, { path, languages, suggest }) {
    this.#app = app;
    this.#document = document;
    this.#path = path;
    this.#languages = languages;
    const { texts } = app;
    this.#list = element("ol", { class: "dream-words", "aria-label": texts.say("dream.words") });
    this.#sortable = new Sortable(this.#list, { handle: ".drag", onOrder: (order, id) => this.#order(order, id) });
    this.#add = button(texts.say("dream.add_word"), () => this.#insert(this.#words.length));
    this.element = element(
      "div",
      { class: "dream-words-part", "data-field": path },
      element("h3", {}, texts.say("dream.words")),
      this.#count,
      this.#list,
      element("div", { class: "actions" }, this.#add, suggest),
      element("p", { class: "error" }),
    );
  }

  /** @returns {Words[]} */
  get #words() {
    return this.#document.get(this.#path) ?? [];
  }

  render() {
    const words = this.#words;
    while (this.#rows.length < words.length) this.#rows.push(this.#row());
    this.#rows.length = words.length;
    const lines = this.#rows.map(({ line }) => line);
    const { children } = this.#list;
    if (children.length !== lines.length || lines.some((line, at) => children[at] !== line)) fill(this.#list, ...lines);
    this.#rows.forEach((row, at) => this.#show(row, words[at], at));
    this.#add.disabled = words.length >= MOST_WORDS;
    setText(
      this.#count,
      this.#app.texts.say("dream.words_hint", { count: countOf(words), most: MOST_WORDS }),
    );
  }

  /**
   * @param {Row} row
   * @param {Words} word
   * @param {number} at
   */
  #show({ line, inputs }, word, at) {
    const { texts } = this.#app;
    const number = String(at + 1);
    for (const [language, input] of inputs) {
      const text = word[language] ?? "";
      if (input.value.trim() !== text.trim()) input.value = text;
      const name = this.#app.languageName(language);
      input.setAttribute("aria-label", texts.say("dream.word_in", { number, language: name }));
    }
    const name = texts.say("dream.word", { number });
    for (const tool of line.querySelectorAll("[data-tool]")) {
      const label = texts.say(/** @type {HTMLElement} */ (tool).dataset.tool ?? "", { name });
      tool.setAttribute("aria-label", label);
      tool.setAttribute("title", label);
    }
  }

  /** @returns {Row} */
  #row() {
    const id = String((this.#made += 1));
    const tool = (/** @type {string} */ key, /** @type {any} */ sign, /** @type {() => void} */ act, extra = "") => {
      const made = iconButton("", sign, act, `round small-round ${extra}`);
      made.dataset.tool = key;
      return made;
    };
    /** @type {Map<string, HTMLInputElement>} */
    const inputs = new Map(this.#languages.map((language) => [language, this.#input(id, language)]));
    const cells = [...inputs].map(([language, input]) => {
      const tag = element("span", { class: "mono", "aria-hidden": "true" }, language);
      return element("span", { class: "dream-word" }, tag, input);
    });
    const line = element(
      "li",
      { "data-id": id },
      tool("sort.drag", "drag", () => {}, "drag"),
      element("div", { class: "dream-cells field" }, ...cells),
      element(
        "span",
        { class: "tools" },
        tool("sort.earlier", "up", () => this.#sortable.move(id, -1)),
        tool("sort.later", "down", () => this.#sortable.move(id, 1)),
        tool("dream.remove_word", "close", () => this.#remove(id)),
      ),
    );
    return { id, line, inputs };
  }

  /**
   * @param {string} id of the row
   * @param {string} language
   */
  #input(id, language) {
    const input = element("input", {
      type: "text",
      lang: language,
      dir: "auto",
      maxlength: MOST_CHARS,
      autocomplete: "off",
      oninput: () => this.#document.set(`${this.#path}.${this.#placeOf(id)}.${language}`, input.value || undefined),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        this.#insert(this.#placeOf(id) + 1);
      },
    });
    return input;
  }

  /** @param {string} id */
  #placeOf(id) {
    return this.#rows.findIndex((row) => row.id === id);
  }

  /** @param {number} at */
  #insert(at) {
    const words = this.#words;
    if (words.length >= MOST_WORDS) return;
    this.#rows.splice(at, 0, this.#row());
    this.#document.set(this.#path, [...words.slice(0, at), {}, ...words.slice(at)]);
    this.#focus(at);
  }

  /** @param {string} id */
  #remove(id) {
    const at = this.#placeOf(id);
    this.#rows.splice(at, 1);
    this.#document.set(
      this.#path,
      this.#words.filter((_, index) => index !== at),
    );
    announce(this.#app.texts.say("dream.word_removed", { number: String(at + 1) }));
    this.#focus(Math.min(at, this.#rows.length - 1));
  }

  /** @param {number} at below 0: there is no row any more */
  #focus(at) {
    const [input] = this.#rows[at]?.inputs.values() ?? [];
    (input ?? this.#add).focus();
  }

  /**
   * @param {string[]} order
   * @param {string} moved
   */
  #order(order, moved) {
    const words = this.#words;
    const places = order.map((id) => this.#placeOf(id));
    const number = String(this.#placeOf(moved) + 1);
    this.#rows = places.map((place) => this.#rows[place]);
    this.#document.set(
      this.#path,
      places.map((place) => words[place]),
    );
    const { texts } = this.#app;
    const name = texts.say("dream.word", { number });
    announce(texts.say("sort.moved", { name, place: order.indexOf(moved) + 1, count: order.length }));
  }
}
