/** A long page in sections, with an index beside it on wide screens that shows where one is. */

import { element } from "../../core/elements.js";

/** @typedef {{id: string, title: string, content: import("../../core/elements.js").Child[]}} Section */

export class SectionIndex {
  #observer;
  /** @type {Map<Element, HTMLElement>} a section to its line in the index */
  #lines = new Map();

  /**
   * @param {string} label of the index
   * @param {readonly Section[]} sections
   */
  constructor(label, sections) {
    const index = element("ul", { class: "index-list" });
    const body = element("div", { class: "sections" });
    for (const section of sections) {
      const shown = sectionOf(section);
      const line = element("li", {}, element("button", { type: "button", onclick: () => goTo(shown) }, section.title));
      this.#lines.set(shown, line);
      index.append(line);
      body.append(shown);
    }
    this.element = element(
      "div",
      { class: "with-index" },
      element("nav", { class: "side-index", "aria-label": label }, index),
      body,
    );
    // What crosses a line a third down the window is where one is.
    this.#observer = new IntersectionObserver((entries) => this.#mark(entries), { rootMargin: "-33% 0px -66% 0px" });
    for (const shown of this.#lines.keys()) this.#observer.observe(shown);
  }

  close() {
    this.#observer.disconnect();
  }

  /**
   * How much is missing in a section; 0: nothing.
   * @param {string} id
   * @param {number} missing
   * @param {string} words
   */
  setMissing(id, missing, words) {
    const [, line] = [...this.#lines].find(([shown]) => shown.id === `section-${id}`) ?? [];
    if (!line) return;
    line.querySelector(".missing")?.remove();
    if (missing > 0) line.firstElementChild?.append(element("span", { class: "missing" }, words));
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #mark(entries) {
    for (const { target, isIntersecting } of entries) {
      const button = this.#lines.get(target)?.firstElementChild;
      if (isIntersecting) button?.setAttribute("aria-current", "true");
      else button?.removeAttribute("aria-current");
    }
  }
}

/** @param {Section} section */
function sectionOf({ id, title, content }) {
  const heading = element("h2", { tabindex: -1, id: `heading-${id}` }, title);
  const attributes = { class: "section", id: `section-${id}`, "aria-labelledby": `heading-${id}` };
  return element("section", attributes, heading, ...content);
}

/** @param {HTMLElement} section */
function goTo(section) {
  section.scrollIntoView({ block: "start" });
  const heading = section.querySelector("h2");
  heading?.focus({ preventScroll: true });
}
