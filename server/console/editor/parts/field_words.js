/** Names of fields, and what is in them, in words: for lists of what changed and of what is missing. Makes elements. */

import { element } from "../../core/elements.js";
import { countOf } from "../model/dream.js";
import { pictureAddress, isClip } from "./pictures.js";

/** @typedef {import("../../core/app.js").App} App */

const TEXTS_OF = ["artwork.alt", "accessibility.notes"];
const SAID = ["accessibility.step_free", "accessibility.seating"];
const LISTED = Object.freeze(["languages", "schedule.slots", "schedule.events", "programmes"]);

/**
 * A dotted path without its language, and the language: `artwork.alt.en` is `artwork.alt` in `en`.
 * @param {string} path
 * @param {any} content in which it is
 * @returns {{field: string, language: string}}
 */
export function splitPath(path, content) {
  const parts = path.split(".");
  const nested = TEXTS_OF.find((field) => path.startsWith(`${field}.`));
  if (nested) return { field: nested, language: parts[2] };
  const own = content?.[parts[0]];
  const isWords = parts.length === 2 && own && !("picture" in own) && !("timezone" in own) && !("distance_cm" in own);
  return isWords && !("step_free" in own) ? { field: parts[0], language: parts[1] } : { field: path, language: "" };
}

/**
 * @param {App} app
 * @param {string} path
 * @param {any} [content]
 */
export function fieldName(app, path, content) {
  const { field, language } = splitPath(path, content);
  const own = `field.${field}`;
  const name = app.texts.has(own) ? app.texts.say(own) : field;
  return language ? app.texts.say("field.in_language", { field: name, language: app.languageName(language) }) : name;
}

/**
 * What is in a field.
 * @param {App} app
 * @param {string} path
 * @param {any} value
 * @returns {HTMLElement}
 */
export function fieldValue(app, path, value) {
  const { texts } = app;
  if (SAID.includes(path))
    return line(texts.say(`access.${path.split(".")[1]}_${value === null ? "unsaid" : value ? "yes" : "no"}`));
  if (value === undefined || value === null || value === "")
    return element(
      "p",
      { class: "value nothing" },
      texts.say(path === "schedule.weekly" ? "schedule.always_open" : "value.nothing"),
    );
  if (path === "artwork.picture") return picture(value);
  if (typeof value === "boolean") return line(texts.say(value ? "value.yes" : "value.no"));
  if (path === "experience") return line(experienceWords(app, value));
  if (path === "schedule.weekly")
    return line(
      texts.say("value.hours_of_days", { count: Object.values(value).filter((hours) => hours.length).length }),
    );
  if (LISTED.includes(path)) return line(listed(app, path, value) || texts.say("value.nothing"));
  if (Array.isArray(value)) return line(value.join(" · "));
  if (path === "code.admission") return line(texts.say(`code.${value}`));
  return line(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/**
 * What a station does, in a few words.
 * @param {App} app
 * @param {import("../model/types.js").Experience} experience
 */
export function experienceWords(app, experience) {
  const { texts } = app;
  const kind = texts.say(`experience.${experience.kind}`);
  if (experience.kind === "canvas" && experience.overlay)
    return texts.list([kind, texts.say("experience.own_overlay")], "unit");
  if (experience.kind === "dream") return [kind, ...dreamWords(app, experience)].join(" · ");
  const count = experience.styles.length;
  const parts = [kind, count > 0 ? texts.count("experience.styles", count) : texts.say("station.no_style")];
  if (experience.kind === "lens" && experience.region !== "all")
    parts.splice(1, 0, texts.say(`experience.region_${experience.region}`));
  if (experience.strength < 1)
    parts.push(texts.say("experience.at_strength", { share: texts.percent(experience.strength) }));
  return parts.join(" · ");
}

/**
 * @param {App} app
 * @param {import("../model/types.js").Experience} dream
 */
function dreamWords({ texts }, { mode, words = [], styles }) {
  const count = countOf(words);
  const parts = [count > 0 || mode === "chosen" ? texts.count("experience.words", count) : ""];
  if (mode !== "chosen") parts.push(texts.say(`experience.mode_${mode}`));
  if (styles.length > 0) parts.push(texts.count("experience.styles", styles.length));
  return parts.filter(Boolean);
}

/**
 * @param {App} app
 * @param {string} path
 * @param {any[]} values
 */
function listed(app, path, values) {
  if (path === "languages") return values.map((tag) => app.languageName(tag)).join(" · ");
  return values
    .map((value) => value.name || (value.hours?.opens ? `${value.hours.opens}–${value.hours.closes}` : "…"))
    .join(" · ");
}

/** @param {string} text */
function line(text) {
  return element("p", { class: "value", dir: "auto" }, text);
}

/** @param {string} name */
function picture(name) {
  return isClip(name)
    ? element("video", { class: "value", src: pictureAddress(name), muted: true, playsinline: true })
    : element("img", { class: "value", src: pictureAddress(name, true), alt: "" });
}
