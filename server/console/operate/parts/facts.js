/** Named values that change under the reader's eyes: built once, then only their texts are set. */

import { element, setText } from "../../core/elements.js";

export class Facts {
  /** @type {Map<string, HTMLElement>} */
  #values = new Map();

  /**
   * @param {readonly {key: string, label: string, hint?: string}[]} rows
   * @param {string} className
   */
  constructor(rows, className) {
    const made = rows.map(({ key, label, hint }) => {
      const value = element("dd", { "data-key": key });
      this.#values.set(key, value);
      return element("div", {}, element("dt", {}, label), value, hint && element("dd", { class: "hint" }, hint));
    });
    this.element = element("dl", { class: className }, ...made);
  }

  /** @param {Record<string, string>} values */
  show(values) {
    for (const [key, text] of Object.entries(values)) {
      const place = this.#values.get(key);
      if (!place) throw new RangeError(`expected one of ${[...this.#values.keys()].join(", ")}, got ${key}`);
      setText(place, text);
    }
  }
}
