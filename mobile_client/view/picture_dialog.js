/** Shows the picture that was taken; saves it or hands it to the system's share sheet. It never leaves by itself. */

import { element, icon, iconButton } from "./elements.js";

const KEEP_ADDRESS_MS = 60_000;

export class PictureDialog {
  #clock;

  /** @param {import("../core/clock.js").Clock} clock */
  constructor(clock) {
    this.#clock = clock;
    this.element = element("dialog", { class: "dialog picture", "aria-labelledby": "picture-title" });
  }

  /**
   * @param {import("../texts/languages.js").Texts} texts
   * @param {HTMLCanvasElement} card
   * @param {string} alt
   * @param {File} file
   */
  open(texts, card, alt, file) {
    const close = () => this.element.close();
    card.setAttribute("role", "img");
    card.setAttribute("aria-label", alt);
    const canShare = navigator.canShare?.({ files: [file] }) ?? false;
    const share = action(texts.say("share"), "share", "primary", () => void this.#share(file));
    const save = action(texts.say("save"), "save", canShare ? "secondary" : "primary", () => this.#save(file));
    this.element.replaceChildren(
      element(
        "header",
        {},
        element("h2", { id: "picture-title" }, texts.say("picture_title")),
        iconButton(texts.say("close"), "close", close),
      ),
      card,
      element("p", {}, texts.say("picture_text")),
      element("div", { class: "row" }, canShare && share, save),
    );
    this.element.showModal();
  }

  /** @param {File} file */
  #save(file) {
    const address = URL.createObjectURL(file);
    element("a", { href: address, download: file.name }).click();
    this.#clock.after(KEEP_ADDRESS_MS, () => URL.revokeObjectURL(address));
  }

  /** @param {File} file */
  async #share(file) {
    try {
      await navigator.share({ files: [file] });
    } catch (error) {
      // AbortError: the visitor closed the share sheet.
      if (!(error instanceof DOMException && error.name === "AbortError")) this.#save(file);
    }
  }
}

/**
 * @param {string} text
 * @param {keyof typeof import("./icons.js").ICONS} iconName
 * @param {string} className
 * @param {() => void} onclick
 */
function action(text, iconName, className, onclick) {
  return element("button", { type: "button", class: className, onclick }, icon(iconName), text);
}
