/** Puts the server's sentences beside the fields that they are about. Knows no field. */

import { setError } from "../../core/form.js";

/** The parser names which of the three experiences it took. */
const KINDS = /(^|\.)(experience|experiences\.[^.]+)\.(lens|canvas|dream)(?=\.|$)/;

/** @typedef {import("../../core/problem.js").Fault} Fault */

/**
 * @param {HTMLElement} root
 * @param {readonly Fault[]} errors
 * @returns {Fault[]} those that have no place here
 */
export function showFaults(root, errors) {
  for (const place of root.querySelectorAll(".wrong")) setError(place, "");
  /** @type {Fault[]} */
  const homeless = [];
  /** @type {Map<HTMLElement, string[]>} */
  const said = new Map();
  const places = placesIn(root);
  for (const error of errors) {
    const place = placeOf(places, error.field.replace(KINDS, "$1$2"));
    if (place) said.set(place, [...(said.get(place) ?? []), error.sentence]);
    else homeless.push(error);
  }
  for (const [place, sentences] of said) setError(place, sentences.join(" "), "en");
  reveal([...said.keys()][0]);
  return homeless;
}

/** @param {HTMLElement} root */
function placesIn(root) {
  /** @type {Map<string, HTMLElement>} */
  const places = new Map();
  for (const place of root.querySelectorAll("[data-field]"))
    if (place instanceof HTMLElement && place.dataset.field && place.querySelector(".error"))
      places.set(place.dataset.field, place);
  return places;
}

/**
 * The field itself, or the nearest one around it.
 * @param {Map<string, HTMLElement>} places
 * @param {string} field
 */
function placeOf(places, field) {
  const parts = field.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const place = places.get(parts.slice(0, length).join("."));
    if (place) return place;
  }
  return null;
}

/**
 * Brings a field into view and puts the reader into it.
 * @param {HTMLElement | undefined} place
 */
export function reveal(place) {
  if (!place) return;
  place.closest("details")?.setAttribute("open", "");
  place.scrollIntoView({ block: "center" });
  const control = place.querySelector("input, textarea, select, button");
  if (control instanceof HTMLElement) control.focus({ preventScroll: true });
}
