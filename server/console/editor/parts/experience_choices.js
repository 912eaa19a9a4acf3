/** The choices of an experience: what it is, what it repaints, what hangs on the artwork; with small drawings. */

import { element } from "../../core/elements.js";
import { choices, freshId } from "../../core/form.js";
import { isClip, pictureAddress } from "./pictures.js";

/** @typedef {import("../../core/texts.js").Texts} Texts */

/**
 * @param {Texts} texts
 * @param {"kind" | "region"} name
 * @param {readonly string[]} values
 * @param {string} chosen
 * @param {(value: string) => void} onchange
 */
export function picturedChoice(texts, name, values, chosen, onchange) {
  const keyOf = (/** @type {string} */ value) => `experience.${name === "kind" ? value : `${name}_${value}`}`;
  const options = values.map((value) => ({
    value,
    label: texts.say(keyOf(value)),
    hint: texts.say(`${keyOf(value)}_hint`),
  }));
  const made = choices(texts.say(`experience.${name}`), freshId(name), options, chosen, onchange);
  made.classList.add("pictured");
  made.querySelectorAll(".choice").forEach((choice, at) => {
    choice.append(element("span", { class: `diagram ${name}-${values[at]}`, "aria-hidden": "true" }));
  });
  return made;
}

/**
 * What hangs on the artwork of a canvas.
 * @param {Texts} texts
 * @param {string} chosen
 * @param {(value: string) => void} onchange
 */
export function sourceChoice(texts, chosen, onchange) {
  const options = ["repaint", "own"].map((value) => {
    return { value, label: texts.say(`experience.${value}`), hint: texts.say(`experience.${value}_hint`) };
  });
  return choices(texts.say("experience.source"), freshId("source"), options, chosen, onchange);
}

/** @param {string} name of an overlay's file */
export function overlayOf(name) {
  const address = pictureAddress(name);
  return isClip(name)
    ? element("video", { src: address, controls: true, loop: true, muted: true, playsinline: true })
    : element("img", { src: address, alt: "" });
}

/**
 * @param {HTMLElement} set of radio buttons
 * @param {string} value
 */
export function check(set, value) {
  for (const radio of set.querySelectorAll("input[type=radio]")) {
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === value;
  }
}
