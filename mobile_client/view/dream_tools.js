/** What can be done with a finished picture: varied, made again, painted over, kept, explained. */

import { element, setText } from "./elements.js";
import { leftLine, pictureAlt, pictureNote, subjectOf } from "./dream_lines.js";

/**
 * @typedef {object} DreamToolsParts
 * @property {import("../texts/languages.js").Texts} texts
 * @property {import("../dreaming.js").Dreaming} dreaming
 * @property {import("./dream_style.js").DreamStyle | null} style null where the station has no styles
 * @property {() => void} onKeep
 * @property {() => void} onExplain
 */

export class DreamTools {
  #parts;
  #note = element("p", { class: "note" });
  #left = element("p", { class: "left" });
  #actions;
  #styling;
  heading = element("h2", { tabindex: "-1", class: "name", dir: "auto" });

  /** @param {DreamToolsParts} parts */
  constructor(parts) {
    const { texts, dreaming, style, onKeep, onExplain } = parts;
    this.#parts = parts;
    const chip = (/** @type {string} */ key, /** @type {() => void} */ onclick, className = "chip") =>
      element("button", { type: "button", class: className, onclick }, texts.say(key));
    this.#actions = {
      vary: chip("dream_vary", () => dreaming.vary()),
      repeat: chip("dream_repeat", () => dreaming.repeat()),
      words: chip("dream_new", () => dreaming.choose(true)),
      style: chip("dream_style", () => this.#toggleStyle()),
      keep: chip("dream_keep", onKeep, "chip keep"),
      explain: chip("dream_how", onExplain),
    };
    this.#styling = style?.element ?? element("div");
    this.#styling.hidden = true;
    this.element = element(
      "div",
      { class: "picture-tools" },
      this.heading,
      this.#note,
      this.#styling,
      element("div", { class: "actions" }, ...Object.values(this.#actions)),
      this.#left,
    );
  }

  /** @param {boolean} isLive whether a wish could go out now */
  render(isLive) {
    const { texts, dreaming, style } = this.#parts;
    const { vary, repeat, style: paint, keep, explain } = this.#actions;
    const { finished } = dreaming.dream;
    const mayWish = isLive && !dreaming.isSpent;
    setText(this.heading, subjectOf(texts, dreaming) || pictureAlt(texts, dreaming));
    setText(this.#note, finished ? pictureNote(texts, dreaming) : "");
    vary.hidden = !dreaming.mayVary;
    repeat.hidden = !dreaming.mayRepeat;
    vary.disabled = repeat.disabled = !mayWish;
    paint.hidden = !style || !finished?.isOwn || !finished.isThere;
    paint.setAttribute("aria-expanded", String(!this.#styling.hidden));
    this.#styling.hidden ||= paint.hidden;
    keep.hidden = !dreaming.mayKeep && !dreaming.keeping.kept?.url;
    explain.hidden = !finished?.made;
    setText(this.#left, leftLine(texts, dreaming));
    style?.render();
  }

  /** The styles are put away. */
  fold() {
    this.#styling.hidden = true;
  }

  #toggleStyle() {
    this.#styling.hidden = !this.#styling.hidden;
    this.#parts.dreaming.changed();
  }
}
