/** What a station does: lens, canvas or dream, with what belongs to each. Used for stations and for programmes. */

import { element, fill } from "../../core/elements.js";
import { became } from "../model/dream.js";
import { DreamForm } from "./dream_form.js";
import { check, overlayOf, picturedChoice, sourceChoice } from "./experience_choices.js";
import { MixEditor } from "./mix_editor.js";
import { PaintPreview } from "./paint_preview.js";
import { StyleOffer } from "./style_offer.js";
import { Upload } from "./upload.js";

const SAMPLE = "sample";
const KINDS = /** @type {const} */ (["lens", "canvas", "dream"]);
const REGIONS = /** @type {const} */ (["all", "inside", "outside"]);
const OVERLAYS = "image/jpeg,image/png,image/webp,video/mp4,video/webm";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */
/** @typedef {import("../model/types.js").Experience} Experience */

export class ExperienceForm {
  #app;
  #document;
  #path;
  #artwork;
  #offer;
  #mix;
  #preview;
  #upload;
  #makeDream;
  /** @type {DreamForm | null} made once it is needed */
  #dream = null;
  #overlayPicture = element("div", { class: "overlay-picture" });
  #parts;
  /** Which picture is painted for a look; "": the one that goes with what the station does. */
  #subject = "";
  /** Whether the curator asked for an overlay of the own, of which there may be none yet. */
  #wantsOwn = false;
  /** @type {Map<string, Experience>} what it was by kind: arrow keys go through all of them */
  #before = new Map();
  #subjects;
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {object} options
   * @param {string} options.path of the experience in the document
   * @param {readonly import("../model/types.js").Style[]} options.styles
   * @param {readonly string[]} options.languages of the exhibition
   * @param {() => string | null} options.artwork the artwork's picture
   */
  constructor(app, document, { path, styles, languages, artwork }) {
    this.#app = app;
    this.#document = document;
    this.#path = path;
    this.#artwork = artwork;
    const get = () => this.#experience;
    const set = (/** @type {Experience} */ experience) => document.set(path, experience);
    this.#offer = new StyleOffer(app, styles, get, set);
    this.#mix = new MixEditor(app, get, set, (style) => this.#offer.nameOf(style));
    this.#preview = new PaintPreview(app);
    this.#upload = this.#overlayUpload();
    this.#makeDream = () => new DreamForm(app, document, { path, languages });
    this.#subjects = element("div", { class: "subjects", role: "group", "aria-label": app.texts.say("paint.subject") });
    this.#parts = this.#build();
    this.element = element(
      "div",
      { class: "experience" },
      element("fieldset", { class: "experience-form", disabled: !app.can("edit") }, ...Object.values(this.#parts)),
      this.#side(),
    );
    this.#stop = document.onChange((changed) => this.#changed(changed));
    this.#render();
  }

  close() {
    this.#stop();
    this.#preview.close();
    this.#upload.close();
    this.#dream?.close();
  }

  /** @returns {Experience} */
  get #experience() {
    return this.#document.get(this.#path);
  }

  /** @param {Partial<Experience>} change */
  #change(change) {
    this.#document.set(this.#path, { ...this.#experience, ...change });
  }

  #build() {
    const field = (/** @type {string} */ name) => `${this.#path}.${name}`;
    return {
      kind: this.#choice("kind", KINDS, (kind) => this.#become(/** @type {Experience["kind"]} */ (kind))),
      region: this.#choice("region", REGIONS, (region) => this.#change({ region: /** @type {any} */ (region) })),
      source: this.#sourceChoice(),
      overlay: element("div", { class: "overlay" }, this.#upload.element),
      dream: element("div", {}),
      styles: element("div", { "data-field": field("styles") }, this.#offer.element, element("p", { class: "error" })),
      mix: element("div", { "data-field": field("default") }, this.#mix.element, element("p", { class: "error" })),
      faults: element("div", { "data-field": this.#path }, element("p", { class: "error" })),
    };
  }

  /**
   * @param {"kind" | "region"} name
   * @param {readonly string[]} values
   * @param {(value: string) => void} onchange
   */
  #choice(name, values, onchange) {
    const made = picturedChoice(this.#app.texts, name, values, this.#experience[name] ?? values[0], onchange);
    made.dataset.field = `${this.#path}.${name}`;
    return made;
  }

  #sourceChoice() {
    return sourceChoice(this.#app.texts, this.#experience.overlay ? "own" : "repaint", (value) => {
      this.#wantsOwn = value === "own";
      if (value === "repaint") this.#change({ overlay: null });
      this.#render();
    });
  }

  #overlayUpload() {
    return new Upload(this.#app, {
      path: "/overlays",
      field: `${this.#path}.overlay`,
      accept: OVERLAYS,
      label: this.#app.texts.say("upload.overlay"),
      content: this.#overlayPicture,
      onPicture: ({ name }) => this.#change({ overlay: name }),
    });
  }

