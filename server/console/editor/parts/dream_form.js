/** What belongs to a dream alone: what visitors may ask for, from what, how often, and how its pictures are marked. */

import { button, element, fill } from "../../core/elements.js";
import { choices, field, freshId, tick } from "../../core/form.js";
import { CORNERS, MODES, MOST_PICTURES, joined } from "../model/dream.js";
import { announce } from "./announce.js";
import { DreamWords } from "./dream_words.js";
import { check } from "./experience_choices.js";
import { pictureAddress } from "./pictures.js";
import { Upload } from "./upload.js";
import { suggestWords } from "./word_suggestions.js";

const PICTURES = "image/jpeg,image/png,image/webp,image/tiff";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */
/** @typedef {import("../model/types.js").DreamModel} DreamModel */

export class DreamForm {
  #app;
  #document;
  #path;
  #languages;
  #words;
  #upload;
  #picture = element("div", { class: "overlay-picture" });
  #forget;
  #suggest;
  #about = element("div", { class: "dream-model" });
  /** @type {Promise<void> | null} the question which model there is; asked once a dream is shown */
  #asked = null;
  /** @type {DreamModel | null} */
  #model = null;
  /** @type {(() => void)[]} */
  #renders = [];

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {object} options
   * @param {string} options.path of the experience in the document
   * @param {readonly string[]} options.languages
   */
  constructor(app, document, { path, languages }) {
    this.#app = app;
    this.#document = document;
    this.#path = path;
    this.#languages = languages;
    const { texts } = app;
    this.#suggest = button(texts.say("dream.suggest"), () => void this.#suggestWords());
    this.#suggest.hidden = true;
    this.#words = new DreamWords(app, document, { path: `${path}.words`, languages, suggest: this.#suggest });
    this.#forget = button(texts.say("dream.no_fallback"), () => this.#forgetFallback(), "quiet");
    this.#upload = new Upload(app, {
      path: "/pictures",
      field: `${path}.fallback`,
      accept: PICTURES,
      label: texts.say("upload.picture"),
      content: this.#picture,
      onPicture: ({ name }) => this.#set("fallback", name),
    });
    this.element = this.#build();
  }

  close() {
    this.#upload.close();
  }

  /** To be called while the experience is a dream. */
  render() {
    this.#asked ??= this.#ask();
    for (const render of this.#renders) render();
    this.#words.render();
    this.#renderFallback();
  }

  #build() {
    const { texts } = this.#app;
    this.#upload.element.querySelector(".actions")?.append(this.#forget);
    return element(
      "div",
      { class: "dream-form" },
      this.#about,
      this.#mode(),
      this.#words.element,
      element(
        "fieldset",
        { class: "choices" },
        element("legend", {}, texts.say("dream.begins")),
        element("p", { class: "hint" }, texts.say("dream.begins_hint")),
        this.#tick("from_artwork"),
        this.#tick("from_camera"),
      ),
      this.#visit(),
      this.#mark(),
      this.#tick("wall"),
      element(
        "div",
        { class: "dream-fallback" },
        element("h3", {}, texts.say("field.experience.fallback")),
        element("p", { class: "hint" }, texts.say("dream.fallback_hint")),
        this.#upload.element,
      ),
    );
  }

  /** @param {string} name */
  #get(name) {
    return this.#document.get(`${this.#path}.${name}`);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  #set(name, value) {
    this.#document.set(`${this.#path}.${name}`, value);
  }

  #mode() {
    const { texts } = this.#app;
    const options = MODES.map((value) => {
      return { value, label: texts.say(`dream.${value}`), hint: texts.say(`dream.${value}_hint`) };
    });
    const set = choices(texts.say("dream.mode"), freshId("mode"), options, "", (value) => this.#set("mode", value));
    set.dataset.field = `${this.#path}.mode`;
    this.#renders.push(() => check(set, this.#get("mode")));
    return set;
  }

  /** @param {"from_artwork" | "from_camera" | "wall"} name */
  #tick(name) {
    const { texts } = this.#app;
    const input = element("input", {
      type: "checkbox",
      name: `${this.#path}.${name}`,
      onchange: () => this.#set(name, input.checked),
    });
    this.#renders.push(() => (input.checked = Boolean(this.#get(name))));
    return tick(texts.say(`dream.${name}`), input, { hint: texts.say(`dream.${name}_hint`) });
  }

  #visit() {
    const { texts } = this.#app;
    const name = "pictures_per_visit";
    const input = element("input", {
      type: "number",
      name: `${this.#path}.${name}`,
      inputmode: "numeric",
      min: 1,
      max: MOST_PICTURES,
      oninput: () => this.#set(name, Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : 0),
    });
    this.#renders.push(() => follow(input, String(this.#get(name))));
    return field(texts.say(`field.experience.${name}`), input, {
      hint: texts.say(`dream.${name}_hint`),
      className: "short",
    });
  }

  #mark() {
    const { texts } = this.#app;
    const select = element(
      "select",
      { name: `${this.#path}.mark`, onchange: () => this.#set("mark", select.value) },
      ...CORNERS.map((value) => element("option", { value }, texts.say(`dream.mark_${value}`))),
    );
    this.#renders.push(() => (select.value = this.#get("mark")));
    const hint = texts.say("dream.mark_hint");
    return field(texts.say("field.experience.mark"), select, { hint, className: "short" });
  }

  #renderFallback() {
    const name = this.#get("fallback") ?? "";
    const { texts } = this.#app;
    this.#upload.setLabel(texts.say(name ? "upload.replace" : "upload.picture"));
    this.#forget.hidden = !name;
    if (this.#picture.dataset.name === name) return;
    this.#picture.dataset.name = name;
    fill(
      this.#picture,
      name && element("img", { src: pictureAddress(name), alt: texts.say("field.experience.fallback") }),
    );
  }

  #forgetFallback() {
    this.#set("fallback", null);
    this.#upload.element.querySelector("button")?.focus();
  }

  async #ask() {
    try {
      const { data } = await this.#app.api.get("/dreams/model");
      this.#model = data.model;
    } catch (error) {
      this.#app.report(error);
      return;
    }
    this.#suggest.hidden = !this.#model?.vocabulary?.length;
    fill(this.#about, ...this.#aboutModel());
  }

  #aboutModel() {
    const { texts } = this.#app;
    const model = this.#model;
    const note = (/** @type {string} */ kind, /** @type {string} */ words) =>
      element("p", { class: "note", "data-kind": kind }, words);
    if (!model) return [note("warning", texts.say("gap.dream"))];
    const { title, licence } = model;
    const any = !model.vocabulary?.length;
    return [
      note("info", texts.say("dream.model", { title, licence }) + (any ? ` ${texts.say("dream.any_words")}` : "")),
      model.non_commercial && note("warning", texts.say("warning.licence", { model: title, licence })),
    ];
  }

  async #suggestWords() {
    const words = this.#get("words");
    const chosen = await suggestWords(this.#app, this.#model?.vocabulary ?? [], words, this.#languages);
    if (chosen.length === 0) return;
    this.#set("words", joined(this.#get("words"), chosen));
    announce(this.#app.texts.count("suggest.added", chosen.length));
  }
}

/**
 * A field that somebody writes in is left as it is.
 * @param {HTMLInputElement} input
 * @param {string} value
 */
function follow(input, value) {
  if (input !== document.activeElement && input.value !== value) input.value = value;
}
