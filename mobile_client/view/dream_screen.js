/** The screen of a dream: the sheet at the bottom, the picture large over the camera, its dialogs. */

import { element, icon, setText } from "./elements.js";
import { pictureAlt, spokenLine, subjectOf, viewAlt } from "./dream_lines.js";
import { DreamFrame, placeOnScreen } from "./dream_frame.js";
import { DreamStyle } from "./dream_style.js";
import { DreamTools } from "./dream_tools.js";
import { KeepDialog } from "./keep_dialog.js";
import { KeyboardRoom } from "./keyboard_room.js";
import { isLive } from "./lines.js";
import { MadeDialog } from "./made_dialog.js";
import { WishForm } from "./wish_form.js";
import { WishWait } from "./wish_wait.js";

/** More words than these would be too small to be read under a picture. */
const TITLE_CHARS = 56;

/** @typedef {import("./model.js").Model} Model */

/**
 * @typedef {object} DreamScreenParts
 * @property {import("../texts/languages.js").Texts} texts
 * @property {import("../dreaming.js").Dreaming} dreaming
 * @property {readonly import("../core/ticket.js").Style[]} styles
 * @property {import("../core/style_choice.js").StyleChoice | null} choice null where there are no styles
 * @property {import("./studio.js").Stand} stand
 * @property {() => void} choiceChanged
 */

export class DreamScreen {
  #parts;
  #style;
  #leaves;
  #frame = new DreamFrame();
  #keep;
  #made = new MadeDialog();
  #keyboard;
  #spoken = element("p", { class: "unseen", role: "status" });
  #turnWord = element("span");
  /** @type {import("../dreaming.js").Leaf | ""} the one that is shown; empty before the first rendering */
  #leaf = "";

  /** @param {DreamScreenParts} parts */
  constructor(parts) {
    const { texts, dreaming, styles, choice, stand, choiceChanged } = parts;
    this.#parts = parts;
    this.#style = choice && new DreamStyle(texts, styles, choice, choiceChanged);
    this.#keep = new KeepDialog(texts, dreaming);
    this.#keyboard = new KeyboardRoom(stand.root, window.visualViewport);
    const [onKeep, onExplain] = [() => this.#keep.open(), () => this.#explain()];
    this.#leaves = {
      words: new WishForm(texts, dreaming),
      wait: new WishWait(texts, dreaming),
      picture: new DreamTools({ texts, dreaming, style: this.#style, onKeep, onExplain }),
    };
    const leaves = Object.values(this.#leaves).map((leaf) => leaf.element);
    this.sheet = element("div", { class: "dream" }, ...leaves, this.#spoken);
    /** Stands beside the shutter. */
    this.turnButton = element("button", { type: "button", class: "tool", onclick: () => dreaming.turn() });
    this.turnButton.append(icon("frame"), this.#turnWord);
    stand.stage.querySelector(".front")?.before(this.#frame.element);
    stand.root.append(this.#keep.element, this.#made.element);
  }

  /** The chosen styles in words; empty where the picture is shown as it was made. */
  get styles() {
    return this.#style?.names ?? "";
  }

  /** What the camera's view shows, for who cannot see it. */
  get alt() {
    return viewAlt(this.#parts.texts, this.#parts.dreaming);
  }

  /** What is to be on a picture that is taken now, and what is written under it where it is of the visitor's words. */
  get snapshot() {
    const { texts, dreaming, stand } = this.#parts;
    const title = shortened(subjectOf(texts, dreaming));
    return { canvas: this.#frame.drawn ?? stand.canvas, title, caption: title && texts.say("dream_caption") };
  }

  /** @param {1 | -1} step */
  turn(step) {
    if (this.#leaf === "picture" && this.#parts.dreaming.dream.finished?.isOwn) this.#style?.turn(step);
  }

  /** @param {Model} model */
  render(model) {
    const { texts, dreaming, stand } = this.#parts;
    const { leaf, dream, isLarge } = dreaming;
    const live = isLive(model);
    this.#leaves.words.render(live);
    this.#leaves.wait.render();
    this.#leaves.picture.render(live);
    if (leaf !== this.#leaf) this.#open(leaf);
    setText(this.#turnWord, texts.say(isLarge ? "dream_wall" : "dream_large"));
    setText(this.#spoken, spokenLine(texts, dreaming));
    const place = () => placeOnScreen(stand.canvas, model.mirrored);
    this.#frame.render(dream.texture, isLarge, pictureAlt(texts, dreaming), place);
    this.#keep.render();
  }

  /** Nothing lies over the page any more. */
  close() {
    this.#keep.element.close();
    this.#made.element.close();
  }

  /** It is made anew, or the visit goes on elsewhere. */
  end() {
    this.close();
    this.#keyboard.end();
    for (const part of [this.#frame.element, this.#keep.element, this.#made.element]) part.remove();
  }

  /** @param {string} leaf the focus goes along */
  #open(leaf) {
    const hadFocus = this.sheet.contains(document.activeElement);
    const leaves = Object.entries(this.#leaves);
    for (const [name, { element }] of leaves) element.hidden = name !== leaf;
    this.#leaves.picture.fold();
    if (hadFocus) leaves.find(([name]) => name === leaf)?.[1].heading.focus();
    this.#leaf = leaf;
  }

  #explain() {
    const { texts, dreaming } = this.#parts;
    if (dreaming.dream.finished) this.#made.open(texts, dreaming.dream.finished, this.styles);
  }
}

/** @param {string} text */
function shortened(text) {
  const all = [...text];
  return all.length > TITLE_CHARS ? `${all.slice(0, TITLE_CHARS - 1).join("")}…` : text;
}