  #side() {
    const { texts } = this.#app;
    return element(
      "aside",
      { class: "experience-preview", "aria-label": texts.say("paint.label") },
      element("h3", {}, texts.say("paint.label")),
      this.#subjects,
      this.#preview.element,
      element("p", { class: "hint" }, texts.say("paint.engine")),
    );
  }

  /** @param {Experience["kind"]} kind */
  #become(kind) {
    const experience = this.#experience;
    this.#before.set(experience.kind, experience);
    this.#subject = "";
    this.#document.set(this.#path, became(experience, kind, this.#before.get(kind)));
  }

  /** @param {string} changed */
  #changed(changed) {
    if (this.#experience && (changed === "" || changed.startsWith(this.#path) || changed === "artwork.picture"))
      this.#render();
  }

  #render() {
    const { kind, region, overlay } = this.#experience;
    const own = kind === "canvas" && (this.#wantsOwn || Boolean(overlay));
    check(this.#parts.kind, kind);
    check(this.#parts.region, region ?? "all");
    check(this.#parts.source, own ? "own" : "repaint");
    this.#parts.region.hidden = kind !== "lens";
    this.#parts.source.hidden = kind !== "canvas";
    this.#parts.overlay.hidden = !own;
    this.#parts.styles.hidden = this.#parts.mix.hidden = own;
    this.#parts.dream.hidden = kind !== "dream";
    if (kind === "dream") this.#renderDream();
    this.#upload.setLabel(this.#app.texts.say(overlay ? "upload.replace" : "upload.overlay"));
    this.#offer.render();
    this.#mix.render();
    this.#renderOverlay(overlay ?? "");
    this.#renderPreview(own);
  }

  #renderDream() {
    if (!this.#dream) {
      this.#dream = this.#makeDream();
      fill(this.#parts.dream, this.#dream.element);
    }
    this.#dream.render();
  }

  /** @param {string} overlay "": there is none */
  #renderOverlay(overlay) {
    if (this.#overlayPicture.dataset.name === overlay) return; // a clip goes on
    this.#overlayPicture.dataset.name = overlay;
    fill(this.#overlayPicture, overlay && overlayOf(overlay));
  }

  /** @param {boolean} own whether something of the curator's hangs on the artwork */
  #renderPreview(own) {
    const { default: mix, strength } = this.#experience;
    const artwork = this.#artwork();
    const picture = this.#subject || (this.#experience.kind === "canvas" && artwork ? artwork : SAMPLE);
    this.#renderSubjects(picture, artwork);
    this.element.classList.toggle("without-preview", own || this.#experience.kind === "dream");
    this.#preview.show(own ? null : { picture, style: mix, strength });
  }

  /**
   * @param {string} present
   * @param {string | null} artwork
   */
  #renderSubjects(present, artwork) {
    const { texts } = this.#app;
    const subjects = artwork ? [SAMPLE, artwork] : [SAMPLE];
    fill(
      this.#subjects,
      ...subjects.map((subject) => {
        const label = texts.say(subject === SAMPLE ? "paint.sample" : "paint.artwork");
        const onclick = () => {
          this.#subject = subject;
          this.#render();
          /** @type {HTMLElement | null} */ (this.#subjects.querySelector("[aria-pressed=true]"))?.focus();
        };
        return element(
          "button",
          { type: "button", class: "segment", "aria-pressed": String(subject === present), onclick },
          label,
        );
      }),
    );
  }
}
