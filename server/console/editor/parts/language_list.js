/** The languages of an exhibition, in their order: the first stands in where a visitor's own is not there. */

import { element, fill, iconButton } from "../../core/elements.js";
import { field, setError } from "../../core/form.js";
import { announce } from "./announce.js";
import { Sortable } from "./sortable.js";

const COMMON = [
  "ar",
  "bn",
  "ca",
  "cs",
  "da",
  "de",
  "el",
  "en",
  "es",
  "fa",
  "fi",
  "fr",
  "ga",
  "he",
  "hi",
  "hr",
  "hu",
  "id",
  "it",
  "ja",
  "ko",
  "ms",
  "nl",
  "no",
  "pl",
  "pt",
  "pt-BR",
  "ro",
  "ru",
  "sk",
  "sl",
  "sr",
  "sv",
  "th",
  "tr",
  "uk",
  "ur",
  "vi",
  "zh-Hans",
  "zh-Hant",
];
const OTHER = "other";
const MOST = 12;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */

export class LanguageList {
  #app;
  #document;
  #list;
  #sortable;
  #choice = element("select", { name: "language" });
  #tag = element("input", {
    type: "text",
    name: "tag",
    maxlength: 35,
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "pt-BR",
  });
  #tagField;
  #add;
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   */
  constructor(app, document) {
    this.#app = app;
    this.#document = document;
    const { texts } = app;
    this.#list = element("ol", { class: "language-list", "aria-label": texts.say("settings.languages") });
    this.#sortable = new Sortable(this.#list, {
      handle: ".drag",
      onOrder: (order, moved) => this.#order(order, moved),
    });
    this.#tagField = field(texts.say("settings.tag"), this.#tag, { hint: texts.say("settings.tag_hint") });
    this.#add = element(
      "button",
      { type: "button", class: "secondary", onclick: () => this.#append() },
      texts.say("settings.add_language"),
    );
    this.#choice.addEventListener("change", () => this.#chosen());
    this.element = element(
      "fieldset",
      { "data-field": "languages", disabled: !app.can("edit") },
      this.#list,
      element("p", { class: "error" }),
      element(
        "div",
        { class: "language-new" },
        field(texts.say("settings.new_language"), this.#choice),
        this.#tagField,
        this.#add,
      ),
    );
    this.#stop = document.onChange((path) => (path === "languages" || path === "") && this.#render());
    this.#render();
  }

  close() {
    this.#stop();
  }

  /** @returns {string[]} */
  get #languages() {
    return this.#document.get("languages");
  }

  #render() {
    const languages = this.#languages;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : "";
    fill(this.#list, ...languages.map((tag, at) => this.#line(tag, at)));
    const again = focused && this.#list.querySelector(`[data-key="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus();
    this.#offerOthers(languages);
  }

  /** @param {string[]} languages */
  #offerOthers(languages) {
    const { texts } = this.#app;
    const named = COMMON.filter((tag) => !languages.includes(tag)).map((tag) => ({
      tag,
      name: this.#app.languageName(tag),
    }));
    named.sort((one, other) => one.name.localeCompare(other.name, texts.language.code));
    const options = named.map(({ tag, name }) => element("option", { value: tag }, name));
    const none = element("option", { value: "" }, texts.say("settings.choose"));
    fill(this.#choice, none, ...options, element("option", { value: OTHER }, texts.say("settings.other_language")));
    this.#chosen();
  }

  #chosen() {
    this.#tagField.hidden = this.#choice.value !== OTHER;
    this.#add.disabled = this.#choice.value === "" || this.#languages.length >= MOST;
  }

  /**
   * @param {string} tag
   * @param {number} at
   */
  #line(tag, at) {
    const { texts } = this.#app;
    const name = this.#app.languageName(tag);
    const tool = (/** @type {string} */ key, /** @type {any} */ sign, /** @type {() => void} */ act, extra = "") => {
      const made = iconButton(texts.say(key, { name }), sign, act, `round ${extra}`);
      made.dataset.key = `${key}-${tag}`;
      return made;
    };
    const remove = tool("settings.remove_language", "trash", () => void this.#remove(tag, name));
    remove.disabled = this.#languages.length === 1;
    return element(
      "li",
      { "data-id": tag },
      tool("sort.drag", "drag", () => {}, "drag"),
      element("span", { class: "language-name" }, name, element("span", { class: "mono soft" }, ` ${tag}`)),
      at === 0 && element("span", { class: "soft small" }, texts.say("settings.first_language")),
      element(
        "span",
        { class: "tools" },
        tool("sort.earlier", "up", () => this.#sortable.move(tag, -1)),
        tool("sort.later", "down", () => this.#sortable.move(tag, 1)),
        remove,
      ),
    );
  }

  #append() {
    const { texts } = this.#app;
    const tag = this.#choice.value === OTHER ? this.#tag.value.trim() : this.#choice.value;
    const known = this.#languages.some((one) => one.toLowerCase() === tag.toLowerCase());
    setError(this.#tagField, "");
    if (!isTag(tag) || known) {
      setError(this.#tagField, texts.say(known ? "settings.tag_known" : "settings.tag_wrong"));
      return;
    }
    this.#document.set("languages", [...this.#languages, tag]);
    this.#tag.value = "";
    announce(texts.say("settings.language_added", { name: this.#app.languageName(tag) }));
  }

  /**
   * @param {string} tag
   * @param {string} name
   */
  async #remove(tag, name) {
    const { texts } = this.#app;
    const yes = await this.#app.confirm(texts.say("settings.remove_question", { name }), {
      danger: true,
      detail: texts.say("settings.remove_detail"),
    });
    if (yes)
      this.#document.set(
        "languages",
        this.#languages.filter((one) => one !== tag),
      );
  }

  /**
   * @param {string[]} order
   * @param {string} moved
   */
  #order(order, moved) {
    this.#document.set("languages", order);
    const values = { name: this.#app.languageName(moved), place: order.indexOf(moved) + 1, count: order.length };
    announce(this.#app.texts.say("sort.moved", values));
  }
}

/** @param {string} tag */
function isTag(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
