/** The artwork of a station: its picture, how well a camera can hold on to it, and what it shows, in words. */

import { button, element, fill } from "../../core/elements.js";
import { field } from "../../core/form.js";
import { STATION_TEXTS } from "../model/lacking.js";
import { cropDialog } from "./crop_dialog.js";
import { pictureAddress } from "./pictures.js";
import { TargetGauge } from "./target_gauge.js";
import { TextPair } from "./text_pair.js";
import { Upload } from "./upload.js";

const PICTURES = "image/jpeg,image/png,image/webp,image/tiff";
const MOST_CHARS = 4000;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */

export class ArtworkForm {
  #app;
  #document;
  #picture = element("div", { class: "artwork-picture" });
  #upload;
  #gauge;
  #crop;
  #alt;
  /** @type {Map<string, HTMLInputElement>} */
  #inputs = new Map();
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {object} options
   * @param {string} options.exhibition id
   * @param {readonly string[]} options.languages
   * @param {(picture: string) => string} options.titleOfPicture
   */
  constructor(app, document, { exhibition, languages, titleOfPicture }) {
    this.#app = app;
    this.#document = document;
    this.#gauge = new TargetGauge(app, exhibition, titleOfPicture);
    this.#upload = new Upload(app, {
      path: "/pictures",
      field: "artwork.picture",
      accept: PICTURES,
      label: app.texts.say("upload.picture"),
      content: this.#picture,
      onPicture: ({ name }) => document.set("artwork.picture", name),
    });
    this.#crop = button(app.texts.say("crop.open"), () => void this.#cut());
    this.#alt = new TextPair(app, document, {
      fields: STATION_TEXTS.filter((text) => text.field === "artwork.alt"),
      languages,
      exhibition,
      all: true,
    });
    this.element = this.#build();
    this.#stop = document.onChange(() => this.#render());
    this.#render();
  }

  close() {
    this.#stop();
    this.#gauge.close();
    this.#upload.close();
    this.#alt.close();
  }

  #build() {
    this.#upload.element.querySelector(".actions")?.append(this.#crop);
    return element(
      "div",
      { class: "artwork" },
      this.#upload.element,
      element("div", { class: "artwork-facts" }, this.#gauge.element, this.#line("painter"), this.#line("year")),
      element("div", { class: "artwork-alt" }, this.#alt.element),
    );
  }

  /** @param {"painter" | "year"} name */
  #line(name) {
    const path = `artwork.${name}`;
    const input = element("input", {
      type: "text",
      name: path,
      dir: "auto",
      maxlength: MOST_CHARS,
      autocomplete: "off",
      disabled: !this.#app.can("edit"),
      oninput: () => this.#document.set(path, input.value),
    });
    this.#inputs.set(path, input);
    return field(this.#app.texts.say(`field.${path}`), input);
  }

  #render() {
    const { texts } = this.#app;
    /** @type {string | null} */
    const name = this.#document.get("artwork.picture");
    if (this.#picture.dataset.name !== (name ?? "")) {
      this.#picture.dataset.name = name ?? "";
      const shown = name
        ? element("img", { src: pictureAddress(name), alt: texts.say("artwork.picture_alt") })
        : element("p", { class: "no-picture-words" }, texts.say("artwork.none"));
      fill(this.#picture, shown);
    }
    this.#upload.setLabel(texts.say(name ? "upload.replace" : "upload.picture"));
    this.#crop.hidden = !name || !this.#app.can("edit");
    this.#gauge.show(name);
    for (const [path, input] of this.#inputs) {
      const text = this.#document.get(path) ?? "";
      if (input !== document.activeElement && input.value !== text) input.value = text;
    }
  }

  async #cut() {
    try {
      const cut = await cropDialog(this.#app, this.#document.get("artwork.picture"));
      if (cut) this.#document.set("artwork.picture", cut.name);
    } catch (error) {
      this.#app.report(error);
    }
  }
}
