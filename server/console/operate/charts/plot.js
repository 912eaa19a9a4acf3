/**
 * The field of a chart: axes, a moment that is pointed at or walked to by arrow keys, and all of it as a table. What is
 * drawn in it comes as SVG shapes on a field of 1000 by 100, which is stretched; words are HTML, and are not.
 */

import { element, setText } from "../../core/elements.js";
import { freshId } from "../../core/form.js";
import { placeAt } from "./scale.js";

const SVG = "http://www.w3.org/2000/svg";
export const WIDTH = 1000;
export const HEIGHT = 100;

/** @typedef {{share: number, text: string}} AxisMark `share`: how far along the axis, 0 to 1 */
/** @typedef {{name: string, textAt: (place: number) => string}} Column */

/**
 * @typedef {object} PlotParts
 * @property {string} title
 * @property {string} [unit] said beside the title
 * @property {number} points places of the axis, each with its values
 * @property {SVGElement[]} shapes
 * @property {AxisMark[]} across along the time
 * @property {AxisMark[]} [up] along the values, from the foot
 * @property {(place: number) => string} whenAt
 * @property {Column[]} columns of the table, and of what is said of a place
 * @property {HTMLElement[]} [legend]
 * @property {(place: number | null) => void} [onPlace] the reader points somewhere, or nowhere
 */

export class Plot {
  #app;
  #parts;
  #field;
  #cursor = element("span", { class: "plot-cursor", hidden: true });
  #readout = element("p", { class: "plot-readout", "aria-hidden": "true" });
  #place = -1;

  /**
   * @param {import("../../core/app.js").App} app
   * @param {PlotParts} parts
   */
  constructor(app, parts) {
    this.#app = app;
    this.#parts = parts;
    this.#field = this.#makeField();
    const id = freshId("chart");
    this.#field.setAttribute("aria-labelledby", id);
    this.element = element(
      "figure",
      { class: "plot" },
      element(
        "figcaption",
        { class: "plot-head" },
        element("span", { class: "plot-title", id }, parts.title),
        parts.unit && element("span", { class: "soft small" }, parts.unit),
        ...(parts.legend ?? []),
        this.#readout,
      ),
      this.#field,
      this.#across(),
      this.#table(),
    );
  }

  /**
   * Shows what was at a place; null: at none.
   * @param {number | null} place
   */
  show(place) {
    const { points } = this.#parts;
    this.#cursor.hidden = place === null;
    setText(this.#readout, place === null ? "" : this.#said(place));
    if (place === null) return;
    this.#place = place;
    this.#cursor.style.insetInlineStart = `${((place + 0.5) / points) * 100}%`;
    this.#field.setAttribute("aria-valuenow", String(place));
    this.#field.setAttribute("aria-valuetext", this.#said(place));
  }

  /** @param {number} place */
  #said(place) {
    const { whenAt, columns } = this.#parts;
    const values = columns.map(({ name, textAt }) => `${name} ${textAt(place)}`);
    return this.#app.texts.say("chart.said", { when: whenAt(place), values: this.#app.texts.list(values, "unit") });
  }

  #makeField() {
    const { points, shapes, up = [] } = this.#parts;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    svg.append(...up.map(({ share }) => gridLine(share)), ...shapes);
    const field = element(
      "div",
      {
        class: "plot-field",
        role: "slider",
        tabindex: 0,
        "aria-valuemin": 0,
        "aria-valuemax": points - 1,
        "aria-valuenow": points - 1,
        "aria-valuetext": this.#said(points - 1),
        onpointermove: (/** @type {PointerEvent} */ event) => this.#point(event),
        onpointerdown: (/** @type {PointerEvent} */ event) => this.#point(event),
        onpointerleave: () => this.#tell(null),
        onfocus: () => this.#tell(this.#place < 0 ? points - 1 : this.#place),
        onblur: () => this.#tell(null),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#walk(event),
      },
      svg,
      ...up.map(upMark),
      this.#cursor,
    );
    return field;
  }

  /** @param {number | null} place */
  #tell(place) {
    this.show(place);
    this.#parts.onPlace?.(place);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const { left, width } = this.#field.getBoundingClientRect();
    this.#tell(placeAt((event.clientX - left) / width, this.#parts.points));
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const { points } = this.#parts;
    const present = this.#place < 0 ? points - 1 : this.#place;
    const far = Math.max(1, Math.round(points / 10));
    const next = {
      ArrowLeft: present - 1,
      ArrowDown: present - 1,
      ArrowRight: present + 1,
      ArrowUp: present + 1,
      PageDown: present - far,
      PageUp: present + far,
      Home: 0,
      End: points - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.#tell(Math.min(points - 1, Math.max(0, next)));
  }

  #across() {
    const marks = this.#parts.across.map(({ share, text }) => {
      const made = element("span", {}, text);
      made.style.insetInlineStart = `${share * 100}%`;
      return made;
    });
    return element("div", { class: "plot-across", "aria-hidden": "true" }, ...marks);
  }

  /** The same in words; built when it is opened. */
  #table() {
    const { texts } = this.#app;
    const place = element("div", { class: "plot-table", tabindex: 0, role: "region", "aria-label": this.#parts.title });
    const details = element(
      "details",
      { class: "as-table" },
      element("summary", {}, texts.say("chart.as_table")),
      place,
    );
    details.addEventListener(
      "toggle",
      () => details.open && place.childElementCount === 0 && place.append(this.#rows()),
    );
    return details;
  }

  #rows() {
    const { points, whenAt, columns } = this.#parts;
    const heads = [this.#app.texts.say("chart.when"), ...columns.map(({ name }) => name)];
    const rows = Array.from({ length: points }, (_none, place) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, whenAt(place)),
        ...columns.map(({ textAt }) => element("td", {}, textAt(place))),
      ),
    );
    return element(
      "table",
      { class: "table" },
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      element("tbody", {}, ...rows),
    );
  }
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
export function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** @param {number} share */
function gridLine(share) {
  const y = HEIGHT * (1 - share);
  return shape("line", { class: "plot-grid", x1: 0, x2: WIDTH, y1: y, y2: y });
}

/** @param {AxisMark} mark */
function upMark({ share, text }) {
  const made = element("span", { class: "plot-up", "aria-hidden": "true" }, text);
  made.style.insetBlockEnd = `${share * 100}%`;
  return made;
}
