/** The words of a wish: chips, a line to write in where the station takes one, what it begins from, one button. */

import { element, setText } from "./elements.js";
import { joining, leftLine, mayRetry, vainLine } from "./dream_lines.js";

/** @typedef {import("../dreaming.js").Dreaming} Dreaming */
/** @typedef {import("../core/ticket.js").Words} Words */

export class WishForm {
  #texts;
  #dreaming;
  #join;
  /** @type {Map<Words, HTMLButtonElement>} */
  #chips = new Map();
  /** @type {HTMLInputElement[]} one for each thing that it may begin from */
  #sources = [];
  #vain = element("p", { class: "vain" });
  #retry;
  #back;
  #make;
  #left = element("p", { class: "left" });
  #room = element("p", { class: "room-left", id: "wish-room" });
  /** @type {HTMLInputElement | null} null where only the station's words are taken */
  #line = null;

  /**
   * @param {import("../texts/languages.js").Texts} texts
   * @param {Dreaming} dreaming
   */
  constructor(texts, dreaming) {
    this.#texts = texts;
    this.#dreaming = dreaming;
    this.#join = joining(texts);
    const retry = () => dreaming.retry();
    this.#retry = element("button", { type: "button", class: "chip", onclick: retry }, texts.say("try_again"));
    const back = () => dreaming.choose(false);
    this.#back = element("button", { type: "button", class: "secondary", onclick: back }, texts.say("dream_back"));
    this.#make = element("button", { type: "submit", class: "primary" }, texts.say("dream_make"));
    this.heading = element("h2", { tabindex: "-1" }, texts.say("dream_title"));
    this.element = element(
      "form",
      { class: "wish", autocomplete: "off", onsubmit: (/** @type {Event} */ event) => this.#submit(event) },
      this.heading,
      element("div", { class: "vain-row" }, this.#vain, this.#retry),
      this.#sourceChoice(),
      this.#chipRow(),
      ...this.#lineFields(),
      element("div", { class: "row" }, this.#back, this.#make),
      this.#left,
    );
  }

  /** @param {boolean} isLive whether a wish could go out now */
  render(isLive) {
    const { words, dream, isSpent } = this.#dreaming;
    for (const [word, chip] of this.#chips) {
      const isChosen = words.chosen.includes(word);
      chip.setAttribute("aria-pressed", String(isChosen));
      chip.disabled = !isChosen && !words.hasRoom;
    }
    for (const input of this.#sources) input.checked = input.value === words.source;
    setText(this.#vain, vainLine(this.#texts, this.#dreaming));
    this.#retry.hidden = !mayRetry(this.#dreaming);
    this.#retry.disabled = !isLive;
    this.#back.hidden = dream.finished === null;
    this.#make.disabled = !isLive || isSpent || !words.isReady(this.#join);
    setText(this.#left, leftLine(this.#texts, this.#dreaming));
    this.#renderLine();
  }

  #renderLine() {
    if (!this.#line) return;
    const { words } = this.#dreaming;
    if (this.#line.value !== words.text) this.#line.value = words.text;
    const left = words.left(this.#join);
    const key = left < 0 ? "dream_chars_over" : "dream_chars_left";
    setText(this.#room, left === Infinity ? "" : this.#texts.say(key, { left: Math.abs(left) }));
    this.#room.toggleAttribute("data-over", left < 0);
    this.#line.setAttribute("aria-invalid", String(left < 0));
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (!this.#make.disabled) this.#dreaming.make(this.#join);
  }

  #sourceChoice() {
    const { sources } = this.#dreaming.words;
    if (sources.length < 2) return null;
    return element(
      "fieldset",
      { class: "sources" },
      element("legend", {}, this.#texts.say("dream_from")),
      ...sources.map((source) => this.#source(source)),
    );
  }

  /** @param {string} source */
  #source(source) {
    const input = element("input", { type: "radio", name: "source", value: source, class: "unseen" });
    input.addEventListener("change", () => {
      this.#dreaming.words.beginFrom(source);
      this.#dreaming.changed();
    });
    this.#sources.push(input);
    return element("label", { class: "chip" }, input, element("span", {}, this.#texts.say(`dream_from_${source}`)));
  }

  #chipRow() {
    const dreaming = this.#dreaming;
    if (dreaming.words.offered.length === 0) return null;
    const onclick = () => dreaming.surprise();
    const surprise = element("button", { type: "button", class: "chip surprise", onclick }, this.#texts.say("dream_surprise"));
    return element(
      "div",
      { class: "chips", role: "group", "aria-label": this.#texts.say("dream_words") },
      surprise,
      ...dreaming.words.offered.map((word) => this.#chip(word)),
    );
  }

  /** @param {Words} word */
  #chip(word) {
    const toggle = () => {
      this.#dreaming.words.toggle(word);
      this.#dreaming.changed();
    };
    const chip = element("button", { type: "button", class: "chip", onclick: toggle }, this.#texts.of(word));
    this.#chips.set(word, chip);
    return chip;
  }

  #lineFields() {
    const { words } = this.#dreaming;
    if (!words.mayWrite) return [];
    const line = element("input", { id: "wish-line", type: "text", dir: "auto", enterkeyhint: "go" });
    line.setAttribute("aria-describedby", "wish-room");
    line.addEventListener("input", () => {
      words.write(line.value);
      this.#dreaming.changed();
    });
    this.#line = line;
    const label = element("label", { for: "wish-line" }, this.#texts.say("dream_line"));
    return [
      element("div", { class: "line-field" }, label, this.#room, line),
      words.isApproved && element("p", { class: "approved" }, this.#texts.say("dream_approved")),
    ];
  }
}
