/** More about a station, for who asks: what is to be seen and heard there, and how it can be reached. */

import { element } from "./elements.js";

/** @typedef {import("../core/ticket.js").Station} Station */
/** @typedef {import("../texts/languages.js").Texts} Texts */

/**
 * Null where the curator wrote nothing of it.
 * @param {Texts} texts
 * @param {Station} station
 */
export function placeDetails(texts, station) {
  const parts = [
    ...paragraph(texts.of(station.description)),
    ...paragraph(texts.of(station.caption), "caption"),
    ...section(texts.say("audio_description"), paragraph(texts.of(station.audio_description))),
    ...section(texts.say("accessibility"), reachOf(texts, station)),
  ];
  if (parts.length === 0) return null;
  const summary = element("summary", { onclick: () => requestAnimationFrame(show) }, texts.say("more"));
  const details = element("details", { class: "more" }, summary, ...parts);
  const show = () => details.open && details.scrollIntoView({ behavior: isCalm() ? "auto" : "smooth" });
  return details;
}

function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Whether it flickers is told to everyone, and not here.
 * @param {Texts} texts
 * @param {Station} station
 */
function reachOf(texts, { accessibility }) {
  if (!accessibility) return [];
  const { step_free, seating, notes } = accessibility;
  const facts = [
    typeof step_free === "boolean" && texts.say(step_free ? "step_free" : "not_step_free"),
    typeof seating === "boolean" && texts.say(seating ? "seating" : "no_seating"),
  ].filter((fact) => fact !== false);
  const list = facts.map((fact) => element("li", {}, fact));
  return [...(list.length > 0 ? [element("ul", {}, ...list)] : []), ...paragraph(texts.of(notes))];
}

/**
 * @param {string} title
 * @param {HTMLElement[]} parts
 */
function section(title, parts) {
  return parts.length > 0 ? [element("h2", {}, title), ...parts] : [];
}

/**
 * @param {string} text
 * @param {string} [className]
 */
function paragraph(text, className) {
  return text ? [element("p", { class: className }, text)] : [];
}
