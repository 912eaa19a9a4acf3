/** Whether operators may see, coarsely, what visitors of an exhibition are shown. */

import { element } from "../../core/elements.js";
import { tick } from "../../core/form.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */

export class GlimpseChoice {
  #document;
  #box;
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   */
  constructor(app, document) {
    const { texts } = app;
    this.#document = document;
    this.#box = element("input", {
      type: "checkbox",
      name: "glimpses",
      disabled: !app.can("edit"),
      onchange: () => document.set("glimpses", this.#box.checked),
    });
    this.element = tick(texts.say("field.glimpses"), this.#box, { hint: texts.say("glimpses.hint") });
    this.#stop = document.onChange(() => this.#render());
    this.#render();
  }

  close() {
    this.#stop();
  }

  #render() {
    this.#box.checked = Boolean(this.#document.get("glimpses"));
  }
}
