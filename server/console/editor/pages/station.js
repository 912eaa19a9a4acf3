/** The page on which a station is written: artwork, experience, texts, access, code. */

import { button, element, setText } from "../../core/elements.js";
import { DraftDocument } from "../document/draft_document.js";
import { Presence } from "../document/presence.js";
import { SaveBar } from "../parts/save_bar.js";
import { countOf } from "../model/dream.js";
import { STATION_TEXTS, lackingTexts } from "../model/lacking.js";
import { ArtworkForm } from "../parts/artwork_form.js";
import { ExperienceForm } from "../parts/experience_form.js";
import { reveal } from "../parts/faults.js";
import { exhibitionHash, exhibitionPage, stationHash, stationTitle } from "../parts/frame.js";
import { OthersLine } from "../parts/others_line.js";
import { PlaceForm } from "../parts/place_form.js";
import { previewDialog } from "../parts/preview_dialog.js";
import { SectionIndex } from "../parts/section_index.js";
import { TextPair } from "../parts/text_pair.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Exhibition} Exhibition */
/** @typedef {import("../model/types.js").Station} Station */
/** @typedef {import("../model/types.js").Style} Style */

/**
 * @param {string[]} parts the exhibition's id, the station's, and perhaps a field and a language to begin with
 * @param {App} app
 */
export async function openStation([exhibitionId, id, field, language], app) {
  const path = `/exhibitions/${exhibitionId}`;
  const [document, ...answers] = await Promise.all([
    DraftDocument.open(app, `${path}/stations/${id}`, `${exhibitionId}/s/${id}`),
    ...[path, `${path}/stations`, "/styles"].map((one) => app.api.get(one)),
  ]);
  const [exhibition, stations, styles] = answers.map(({ data }) => data);
  const page = new StationPage(app, document, { exhibition, stations, styles });
  if (field) window.setTimeout(() => page.goTo(field, language), 0); // once it is shown
  return { element: page.element, title: page.title, close: () => page.close() };
}

/** @typedef {{exhibition: Exhibition, stations: Station[], styles: Style[]}} Surroundings */

