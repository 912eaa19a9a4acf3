/** What holds for the whole exhibition: its languages, its title and introduction, the rules for visitors' pictures. */

import { element } from "../../core/elements.js";
import { DraftDocument } from "../document/draft_document.js";
import { SaveBar } from "../parts/save_bar.js";
import { EXHIBITION_TEXTS } from "../model/lacking.js";
import { DreamRules } from "../parts/dream_rules.js";
import { GlimpseChoice } from "../parts/glimpse_choice.js";
import { reveal } from "../parts/faults.js";
import { exhibitionPage, titleOf } from "../parts/frame.js";
import { LanguageList } from "../parts/language_list.js";
import { TextPair } from "../parts/text_pair.js";

/** @typedef {import("../../core/app.js").App} App */

/**
 * @param {string[]} parts the exhibition's id, and perhaps a text and a language to begin with
 * @param {App} app
 */
export async function openSettings([id, field, language], app) {
  const settings = new Settings(app, await DraftDocument.open(app, `/exhibitions/${id}`, id), id);
  if (field) window.setTimeout(() => settings.goTo(field, language), 0); // once it is shown
  return { element: settings.element, title: app.texts.say("tabs.settings"), close: () => settings.close() };
}

class Settings {
  #app;
  #document;
  #id;
  #languages;
  #rules;
  #glimpses;
  #place = element("div", {});
  /** @type {TextPair | null} */
  #texts = null;
  #bar;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {string} id
   */
  constructor(app, document, id) {
    this.#app = app;
    this.#document = document;
    this.#id = id;
    this.#languages = new LanguageList(app, document);
    this.#rules = new DreamRules(app, document);
    this.#glimpses = new GlimpseChoice(app, document);
    this.#bar = new SaveBar(app, document, titleOf(app, document.saved).text);
    this.element = this.#build();
    document.onChange((path) => (path === "languages" || path === "") && this.#showTexts());
    this.#showTexts();
  }

  close() {
    this.#texts?.close();
    this.#languages.close();
    this.#rules.close();
    this.#glimpses.close();
    this.#bar.close();
    this.#document.close();
  }

  /**
   * @param {string} field
   * @param {string} [language]
   */
  goTo(field, language = "") {
    this.#texts?.show(language);
    const name = language ? `${field}.${language}` : field;
    const places = [...this.element.querySelectorAll("[data-field]")].filter(
      (place) => place instanceof HTMLElement && place.dataset.field === name,
    );
    const [place] = places;
    if (place instanceof HTMLElement) reveal(place);
  }

  #build() {
    const { texts } = this.#app;
    return exhibitionPage(this.#app, this.#document.saved, {
      tab: "settings",
      heading: element("h1", {}, texts.say("tabs.settings")),
      body: [
        element("section", { class: "section" }, element("h2", {}, texts.say("settings.texts")), this.#place),
        element(
          "section",
          { class: "section" },
          element("h2", {}, texts.say("settings.languages")),
          element("p", { class: "hint" }, texts.say("settings.languages_hint")),
          this.#languages.element,
        ),
        element(
          "section",
          { class: "section" },
          element("h2", {}, texts.say("rules.title")),
          element("p", { class: "hint" }, texts.say("rules.lead")),
          this.#rules.element,
        ),
        element(
          "section",
          { class: "section" },
          element("h2", {}, texts.say("glimpses.title")),
          this.#glimpses.element,
        ),
        this.#bar.element,
      ],
    });
  }

  /** Made anew where the languages are others. */
  #showTexts() {
    const languages = this.#document.get("languages");
    const present = this.#place.dataset.languages;
    if (present === languages.join(" ")) return;
    this.#place.dataset.languages = languages.join(" ");
    this.#texts?.close();
    this.#texts = new TextPair(this.#app, this.#document, {
      fields: EXHIBITION_TEXTS,
      languages,
      exhibition: this.#id,
    });
    this.#place.replaceChildren(this.#texts.element);
  }
}
