/** The draft of a station as a visitor sees it, for half an hour: on a phone by its code, in a tab, or in this page. */

import { dialog } from "../../core/dialog.js";
import { button, element, fill, setText } from "../../core/elements.js";

/** @typedef {import("../../core/app.js").App} App */

/**
 * @param {App} app
 * @param {string} exhibition
 * @param {string} station
 */
export async function previewDialog(app, exhibition, station) {
  const { data } = await app.api.post(`/exhibitions/${exhibition}/preview`, { station });
  const preview = new Preview(app, data);
  const asked = dialog(
    app.texts.say("preview.title"),
    preview.element,
    [{ label: app.texts.say("close"), value: "", kind: "secondary" }],
    { className: "wide preview" },
  );
  await asked.closed;
  preview.close();
}

class Preview {
  #app;
  #endsMs;
  #address;
  #code;
  #left = element("p", { class: "soft", role: "timer" });
  #window = element("div", { class: "preview-window" });
  #timer = 0;

  /**
   * @param {App} app
   * @param {{address: string, ends_at: string, code?: string}} answer `code` is an SVG
   */
  constructor(app, { address, ends_at, code }) {
    this.#app = app;
    this.#address = address;
    this.#endsMs = Date.parse(ends_at);
    this.#code = code ? URL.createObjectURL(new Blob([code], { type: "image/svg+xml" })) : "";
    const { texts } = app;
    const here = button(texts.say("preview.here"), () => this.#showHere());
    this.element = element(
      "div",
      { class: "preview-parts" },
      element(
        "div",
        { class: "preview-ways" },
        this.#code && element("img", { class: "preview-code", src: this.#code, alt: texts.say("preview.code") }),
        element("p", {}, texts.say(this.#code ? "preview.scan" : "preview.open")),
        element(
          "p",
          {},
          element(
            "a",
            { class: "address mono", href: address, target: "_blank", rel: "noopener", dir: "ltr" },
            address,
          ),
        ),
        element("div", { class: "actions" }, this.#copyButton(), here),
        this.#left,
      ),
      this.#window,
    );
    this.#count();
    this.#timer = window.setInterval(() => this.#count(), 1000);
  }

  close() {
    window.clearInterval(this.#timer);
    URL.revokeObjectURL(this.#code);
    fill(this.#window);
  }

  #copyButton() {
    const { texts } = this.#app;
    const copy = button(texts.say("preview.copy"), async () => {
      await navigator.clipboard.writeText(this.#address);
      setText(copy, texts.say("preview.copied"));
    });
    return copy;
  }

  /** The page at its own path here: another name of this server would be another origin, which may not be framed. */
  #showHere() {
    const { pathname } = new URL(this.#address);
    fill(
      this.#window,
      element("iframe", { src: pathname, allow: "camera", title: this.#app.texts.say("preview.frame") }),
    );
  }

  #count() {
    const { texts } = this.#app;
    const seconds = Math.max(0, Math.round((this.#endsMs - Date.now()) / 1000));
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    setText(this.#left, seconds > 0 ? texts.say("preview.left", { clock }) : texts.say("preview.ended"));
    if (seconds === 0) window.clearInterval(this.#timer);
  }
}
