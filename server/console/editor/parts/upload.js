/** Takes a file by button or by drag and drop, sends it and shows how far it is. Knows not what becomes of it. */

import { element, icon, setText } from "../../core/elements.js";
import { setError } from "../../core/form.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Picture} Picture */

export class Upload {
  #app;
  #options;
  #input;
  #button;
  #progress;
  #share;
  #row;
  /** @type {AbortController | null} */
  #sending = null;

  /**
   * @param {App} app
   * @param {object} options
   * @param {string} options.path of the API, such as /pictures
   * @param {string} options.field in the document, for what the server says of it
   * @param {string} options.accept
   * @param {string} options.label of the button
   * @param {HTMLElement} options.content what is shown where files are dropped
   * @param {(picture: Picture) => void} options.onPicture
   */
  constructor(app, options) {
    this.#app = app;
    this.#options = options;
    const { texts } = app;
    this.#input = element("input", {
      type: "file",
      accept: options.accept,
      hidden: true,
      tabindex: -1,
      "aria-hidden": "true",
    });
    this.#input.addEventListener("change", () => this.#pick());
    this.#button = element(
      "button",
      { type: "button", class: "secondary", onclick: () => this.#input.click() },
      icon("upload"),
      options.label,
    );
    this.#progress = element("progress", { max: 1, value: 0, "aria-label": texts.say("upload.progress") });
    this.#share = element("span", { class: "small" });
    const stop = element(
      "button",
      { type: "button", class: "quiet", onclick: () => this.#sending?.abort() },
      texts.say("upload.stop"),
    );
    this.#row = element("div", { class: "upload-row", hidden: true }, this.#progress, this.#share, stop);
    this.element = element(
      "div",
      { class: "upload", "data-field": options.field },
      options.content,
      element(
        "div",
        { class: "actions", hidden: !app.can("edit") },
        this.#button,
        element("span", { class: "hint drop-hint" }, texts.say("upload.drop")),
        this.#input,
      ),
      this.#row,
      element("p", { class: "error" }),
    );
    this.#takeDrops();
  }

  /** @param {string} label */
  setLabel(label) {
    this.#button.lastChild?.replaceWith(label);
  }

  close() {
    this.#sending?.abort();
  }

  #pick() {
    const [file] = this.#input.files ?? [];
    this.#input.value = "";
    if (file) void this.#send(file);
  }

  #takeDrops() {
    let depth = 0;
    const over = (/** @type {number} */ change) => {
      depth += change;
      this.element.classList.toggle("over", depth > 0);
    };
    const holdsFile = (/** @type {DragEvent} */ event) =>
      event.dataTransfer?.types.includes("Files") && this.#app.can("edit");
    this.element.addEventListener("dragenter", (event) => holdsFile(event) && (event.preventDefault(), over(1)));
    this.element.addEventListener("dragover", (event) => holdsFile(event) && event.preventDefault());
    this.element.addEventListener("dragleave", (event) => holdsFile(event) && over(-1));
    this.element.addEventListener("drop", (event) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      over(-depth);
      const [file] = event.dataTransfer?.files ?? [];
      if (file) void this.#send(file);
    });
  }

  /** @param {File} file */
  async #send(file) {
    this.#sending?.abort();
    const sending = new AbortController();
    this.#sending = sending;
    setError(this.element, "");
    this.#show(0);
    try {
      const path = `${this.#options.path}?title=${encodeURIComponent(file.name.slice(0, 200))}`;
      const { data } = await this.#app.api.upload(
        path,
        file,
        (share) => this.#sending === sending && this.#show(share),
        sending.signal,
      );
      if (this.#sending === sending) this.#options.onPicture(data);
    } catch (error) {
      const stopped = error instanceof DOMException && error.name === "AbortError";
      if (!stopped) setError(this.element, this.#app.sentence(error));
    } finally {
      if (this.#sending === sending) {
        this.#sending = null;
        this.#row.hidden = true;
      }
    }
  }

  /** @param {number} share 1: all is sent, and the server looks at it */
  #show(share) {
    const { texts } = this.#app;
    this.#row.hidden = false;
    if (share < 1) this.#progress.value = share;
    else this.#progress.removeAttribute("value");
    setText(this.#share, share < 1 ? texts.percent(share) : texts.say("upload.checking"));
  }
}
