/** The screen with the camera: the picture, what lies over it, and the controls under the thumb. */

import { CompareButton } from "./compare_button.js";
import { Cover } from "./cover.js";
import { element, iconButton, setText } from "./elements.js";
import { FallbackFrame } from "./fallback_frame.js";
import { FramingHint } from "./framing_hint.js";
import { HouseBanner } from "./house_banner.js";
import { isAlone, lineOf, pictureOf, spokenOf } from "./lines.js";
import { NearbyBanner } from "./nearby_banner.js";
import { notice } from "./notice.js";
import { OptionsDialog } from "./options_dialog.js";
import { PictureDialog } from "./picture_dialog.js";
import { composePostcard, postcardFile } from "./postcard.js";
import { StageGestures } from "./stage_gestures.js";
import { StageTools } from "./stage_tools.js";
import { StyleControls } from "./style_controls.js";

/** @typedef {import("./model.js").Model} Model */

/** What stands in index.html: the stage stays where it is, for a moved video stops. */
/** @typedef {{root: HTMLElement, bar: HTMLElement, stage: HTMLElement, canvas: HTMLCanvasElement, controls: HTMLElement}} Stand */

/**
 * @typedef {object} Controls Made anew for each language and each station.
 * @property {StyleControls | null} styles null where there is nothing to choose, and at a dream
 * @property {import("./dream_screen.js").DreamScreen | null} dream null elsewhere, and until it was loaded
 * @property {HTMLElement} tools
 * @property {HTMLButtonElement} shutter
 * @property {CompareButton} compare
 */

export class Studio {
  #stand;
  #actions;
  #options = new OptionsDialog();
  #picture;
  /** Over the picture: a panel while nothing is painted, a line when less is painted than could be. */
  #over = element("div", { class: "over" });
  #line = element("p", { class: "line", role: "status" });
  #spoken = element("p", { class: "unseen", role: "status" });
  #hint = new FramingHint();
  #cover;
  #tools;
  #banner;
  #house;
  #fallback = new FallbackFrame();
  /** @type {Controls | null} null until the first rendering */
  #controls = null;
  /** @type {typeof import("./dream_screen.js").DreamScreen | null} null until a dream was come to */
  #DreamScreen = null;
  /** @type {Model | null} what was rendered last */
  #model = null;

