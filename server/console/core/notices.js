/** Lines that come and go at the foot of the page. What went wrong stays until it is dismissed. */

import { element, iconButton } from "./elements.js";

const SHOWN_MS = 6000;
const MOST = 3;

export class Notices {
  #place;
  #labels;

  /**
   * @param {HTMLElement} place
   * @param {() => string} closeLabel
   */
  constructor(place, closeLabel) {
    this.#place = place;
    this.#labels = closeLabel;
    place.setAttribute("role", "status");
  }

  /**
   * @param {string} text
   * @param {import("./app.js").NoticeKind} kind
   */
  say(text, kind) {
    for (const shown of [...this.#place.children]) if (shown.textContent === text) shown.remove();
    while (this.#place.children.length >= MOST) this.#place.firstElementChild?.remove();
    const made = element("div", { class: "notice", "data-kind": kind }, element("p", {}, text));
    made.append(iconButton(this.#labels(), "close", () => made.remove()));
    this.#place.append(made);
    if (kind === "done") whenLeftAlone(made);
  }

  /** What belonged to the page before. */
  clear() {
    for (const shown of [...this.#place.querySelectorAll('[data-kind="error"]')]) shown.remove();
  }
}

/** @param {HTMLElement} notice goes by itself, unless it is pointed at or has the focus */
function whenLeftAlone(notice) {
  const look = () => {
    if (notice.matches(":hover, :focus-within")) setTimeout(look, SHOWN_MS / 2);
    else notice.remove();
  };
  setTimeout(look, SHOWN_MS);
}
