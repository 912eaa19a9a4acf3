/** A station in the overview: its picture, what it is and does, what it lacks, and how it is moved. Decides nothing. */

import { element, iconButton } from "../../core/elements.js";
import { experienceWords, fieldName } from "./field_words.js";
import { inOwnWords } from "../model/gaps.js";
import { completenessDots } from "./completeness.js";
import { stationHash, stationTitle } from "./frame.js";
import { pictureAddress } from "./pictures.js";

const TEXTS = ["title", "label", "artwork.alt"]; // which publishing asks for in every language

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Station} Station */
/** @typedef {import("../model/types.js").Lack} Lack */

/**
 * @typedef {object} TileContext
 * @property {string} exhibition id
 * @property {readonly string[]} languages
 * @property {readonly Lack[]} missing of this station
 * @property {"changed" | "new" | null} news since the exhibition was published
 * @property {boolean} unsaved whether this browser keeps something that is not saved
 * @property {(step: -1 | 1) => void} onStep
 * @property {() => void} onRemove
 */

/**
 * @param {App} app
 * @param {Station} station
 * @param {TileContext} context
 */
export function stationTile(app, station, context) {
  const { texts } = app;
  const { content, id } = station;
  const href = stationHash(context.exhibition, id);
  const name = stationTitle(app, station, context.languages);
  const title = texts.of(content.title, context.languages);
  return element(
    "li",
    { class: "station-tile", "data-id": id },
    element(
      "a",
      { class: "station-picture", href, tabindex: -1, "aria-hidden": "true", draggable: "false" },
      picture(content.artwork.picture),
    ),
    element(
      "div",
      { class: "station-words" },
      element("p", { class: "station-number" }, String(content.number)),
      element("h3", {}, element("a", { href, lang: title.lang || null, dir: "auto" }, name)),
      element("p", { class: "facts" }, ...facts(app, station, context)),
      completenessDots(app, context.languages, (language) => missingIn(context.missing, language), TEXTS.length),
      lacking(app, context),
    ),
    app.can("edit") && tools(app, name, context),
  );
}

/** @param {string | null} name */
function picture(name) {
  if (!name) return element("span", { class: "no-picture" });
  return element("img", { src: pictureAddress(name), alt: "", loading: "lazy", decoding: "async", draggable: "false" });
}

/**
 * @param {App} app
 * @param {Station} station
 * @param {TileContext} context
 */
function facts(app, { content }, { news, unsaved }) {
  const { texts } = app;
  const words = [
    experienceWords(app, content.experience),
    !content.open && texts.say("station.closed"),
    content.code.admission === "rotating" && texts.say("code.rotating"),
    news && texts.say(`station.${news}`),
    unsaved && texts.say("station.unsaved"),
  ];
  return words.filter((word) => typeof word === "string").map((word) => element("span", {}, word));
}

/**
 * @param {readonly Lack[]} missing
 * @param {string} language
 */
function missingIn(missing, language) {
  return missing.filter((lack) => lack.language === language).length;
}

/**
 * In words: texts by language, the rest as the server says it.
 * @param {App} app
 * @param {TileContext} context
 */
function lacking(app, { missing, languages }) {
  const { texts } = app;
  const poor = languages.filter((language) => missingIn(missing, language) > 0);
  const lines = poor.map((language) => {
    const fields = missing.filter((lack) => lack.language === language).map(({ field }) => fieldName(app, field));
    return texts.say("station.lacks", { language: app.languageName(language), fields: texts.list(fields) });
  });
  const rest = missing.filter(({ language }) => !language).map(({ sentence }) => inOwnWords(app, sentence));
  const all = [...lines, ...rest];
  return (
    all.length > 0 && element("ul", { class: "gaps" }, ...all.map((line) => element("li", { class: "gap" }, line)))
  );
}

/**
 * @param {App} app
 * @param {string} name
 * @param {TileContext} context
 */
function tools(app, name, { onStep, onRemove }) {
  const { texts } = app;
  return element(
    "div",
    { class: "tile-tools" },
    iconButton(texts.say("sort.drag", { name }), "drag", () => {}, "round drag"),
    iconButton(texts.say("sort.earlier", { name }), "back", () => onStep(-1)),
    iconButton(texts.say("sort.later", { name }), "forward", () => onStep(1)),
    iconButton(texts.say("station.remove", { name }), "trash", onRemove, "round end"),
  );
}