  /**
   * @param {Stand} stand
   * @param {import("../core/clock.js").Clock} clock
   * @param {import("./model.js").Actions} actions
   */
  constructor(stand, clock, actions) {
    this.#stand = stand;
    this.#actions = actions;
    this.#picture = new PictureDialog(clock);
    this.#cover = new Cover(stand.stage);
    this.#tools = new StageTools(() => this.#model?.trackSettings, actions.turnCamera);
    this.#banner = new NearbyBanner(() => this.#model?.nearby);
    const foot = element("div", { class: "foot" }, this.#line, this.#hint.advice, this.#tools.element);
    const front = element("div", { class: "front" }, this.#hint.outline, foot);
    this.#house = new HouseBanner(() => this.#model?.house);
    const plaques = element("div", { class: "plaques" }, this.#house.element, this.#banner.element);
    stand.stage.append(this.#fallback.element, front, this.#over, plaques, this.#house.spoken, this.#spoken);
    stand.root.append(this.#options.element, this.#picture.element);
    this.#listen(clock);
  }

  /** @param {typeof import("./dream_screen.js").DreamScreen} DreamScreen for stations where pictures are made of words */
  furnish(DreamScreen) {
    this.#DreamScreen ??= DreamScreen;
  }

  /** @param {Model} model with a card */
  render(model) {
    const { stage, root } = this.#stand;
    const before = this.#model;
    const arriving = root.hidden || before?.card?.station.id !== model.card?.station.id;
    const parts = /** @type {const} */ (["texts", "card", "choice", "dream"]);
    const renewed = parts.some((part) => before?.[part] !== model[part]);
    this.#model = model;
    if (arriving) this.#cover.drop();
    else this.#renderCover(model, before?.changing ?? false);
    if (renewed) this.#build(model);
    root.hidden = false;
    stage.dataset.painted = model.painted;
    stage.toggleAttribute("data-mirrored", model.mirrored);
    if (before?.detail !== model.detail || before.texts !== model.texts) this.#renderOver(model);
    this.#renderFront(model);
    this.#renderControls(model);
    if (arriving) this.#focusTitle();
  }

  hide() {
    this.#stand.root.hidden = true;
    this.#cover.drop();
    this.#options.element.close();
    this.#picture.element.close();
    this.#controls?.dream?.close();
  }

  /** @param {import("../core/clock.js").Clock} clock */
  #listen(clock) {
    /** Zoom when two fingers came down. */
    let from = 0;
    new StageGestures(this.#stand.stage, clock, {
      onSwipe: (step) => (this.#controls?.styles ?? this.#controls?.dream)?.turn(step),
      onPress: (on) => this.#controls?.compare.show(on),
      onPinchStart: () => (from = this.#model?.trackSettings?.zoom ?? 0),
      onPinch: (factor) => this.#model?.trackSettings?.pinch(from, factor),
    });
  }

  /**
   * @param {Model} model
   * @param {boolean} wasChanging
   */
  #renderCover({ changing, painted }, wasChanging) {
    if (changing && !wasChanging && painted === "fresh") this.#cover.raise(this.#stand.canvas);
    if (!changing && wasChanging) this.#cover.lower();
  }

  /** @param {Model} model made anew only when there is something new to say, so that a button keeps its focus */
  #renderOver(model) {
    const over = notice(model, this.#actions);
    this.#over.replaceChildren(...(over ? [over] : []));
  }

  /** @param {Model} model */
  #build(model) {
    const { texts, card } = model;
    const focused = keyOf(this.#stand.root.contains(document.activeElement) && document.activeElement);
    this.#controls?.compare.show(false); // nobody holds it any more
    this.#controls?.dream?.end();
    const title = element("h1", { tabindex: "-1" }, texts.of(card?.station.title));
    this.#stand.bar.replaceChildren(
      iconButton(texts.say("leave"), "close", this.#actions.leave),
      title,
      iconButton(texts.say("options"), "options", () => this.#model && this.#options.open(this.#model, this.#actions)),
    );
    this.#controls = this.#makeControls(model);
    const { styles, dream, tools } = this.#controls;
    const about = element("p", { class: "about" }, texts.of(card?.station.text));
    this.#stand.controls.replaceChildren(...(dream ? [dream.sheet] : (styles?.elements ?? [about])), tools);
    if (card) this.#hint.show(card.station);
    if (focused) this.#focusAgain(focused);
  }

  /** @param {string} key of what had the focus before it was made anew; the title where there is no such thing any more */
  #focusAgain(key) {
    if (this.#stand.root.contains(document.activeElement)) return; // it is somewhere else
    const alike = [...this.#stand.root.querySelectorAll("button, input")].find((one) => keyOf(one) === key);
    if (alike instanceof HTMLElement) alike.focus();
    else this.#focusTitle();
  }

  /**
   * @param {Model} model
   * @returns {Controls}
   */
  #makeControls(model) {
    const { texts, card, choice } = model;
    const offered = card?.station.styles ?? [];
    const isDream = card?.station.experience === "dream";
    const styles = choice && !isDream ? new StyleControls(texts, offered, choice, this.#actions.choiceChanged) : null;
    const dream = this.#makeDream(model);
    const shutter = iconButton(texts.say("take_picture"), "camera", () => void this.#takePicture(), "shutter");
    const compare = new CompareButton(this.#stand.stage, texts.say("compare"), texts.say("compare_short"));
    const first = styles?.mix ?? dream?.turnButton ?? element("span");
    const tools = element("div", { class: "tools" }, first, shutter, compare.element);
    return { styles, dream, shutter, compare, tools };
  }

  /** @param {Model} model */
  #makeDream({ texts, card, choice, dream }) {
    if (!this.#DreamScreen || !dream) return null;
    const { choiceChanged } = this.#actions;
    const styles = card?.station.styles ?? [];
    return new this.#DreamScreen({ texts, dreaming: dream, styles, choice, stand: this.#stand, choiceChanged });
  }

  /** @param {Model} model */
  #renderFront(model) {
    setText(this.#line, lineOf(model));
    setText(this.#spoken, spokenOf(model));
    this.#hint.render(model);
    this.#tools.render(model);
    this.#fallback.render(isAlone(model) ? (model.house?.fallback ?? "") : "");
    this.#renderPlaques(model);
  }

  /** @param {Model} model a focus on what goes away is not lost */
  #renderPlaques({ texts, nearby, house }) {
    const focused = [this.#house.element, this.#banner.element].find((one) => one.contains(document.activeElement));
    this.#house.render(texts, house?.announcement ?? "");
    this.#banner.render(texts, nearby?.offer ?? null);
    if (focused?.hidden) this.#focusTitle();
  }

  #focusTitle() {
    this.#stand.bar.querySelector("h1")?.focus();
  }

  /** @param {Model} model */
  #renderControls(model) {
    if (!this.#controls) return;
    const { styles, dream, shutter, tools } = this.#controls;
    styles?.render();
    dream?.render(model);
    shutter.disabled = model.painted === "none";
    tools.hidden = dream !== null && model.dream?.leaf !== "picture";
    this.#stand.canvas.setAttribute("aria-label", dream?.alt ?? pictureOf(model, styles?.names ?? ""));
  }

  async #takePicture() {
    const model = this.#model;
    const { styles: controls, dream } = this.#controls ?? {};
    const { canvas, title, caption } = dream?.snapshot ?? { canvas: this.#stand.canvas, title: "", caption: "" };
    if (!model?.card || canvas.width === 0) return;
    const { texts, card } = model;
    const day = new Intl.DateTimeFormat(texts.language.code, { dateStyle: "long" }).format();
    const styles = controls?.names;
    const usual = styles ? texts.say("picture_caption", { styles }) : texts.say("picture_caption_overlay");
    const label = {
      title: title || texts.of(card.station.title),
      line: `${texts.of(card.exhibition.title)} · ${day}`,
      caption: caption || usual,
      direction: texts.language.direction,
    };
    const postcard = composePostcard(canvas, label);
    const file = await postcardFile(postcard, `vernissage-${card.station.number}`);
    this.#picture.open(texts, postcard, `${label.title}. ${label.caption}`, file);
  }
}

/**
 * By what a control is known again when it is made anew.
 * @param {Element | false | null} control
 */
function keyOf(control) {
  if (!control) return "";
  const value = control instanceof HTMLInputElement && control.type !== "range" ? control.value : "";
  return control.id || value || control.getAttribute("aria-label") || control.textContent || control.className;
}