class StationPage {
  #app;
  #document;
  #around;
  #forms;
  #index;
  #bar;
  #presence;
  #heading;
  #number = element("p", { class: "station-number" });

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {Surroundings} around
   */
  constructor(app, document, around) {
    this.#app = app;
    this.#document = document;
    this.#around = around;
    this.#heading = element("h1", { dir: "auto" });
    this.#forms = this.#makeForms();
    this.#index = this.#makeIndex();
    this.#bar = new SaveBar(app, document, this.title);
    const others = new OthersLine(app, (station) => this.#titleOf(station), document.saved.id);
    this.#presence = new Presence(app, around.exhibition.id, document.saved.id, (seen) => others.show(seen));
    this.element = exhibitionPage(app, around.exhibition, {
      tab: null,
      above: [element("div", { class: "way-line" }, this.#number, this.#way())],
      heading: this.#heading,
      actions: this.#actions(),
      className: "station-page",
      body: [others.element, this.#index.element, this.#bar.element],
    });
    document.onChange(() => this.#render());
    this.#render();
  }

  get title() {
    const { id } = this.#document.saved;
    return stationTitle(this.#app, { id, content: this.#document.content }, this.#around.exhibition.content.languages);
  }

  close() {
    for (const form of Object.values(this.#forms)) form.close();
    this.#index.close();
    this.#bar.close();
    this.#presence.close();
    this.#document.close();
  }

  /**
   * @param {string} field
   * @param {string} [language]
   */
  goTo(field, language = "") {
    if (language) this.#forms.texts.show(language);
    const name = language ? `${field}.${language}` : field;
    const found = [...this.element.querySelectorAll("[data-field]")].filter(
      (place) => place instanceof HTMLElement && place.dataset.field === name,
    );
    const place = found.at(-1);
    if (place instanceof HTMLElement) reveal(place);
  }

  #makeForms() {
    const { exhibition, styles } = this.#around;
    const { languages } = exhibition.content;
    const titleOfPicture = (/** @type {string} */ picture) => this.#titleOfPicture(picture);
    return {
      artwork: new ArtworkForm(this.#app, this.#document, { exhibition: exhibition.id, languages, titleOfPicture }),
      experience: new ExperienceForm(this.#app, this.#document, {
        path: "experience",
        styles,
        languages,
        artwork: () => this.#document.get("artwork.picture"),
      }),
      texts: new TextPair(this.#app, this.#document, { fields: STATION_TEXTS, languages, exhibition: exhibition.id }),
      place: new PlaceForm(this.#app, this.#document),
    };
  }

  #makeIndex() {
    const { texts } = this.#app;
    const { artwork, experience, texts: words, place } = this.#forms;
    const remove =
      this.#app.can("edit") &&
      element(
        "div",
        { class: "actions leave" },
        button(texts.say("station.remove_this"), () => void this.#remove(), "danger"),
      );
    return new SectionIndex(texts.say("station.index"), [
      { id: "artwork", title: texts.say("section.artwork"), content: [artwork.element] },
      { id: "experience", title: texts.say("section.experience"), content: [experience.element] },
      { id: "texts", title: texts.say("section.texts"), content: [words.element] },
      {
        id: "access",
        title: texts.say("section.access"),
        content: [element("p", { class: "hint" }, texts.say("access.hint")), place.access],
      },
      { id: "code", title: texts.say("section.code"), content: [place.code, remove] },
    ]);
  }

  #actions() {
    const preview = button(this.#app.texts.say("preview.button"), () => void this.#preview());
    return element("div", { class: "actions" }, preview);
  }

  /** The stations before and after this one. */
  #way() {
    const { exhibition, stations } = this.#around;
    const at = stations.findIndex(({ id }) => id === this.#document.saved.id);
    const link = (/** @type {Station | undefined} */ station, /** @type {string} */ key) =>
      station &&
      element(
        "a",
        { href: stationHash(exhibition.id, station.id) },
        this.#app.texts.say(key, { name: this.#titleOf(station.id) }),
      );
    return element(
      "p",
      { class: "way" },
      link(stations[at - 1], "station.before"),
      link(stations[at + 1], "station.after"),
    );
  }

  #render() {
    const { texts } = this.#app;
    const { languages } = this.#around.exhibition.content;
    const { content } = this.#document;
    const { lang } = texts.of(content.title, languages);
    setText(this.#heading, this.title);
    this.#heading.lang = lang || texts.language.code;
    setText(this.#number, texts.say("station.number", { number: String(content.number) }));
    const lacking = lackingTexts(content, STATION_TEXTS, languages).length;
    this.#index.setMissing("texts", lacking, texts.count("completeness.missing", lacking));
    this.#index.setMissing("artwork", content.artwork.picture ? 0 : 1, texts.say("station.no_picture"));
    const { kind, overlay, styles, mode, words } = content.experience;
    const silent = kind === "dream" && mode === "chosen" && countOf(words ?? []) === 0;
    const idle = kind === "dream" ? silent : !overlay && styles.length === 0;
    this.#index.setMissing("experience", idle ? 1 : 0, texts.say(silent ? "station.no_words" : "station.no_style"));
  }

  async #preview() {
    const { texts } = this.#app;
    if (this.#document.dirty) {
      const yes = await this.#app.confirm(texts.say("preview.save_first"), {
        detail: texts.say("preview.save_first_detail"),
        yes: texts.say("preview.save"),
      });
      if (!yes || !(await this.#bar.save())) return;
    }
    try {
      await previewDialog(this.#app, this.#around.exhibition.id, this.#document.saved.id);
    } catch (error) {
      if (/** @type {any} */ (error).code === "not_ready") this.#app.notice(texts.say("preview.not_ready"), "warning");
      else this.#app.report(error);
    }
  }

  async #remove() {
    const { texts } = this.#app;
    const question = texts.say("station.remove_question", { name: this.title });
    if (!(await this.#app.confirm(question, { danger: true, detail: texts.say("station.remove_detail") }))) return;
    const { id, revision } = this.#document.saved;
    try {
      await this.#app.api.delete(`/exhibitions/${this.#around.exhibition.id}/stations/${id}`, revision);
      this.#document.discard();
      this.#app.go(exhibitionHash(this.#around.exhibition.id));
    } catch (error) {
      this.#app.report(error);
    }
  }

  /** @param {string} id */
  #titleOf(id) {
    const { exhibition, stations } = this.#around;
    const found = stations.find((station) => station.id === id);
    return found ? stationTitle(this.#app, found, exhibition.content.languages) : id;
  }

  /** @param {string} picture */
  #titleOfPicture(picture) {
    const found = this.#around.stations.find(({ content }) => content.artwork.picture === picture);
    return found ? this.#titleOf(found.id) : picture.slice(0, 8);
  }
}
