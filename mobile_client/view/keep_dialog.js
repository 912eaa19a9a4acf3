/** Keeps a picture: asks whether it is offered for the wall, then gives the private link. */

import { element, icon, iconButton, setText } from "./elements.js";
import { codeLine } from "./dream_lines.js";

/** @typedef {import("../texts/languages.js").Texts} Texts */
/** @typedef {import("../core/keeping.js").Kept} Kept */

export class KeepDialog {
  #texts;
  #dreaming;
  /** @type {Kept | null | undefined} what is shown; undefined while it is closed */
  #shown = undefined;
  #body = element("div");
  #said = element("p", { class: "said", role: "status" });

  /**
   * @param {Texts} texts
   * @param {import("../dreaming.js").Dreaming} dreaming
   */
  constructor(texts, dreaming) {
    this.#texts = texts;
    this.#dreaming = dreaming;
    const close = () => this.element.close();
    this.element = element(
      "dialog",
      { class: "dialog keeping", "aria-labelledby": "keep-title", onclose: () => (this.#shown = undefined) },
      element(
        "header",
        {},
        element("h2", { id: "keep-title" }, texts.say("dream_keep_title")),
        iconButton(texts.say("close"), "close", close),
      ),
      this.#body,
      this.#said,
    );
  }

  open() {
    setText(this.#said, "");
    this.#fill(this.#dreaming.keeping.kept);
    this.element.showModal();
  }

  /** Shows what became of it meanwhile. */
  render() {
    const { kept } = this.#dreaming.keeping;
    if (this.#shown === undefined || this.#shown === kept) return;
    const hadFocus = this.#body.contains(document.activeElement);
    this.#fill(kept);
    const first = this.#body.querySelector("a, button");
    if (hadFocus && first instanceof HTMLElement) first.focus();
  }

  /** @param {Kept | null} kept */
  #fill(kept) {
    this.#shown = kept;
    const texts = this.#texts;
    if (kept?.isAsked) this.#body.replaceChildren(element("p", {}, texts.say("dream_asked")));
    else if (kept?.url) this.#body.replaceChildren(...this.#link(kept));
    else this.#body.replaceChildren(...this.#question(kept?.code ?? ""));
    if (kept?.code) setText(this.#said, codeLine(texts, kept));
    else setText(this.#said, kept?.url ? texts.say("dream_kept") : "");
  }

  /** @param {string} code why it could not be kept; empty where that was not tried */
  #question(code) {
    const texts = this.#texts;
    const { offer } = this.#dreaming;
    const wall = element("input", { type: "checkbox", id: "keep-wall" });
    const keep = () => this.#dreaming.keep(offer.wall && wall.checked);
    return [
      element("p", {}, texts.say("dream_keep_text")),
      offer.wall && element("label", { class: "check", for: "keep-wall" }, wall, texts.say("dream_keep_wall")),
      element(
        "div",
        { class: "row" },
        button("primary", keep, texts.say(code ? "try_again" : "dream_keep")),
      ),
    ].filter((child) => child !== false);
  }

  /** @param {Kept} kept */
  #link({ url: path, expiresAt }) {
    const texts = this.#texts;
    const url = new URL(path, location.href).href;
    const until = new Date(expiresAt);
    const day = new Intl.DateTimeFormat(texts.language.code, { dateStyle: "long" });
    const isUntil = !Number.isNaN(until.getTime());
    const address = element("input", { id: "kept-link", type: "url", readonly: true, value: url, dir: "ltr" });
    address.addEventListener("focus", () => address.select());
    return [
      element("p", {}, texts.say("dream_kept_text")),
      isUntil && element("p", { class: "until" }, texts.say("dream_kept_until", { day: day.format(until) })),
      element("label", { for: "kept-link" }, texts.say("dream_kept_link")),
      address,
      element(
        "div",
        { class: "row" },
        element("a", { class: "primary", href: url, target: "_blank", rel: "noopener" }, texts.say("dream_open")),
        button("secondary", () => void this.#copy(address), icon("copy"), texts.say("copy_link")),
        "share" in navigator && button("secondary", () => void this.#share(url), icon("share"), texts.say("share")),
      ),
    ].filter((child) => child !== false);
  }

  /** @param {HTMLInputElement} address */
  async #copy(address) {
    try {
      await navigator.clipboard.writeText(address.value);
      setText(this.#said, this.#texts.say("copied"));
    } catch {
      address.focus(); // the browser keeps its clipboard to itself: it is marked, to be copied by hand
    }
  }

  /** @param {string} url */
  async #share(url) {
    try {
      await navigator.share({ url });
    } catch (error) {
      // AbortError: the visitor closed the share sheet.
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    }
  }
}

/**
 * @param {string} className
 * @param {() => void} onclick
 * @param {...import("./elements.js").Child} children
 */
function button(className, onclick, ...children) {
  return element("button", { type: "button", class: className, onclick }, ...children);
}
