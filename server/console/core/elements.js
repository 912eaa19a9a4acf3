/** Makes elements. Text is always text: nothing here parses HTML. */

import { ICONS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {string | number | boolean | null | undefined | ((event: any) => void)} Attribute */
/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, Attribute>} [attributes] functions listen to the event of their name (`onclick`); true sets an
 *   empty attribute; false, null and undefined set none
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...kept(children));
  return made;
}

/**
 * Puts other children in the place of those that are there.
 * @param {Element} target
 * @param {...Child} children
 */
export function fill(target, ...children) {
  target.replaceChildren(...kept(children));
}

/**
 * Draws a list anew and keeps the focus on the entry of the same `data-key`; where that is gone, on the page's head.
 * @param {Element} list
 * @param {...Child} children
 */
export function redraw(list, ...children) {
  const held = list.contains(document.activeElement) ? document.activeElement : null;
  const key = held?.closest("[data-key]")?.getAttribute("data-key");
  fill(list, ...children);
  if (!held) return;
  const same = key ? list.querySelector(`[data-key="${CSS.escape(key)}"] :is(summary, button, a)`) : null;
  const next = same ?? document.querySelector("main h1");
  if (next instanceof HTMLElement) next.focus();
}

/** @param {Child[]} children */
function kept(children) {
  return /** @type {(Node | string)[]} */ (
    children.filter((child) => child !== null && child !== undefined && child !== false)
  );
}

/**
 * A line drawing; it says nothing to a screen reader.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("viewBox", "0 0 24 24");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button with words.
 * @param {string} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {"primary" | "secondary" | "danger" | "quiet"} [kind]
 * @param {Record<string, Attribute>} [attributes]
 */
export function button(label, onclick, kind = "secondary", attributes = {}) {
  return element("button", { type: "button", class: kind, onclick, ...attributes }, label);
}

/**
 * A button with an icon only; its label is read out, and shown where one points.
 * @param {string} label
 * @param {keyof typeof ICONS} name
 * @param {(event: MouseEvent) => void} onclick
 * @param {string} [className]
 */
export function iconButton(label, name, onclick, className = "round") {
  return element(
    "button",
    { type: "button", class: className, "aria-label": label, title: label, onclick },
    icon(name),
  );
}

/**
 * Sets a text only where it differs, so that a live region speaks once.
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
