/** A table whose cells change under the reader's eyes: rows stay as long as their key does, so that a focus stays. */

import { element, setText } from "../../core/elements.js";

/** @typedef {string | HTMLElement} Cell an element is put in once, and changed by whoever made it */
/** @typedef {{key: string, cells: Cell[]}} Row the first cell is the row's head */

export class LiveTable {
  #labels;
  #body = element("tbody", {});
  /** @type {Map<string, HTMLTableRowElement>} */
  #rows = new Map();

  /**
   * @param {string} caption read out; the heading above says it to the eye
   * @param {readonly string[]} labels of the columns; "" of one without a head
   */
  constructor(caption, labels) {
    this.#labels = labels;
    const heads = labels.map((label) => (label ? element("th", { scope: "col" }, label) : element("td", {})));
    this.element = element(
      "table",
      { class: "table stacked" },
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, element("tr", {}, ...heads)),
      this.#body,
    );
  }

  /** @param {readonly Row[]} rows */
  show(rows) {
    for (const [key, row] of this.#rows) {
      if (rows.some((one) => one.key === key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    for (const { key, cells } of rows) this.#fill(this.#rows.get(key) ?? this.#add(key, cells), cells);
  }

  /**
   * @param {string} key
   * @param {readonly Cell[]} cells
   */
  #add(key, cells) {
    const made = cells.map((_cell, place) =>
      place === 0
        ? element("th", { scope: "row" })
        : element("td", { "data-label": this.#labels[place] || null, class: this.#labels[place] ? null : "end" }),
    );
    const row = element("tr", { "data-key": key }, ...made);
    this.#rows.set(key, row);
    this.#body.append(row);
    return row;
  }

  /**
   * @param {HTMLTableRowElement} row
   * @param {readonly Cell[]} cells
   */
  #fill(row, cells) {
    for (const [place, cell] of cells.entries()) {
      const target = row.cells[place];
      if (typeof cell === "string") setText(target, cell);
      else if (target.firstChild !== cell) target.replaceChildren(cell);
    }
  }
}
