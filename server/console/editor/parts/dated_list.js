/** A list of entries that open one by one, such as the events of a schedule. Knows not what is in them. */

import { button, element, fill } from "../../core/elements.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */

/**
 * @typedef {object} ListOptions
 * @property {string} path of the list in the document
 * @property {string} title
 * @property {string} hint
 * @property {string} add the button's label
 * @property {string} none what is said where there is no entry
 * @property {() => any} make a new entry
 * @property {(entry: any) => string} summary of an entry, in a line
 * @property {(path: string) => HTMLElement} form of the entry at a path
 */

export class DatedList {
  #app;
  #document;
  #options;
  #list = element("ul", { class: "dated-list" });
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {ListOptions} options
   */
  constructor(app, document, options) {
    this.#app = app;
    this.#document = document;
    this.#options = options;
    const add =
      app.can("edit") &&
      element(
        "div",
        { class: "actions" },
        button(options.add, () => this.#add()),
      );
    this.element = element(
      "section",
      { class: "section", "data-field": options.path },
      element("h2", {}, options.title),
      element("p", { class: "hint" }, options.hint),
      element("p", { class: "error" }),
      this.#list,
      add,
    );
    this.#stop = document.onChange((path) => this.#update(path));
    this.#build();
  }

  close() {
    this.#stop();
  }

  /** @returns {any[]} */
  get #entries() {
    return this.#document.get(this.#options.path);
  }

  /** @param {readonly number[]} [open] places of those that stand open */
  #build(open = []) {
    const { none } = this.#options;
    const lines = this.#entries.map((_, at) => this.#line(at, open.includes(at)));
    fill(this.#list, ...(lines.length > 0 ? lines : [element("li", { class: "soft" }, none)]));
  }

  /**
   * @param {number} at
   * @param {boolean} open
   */
  #line(at, open) {
    const { texts } = this.#app;
    const path = `${this.#options.path}.${at}`;
    const summary = element("summary", {}, this.#options.summary(this.#entries[at]));
    const remove = button(texts.say("schedule.remove"), () => this.#remove(at), "danger");
    const body = element(
      "fieldset",
      { class: "dated-body", disabled: !this.#app.can("edit") },
      this.#options.form(path),
      element("p", { class: "error" }),
      element("div", { class: "actions" }, remove),
    );
    return element("li", {}, element("details", { open, "data-field": path }, summary, body));
  }

  #add() {
    const at = this.#entries.length;
    this.#document.set(this.#options.path, [...this.#entries, this.#options.make()]);
    this.#build([...this.#opened(), at]);
    const body = this.#list.lastElementChild?.querySelector(".dated-body input, .dated-body select");
    if (body instanceof HTMLElement) body.focus();
  }

  /** @param {number} at */
  #remove(at) {
    this.#document.set(
      this.#options.path,
      this.#entries.filter((_, index) => index !== at),
    );
    const open = this.#opened().filter((one) => one !== at);
    this.#build(open.map((one) => (one > at ? one - 1 : one)));
    const add = this.element.querySelector(":scope > .actions button");
    if (add instanceof HTMLElement) add.focus();
  }

  /** @param {string} path */
  #update(path) {
    if (path === "") {
      this.#build(this.#opened());
      return;
    }
    if (!path.startsWith(`${this.#options.path}.`)) return;
    const summaries = this.#list.querySelectorAll("summary");
    this.#entries.forEach((entry, at) => summaries[at] && (summaries[at].textContent = this.#options.summary(entry)));
  }

  #opened() {
    return [...this.#list.querySelectorAll("details")].flatMap((details, at) => (details.open ? [at] : []));
  }
}
