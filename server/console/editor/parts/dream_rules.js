/** What holds for visitors' pictures in a whole exhibition: words refused or allowed, and how long they are kept. */

import { element, fill } from "../../core/elements.js";
import { field, setError } from "../../core/form.js";
import { MOST_KEEP_DAYS, MOST_LISTED, MOST_LISTED_CHARS, listedIn } from "../model/dream.js";
import { same } from "../model/paths.js";

const LISTS = /** @type {const} */ (["refused_words", "allowed_words"]);

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */
/** @typedef {{path: string, input: HTMLTextAreaElement}} List */

export class DreamRules {
  #app;
  #document;
  #days;
  /** @type {List[]} of each language */
  #lists = [];
  #places = new Map(LISTS.map((name) => [name, element("div", { class: "word-lists" })]));
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   */
  constructor(app, document) {
    this.#app = app;
    this.#document = document;
    this.#days = element("input", {
      type: "number",
      name: "keep_days",
      inputmode: "numeric",
      min: 0,
      max: MOST_KEEP_DAYS,
      oninput: () => document.set("keep_days", numberIn(this.#days)),
    });
    this.element = this.#build();
    this.#stop = document.onChange(() => this.#render());
    this.#buildLists();
    this.#render();
  }

  close() {
    this.#stop();
  }

  #build() {
    const { texts } = this.#app;
    return element(
      "fieldset",
      { class: "dream-rules", disabled: !this.#app.can("edit") },
      field(texts.say("field.keep_days"), this.#days, { hint: texts.say("rules.keep_days_hint"), className: "short" }),
      ...LISTS.map((name) =>
        element(
          "div",
          { "data-field": name },
          element("h3", {}, texts.say(`field.${name}`)),
          element("p", { class: "hint" }, texts.say(`rules.${name}_hint`)),
          this.#places.get(name),
          element("p", { class: "error" }),
        ),
      ),
    );
  }

  /** The exhibition's languages, and those of which there are words already. @returns {string[]} */
  get #languages() {
    const listed = LISTS.flatMap((name) => Object.keys(this.#document.get(name) ?? {}));
    return [...new Set([...this.#document.get("languages"), ...listed])];
  }

  #buildLists() {
    this.#lists = [];
    for (const [name, place] of this.#places) {
      place.dataset.languages = this.#languages.join(" ");
      fill(place, ...this.#languages.map((language) => this.#list(name, language)));
    }
  }

  /**
   * @param {string} name
   * @param {string} language
   */
  #list(name, language) {
    const path = `${name}.${language}`;
    const input = element("textarea", { name: path, rows: 3, lang: language, dir: "auto", spellcheck: "false" });
    const made = field(this.#app.languageName(language), input);
    input.addEventListener("input", () => {
      const words = listedIn(input.value);
      this.#document.set(path, words.length > 0 ? words : undefined);
      setError(made, this.#fault(words));
    });
    this.#lists.push({ path, input });
    return made;
  }

  /** @param {readonly string[]} words */
  #fault(words) {
    const { texts } = this.#app;
    const long = words.find((word) => [...word].length > MOST_LISTED_CHARS);
    const begun = `${[...(long ?? "")].slice(0, 20).join("")}…`;
    if (long) return texts.say("rules.too_long", { word: begun, most: MOST_LISTED_CHARS });
    return words.length > MOST_LISTED ? texts.say("rules.too_many", { count: words.length, most: MOST_LISTED }) : "";
  }

  #render() {
    const languages = this.#languages.join(" ");
    if ([...this.#places.values()].some((place) => place.dataset.languages !== languages)) this.#buildLists();
    const days = String(this.#document.get("keep_days"));
    if (this.#days !== document.activeElement && this.#days.value !== days) this.#days.value = days;
    for (const { path, input } of this.#lists) {
      const words = this.#document.get(path) ?? [];
      if (!same(listedIn(input.value), words)) input.value = words.join("\n");
    }
  }
}

/**
 * What is no number becomes one that the server refuses.
 * @param {HTMLInputElement} input
 */
function numberIn({ valueAsNumber }) {
  return Number.isFinite(valueAsNumber) ? valueAsNumber : -1;
}
