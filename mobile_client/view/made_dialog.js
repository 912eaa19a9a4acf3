/** The card "How it was made": what is known of a picture, in the visitor's words. */

import { element, iconButton } from "./elements.js";
import { list, wordsOf } from "./dream_lines.js";

/** @typedef {import("../texts/languages.js").Texts} Texts */

export class MadeDialog {
  constructor() {
    this.element = element("dialog", { class: "dialog made", "aria-labelledby": "made-title" });
  }

  /**
   * @param {Texts} texts
   * @param {import("../core/dream.js").Finished} finished
   * @param {string} styles what it is painted over in now; empty where it is shown as it was made
   */
  open(texts, finished, styles) {
    const { made, wished } = finished;
    const rows = made ? rowsOf(texts, made, wordsOf(texts, wished, made), styles) : [];
    this.element.replaceChildren(
      element(
        "header",
        {},
        element("h2", { id: "made-title" }, texts.say("dream_how")),
        iconButton(texts.say("close"), "close", () => this.element.close()),
      ),
      element("p", {}, texts.say("dream_made_by")),
      element("dl", {}, ...rows),
    );
    this.element.showModal();
  }
}

/**
 * @param {Texts} texts
 * @param {import("../core/dream.js").Made} made
 * @param {string} words
 * @param {string} styles
 */
function rowsOf(texts, made, words, styles) {
  const day = new Intl.DateTimeFormat(texts.language.code, { dateStyle: "long", timeStyle: "short" });
  const at = new Date(made.made_at);
  const said = /** @type {[string, string][]} */ ([
    ["words", words],
    ["understood", list(texts, made.understood ?? [])],
    ["unknown", list(texts, made.unknown ?? [])],
    ["source", texts.say(`dream_from_${made.source}`)],
    ["styles", styles],
    ["artwork", made.artwork],
    ["model", made.model],
    ["licence", made.licence],
    ["data", made.training_data],
    ["seed", String(made.seed)],
    ["steps", texts.number(made.steps)],
    ["at", Number.isNaN(at.getTime()) ? "" : day.format(at)],
  ]);
  return said
    .filter(([, value]) => value)
    .map(([key, value]) => row(texts.say(`dream_made_${key}`), value));
}

/**
 * @param {string} name
 * @param {string} value
 */
function row(name, value) {
  return element("div", {}, element("dt", {}, name), element("dd", { dir: "auto" }, value));
}
