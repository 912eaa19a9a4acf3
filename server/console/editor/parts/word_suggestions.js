/** The words that the model knows, by kind, to choose some of. Knows no document. */

import { dialog } from "../../core/dialog.js";
import { element, setText } from "../../core/elements.js";
import { freshId } from "../../core/form.js";
import { MOST_WORDS, countOf, isThere, rowOf } from "../model/dream.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Words} Words */

/**
 * @param {App} app
 * @param {import("../model/types.js").Vocabulary} vocabulary
 * @param {readonly Words[]} words that are there already
 * @param {readonly string[]} languages of the exhibition
 * @returns {Promise<Words[]>} those that were chosen, in those languages
 */
export async function suggestWords(app, vocabulary, words, languages) {
  const choice = new Suggestions(app, vocabulary, words, languages);
  const { texts } = app;
  const asked = dialog(
    texts.say("suggest.title"),
    choice.element,
    [
      { label: texts.say("cancel"), value: "", kind: "secondary" },
      { label: texts.say("suggest.add"), value: "add", kind: "primary" },
    ],
    { className: "wide" },
  );
  return (await asked.closed) === "add" ? choice.chosen : [];
}

class Suggestions {
  #app;
  #words;
  #languages;
  /** @type {Map<HTMLInputElement, Words>} */
  #rows = new Map();
  #count = element("p", { class: "hint", role: "status" });

  /**
   * @param {App} app
   * @param {import("../model/types.js").Vocabulary} vocabulary
   * @param {readonly Words[]} words
   * @param {readonly string[]} languages
   */
  constructor(app, vocabulary, words, languages) {
    this.#app = app;
    this.#words = words;
    this.#languages = languages;
    this.element = element(
      "div",
      { class: "suggestions" },
      element("p", { class: "hint" }, app.texts.say("suggest.how")),
      ...vocabulary.map((one) => this.#kind(one)),
      this.#count,
    );
    this.#render();
  }

  /** @returns {Words[]} */
  get chosen() {
    return [...this.#rows].filter(([box]) => box.checked && !box.disabled).map(([, row]) => row);
  }

  /** @param {import("../model/types.js").Vocabulary[number]} one */
  #kind({ kind, words }) {
    const { texts } = this.#app;
    const key = `suggest.kind_${kind}`;
    return element(
      "fieldset",
      {},
      element("legend", {}, texts.has(key) ? texts.say(key) : kind),
      element("ul", { class: "suggested" }, ...words.map((word) => this.#word(word))),
    );
  }

  /** @param {{word: string, labels: Words}} word */
  #word({ word, labels }) {
    const row = rowOf(labels, this.#languages);
    const { text, lang } = this.#app.texts.of(labels, this.#languages);
    const there = isThere(this.#words, row);
    const id = freshId("word");
    const onchange = () => this.#render();
    const box = element("input", { type: "checkbox", id, checked: there, disabled: there, onchange });
    if (Object.keys(row).length > 0) this.#rows.set(box, row);
    else box.disabled = true; // it has no name in a language of the exhibition
    return element("li", {}, box, element("label", { for: id, lang: lang || null, dir: "auto" }, text || word));
  }

  #render() {
    const left = MOST_WORDS - countOf(this.#words) - this.chosen.length;
    for (const [box, row] of this.#rows) box.disabled = isThere(this.#words, row) || (left <= 0 && !box.checked);
    setText(this.#count, this.#app.texts.count("suggest.left", Math.max(0, left)));
  }
}
