/** Says whether everything is saved, and saves: at the foot of every page on which something is written. */

import { element, fill, icon, setText } from "../../core/elements.js";
import { Problem } from "../../core/problem.js";
import { showFaults } from "./faults.js";
import { fieldName } from "./field_words.js";
import { settleWith } from "./conflict_dialog.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */

export class SaveBar {
  #app;
  #document;
  #what;
  #onSaved;
  #saving = false;
  #line;
  #faults;
  #save;
  #discard;
  #stop;
  #keys;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {string} what the document's name
   * @param {() => void} [onSaved]
   */
  constructor(app, document, what, onSaved = () => {}) {
    this.#app = app;
    this.#document = document;
    this.#what = what;
    this.#onSaved = onSaved;
    const { texts } = app;
    this.#line = element("p", { class: "save-state", role: "status" });
    this.#faults = element("div", { class: "save-faults", role: "alert" });
    this.#save = element(
      "button",
      { type: "button", class: "primary", onclick: () => void this.save() },
      texts.say("save.save"),
    );
    this.#discard = element(
      "button",
      { type: "button", class: "quiet", onclick: () => void this.#askToDiscard() },
      texts.say("save.discard"),
    );
    this.element = element(
      "div",
      { class: "save-bar" },
      this.#faults,
      element("div", { class: "save-row" }, this.#line, this.#discard, this.#save),
    );
    this.#stop = document.onChange(() => this.#render());
    this.#keys = (/** @type {KeyboardEvent} */ event) => this.#onKey(event);
    window.addEventListener("keydown", this.#keys);
    this.#render();
  }

  close() {
    this.#stop();
    window.removeEventListener("keydown", this.#keys);
  }

  /** @returns {Promise<boolean>} whether it is saved */
  async save() {
    if (this.#saving || !this.#document.dirty) return !this.#document.dirty;
    this.#saving = true;
    this.#showFaults([]);
    fill(this.#faults);
    this.#render();
    try {
      const saved = await this.#document.save(settleWith(this.#app, this.#what));
      if (saved) this.#onSaved();
      return saved;
    } catch (error) {
      this.#show(error);
      return false;
    } finally {
      this.#saving = false;
      this.#render();
    }
  }

  /** @param {unknown} error */
  #show(error) {
    if (!(error instanceof Problem)) {
      this.#app.report(error);
      return;
    }
    const homeless = this.#showFaults(error.errors);
    const sentences = error.errors.length > 0 ? homeless : [this.#app.sentence(error)];
    const first = error.errors.length > 0 ? this.#app.texts.say("save.refused") : "";
    fill(
      this.#faults,
      first && element("p", {}, icon("warning"), element("span", {}, first)),
      ...sentences.map((sentence) => element("p", {}, icon("warning"), element("span", {}, sentence))),
    );
  }

  /**
   * Sentences go beside their fields on the page.
   * @param {readonly import("../../core/problem.js").Fault[]} errors
   * @returns {string[]} those that have none there, with the field's name
   */
  #showFaults(errors) {
    const page = this.element.closest(".page");
    const homeless = page instanceof HTMLElement ? showFaults(page, errors) : errors;
    return homeless.map(({ field, sentence }) => {
      const name = field && fieldName(this.#app, field, this.#document.content);
      return name ? `${name}: ${sentence}` : sentence;
    });
  }

  async #askToDiscard() {
    const { texts } = this.#app;
    const yes = await this.#app.confirm(texts.say("save.discard_question"), {
      danger: true,
      detail: texts.say("save.discard_detail"),
      yes: texts.say("save.discard"),
    });
    if (!yes) return;
    fill(this.#faults);
    this.#showFaults([]);
    this.#document.discard();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    void this.save();
  }

  #render() {
    const { texts } = this.#app;
    const { dirty, saved, foundMs, isOutdated } = this.#document;
    const may = this.#app.can("edit");
    this.#save.hidden = !may;
    this.element.classList.toggle("dirty", dirty);
    this.#save.disabled = !dirty || this.#saving;
    this.#discard.hidden = !dirty || this.#saving;
    const state = this.#saving ? texts.say("save.saving") : this.#state(dirty, saved, foundMs, isOutdated);
    setText(this.#line, may ? state : texts.say("not_for_role", { role: this.#app.role }));
  }

  /**
   * @param {boolean} dirty
   * @param {any} saved
   * @param {number} foundMs
   * @param {boolean} isOutdated
   */
  #state(dirty, saved, foundMs, isOutdated) {
    const { texts } = this.#app;
    const who = this.#app.people(saved.changed_by);
    if (!dirty) return texts.say("save.saved", { who, when: texts.ago(saved.changed_at) });
    if (!foundMs) return texts.say("save.unsaved");
    const found = texts.say("save.found", { when: texts.ago(foundMs) });
    return isOutdated ? `${found} ${texts.say("save.found_outdated", { who })}` : found;
  }
}
