/** The screen with the camera: the picture, what lies over it, and the controls under the thumb. */

import { State } from "../core/journey.js";
import { CompareButton } from "./compare_button.js";
import { element, icon, iconButton, setText } from "./elements.js";
import { notice } from "./notice.js";
import { OptionsDialog } from "./options_dialog.js";
import { PictureDialog } from "./picture_dialog.js";
import { composePostcard, postcardFile } from "./postcard.js";
import { Slider } from "./slider.js";
import { StageGestures } from "./stage_gestures.js";
import { StylePicker } from "./style_picker.js";

/** @typedef {import("./model.js").Model} Model */

/** What stands in index.html: the stage stays where it is, for a moved video stops. */
/** @typedef {{root: HTMLElement, bar: HTMLElement, stage: HTMLElement, canvas: HTMLCanvasElement, controls: HTMLElement}} Stand */

/**
 * @typedef {object} Controls Made anew for each language and each reading of the ticket.
 * @property {HTMLElement} name
 * @property {HTMLElement} by
 * @property {StylePicker} picker
 * @property {Slider} strength
 * @property {Slider} balance
 * @property {HTMLButtonElement} mix
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
  /** @type {Controls | null} null until the first rendering */
  #controls = null;
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
    stand.stage.append(this.#line, this.#over);
    stand.root.append(this.#options.element, this.#picture.element);
    new StageGestures(stand.stage, clock, {
      onSwipe: (step) => this.#controls?.picker.turn(step),
      onPress: (on) => this.#controls?.compare.show(on),
    });
  }

  /** @param {Model} model with a card and a choice */
  render(model) {
    const arriving = this.#stand.root.hidden;
    const before = this.#model;
    this.#model = model;
    if (before?.texts !== model.texts || before.card !== model.card) this.#build(model);
    this.#stand.root.hidden = false;
    this.#stand.stage.dataset.painted = model.painted;
    this.#stand.stage.toggleAttribute("data-mirrored", model.mirrored);
    if (before?.detail !== model.detail || before.texts !== model.texts) this.#cover(model);
    setText(this.#line, lineOf(model));
    this.#renderChoice(model);
    if (arriving) this.#stand.bar.querySelector("h1")?.focus();
  }

  hide() {
    this.#stand.root.hidden = true;
    this.#options.element.close();
    this.#picture.element.close();
  }

  /** @param {Model} model made anew only when there is something new to say, so that a button keeps its focus */
  #cover(model) {
    const over = notice(model, this.#actions);
    this.#over.replaceChildren(...(over ? [over] : []));
  }

  /** @param {Model} model */
  #build(model) {
    const { texts, card } = model;
    const title = element("h1", { tabindex: "-1" }, texts.of(card?.station.title));
    this.#stand.bar.replaceChildren(
      iconButton(texts.say("leave"), "close", this.#actions.leave),
      title,
      iconButton(texts.say("options"), "options", () => this.#model && this.#options.open(this.#model, this.#actions)),
    );
    this.#controls = this.#makeControls(model);
    const { name, by, picker, strength, balance, mix, shutter, compare } = this.#controls;
    this.#stand.controls.replaceChildren(
      element("p", { class: "style-name" }, name, by),
      picker.element,
      element("div", { class: "sliders" }, strength.element, balance.element),
      element("div", { class: "tools" }, mix, shutter, compare.element),
    );
  }

  /**
   * @param {Model} model
   * @returns {Controls}
   */
  #makeControls({ texts, card, choice }) {
    const chosen = /** @type {import("../core/style_choice.js").StyleChoice} */ (choice);
    const changed = this.#actions.choiceChanged;
    const mixing = () => (chosen.setMixing(!chosen.mixing), changed());
    const mix = element("button", { type: "button", class: "tool", title: texts.say("mix_hint"), onclick: mixing });
    mix.append(icon("mix"), element("span", {}, texts.say("mix")));
    return {
      name: element("span", { class: "name" }),
      by: element("span", { class: "by" }),
      picker: new StylePicker(texts, card?.station.styles ?? [], chosen, changed),
      strength: new Slider("strength", (value) => (chosen.setStrength(value), changed())),
      balance: new Slider("balance", (value) => (chosen.setBalance(value), changed())),
      mix,
      shutter: iconButton(texts.say("take_picture"), "camera", () => void this.#takePicture(), "shutter"),
      compare: new CompareButton(this.#stand.stage, texts.say("compare"), texts.say("compare_short")),
    };
  }

  /** @param {Model} model */
  #renderChoice({ texts, card, choice, painted }) {
    if (!this.#controls || !choice) return;
    const { name, by, picker, strength, balance, mix, shutter } = this.#controls;
    const styles = choice.picked.map((id) => card?.station.styles.find((style) => style.id === id));
    const names = styles.map((style) => texts.of(style?.name));
    const [only] = styles;
    setText(name, names.join(" + "));
    setText(
      by,
      styles.length > 1 || !only ? "" : texts.say("style_by", { painter: only.painter, year: String(only.year) }),
    );
    picker.render();
    strength.render(texts.say("strength"), choice.strength, texts.percent(choice.strength));
    balance.element.hidden = !choice.mixing;
    const share = texts.percent(choice.balance);
    balance.render(
      texts.say("balance"),
      choice.balance,
      share,
      texts.say("balance_value", { share, second: names[1] ?? "" }),
    );
    mix.setAttribute("aria-pressed", String(choice.mixing));
    shutter.disabled = painted === "none";
    this.#stand.canvas.setAttribute("aria-label", texts.say("painted_view", { style: names.join(" + ") }));
  }

  async #takePicture() {
    const model = this.#model;
    const { canvas } = this.#stand;
    if (!model?.card || canvas.width === 0) return;
    const { texts, card } = model;
    const day = new Intl.DateTimeFormat(texts.language.code, { dateStyle: "long" }).format();
    const styles = this.#controls?.name.textContent ?? "";
    const label = {
      title: texts.of(card.station.title),
      line: `${texts.of(card.exhibition.title)} · ${day}`,
      caption: texts.say("picture_caption", { styles }),
      direction: texts.language.direction,
    };
    const postcard = composePostcard(canvas, label);
    const file = await postcardFile(postcard, `vernissage-${card.station.number}`);
    this.#picture.open(texts, postcard, `${label.title}. ${label.caption}`, file);
  }
}

/**
 * The line over a running picture: what was reduced, or why nothing is painted. Empty where all is well.
 * @param {Model} model
 */
function lineOf({ state, detail, painted, texts }) {
  const live = state === State.LIVE || state === State.SLOW;
  if (live && painted === "late") return texts.say("late_text");
  if (state !== State.SLOW) return "";
  const reduced = /** @type {string[]} */ (detail.reduced ?? []).map((what) => texts.say(`slow_${what}`));
  return `${texts.say("slow_title")}: ${reduced.join(texts.say("slow_between"))}`;
}
