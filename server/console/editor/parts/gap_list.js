/** What keeps a draft from being published, by station and language, each with the way to where it is mended. */

import { element } from "../../core/elements.js";
import { fieldName } from "./field_words.js";
import { byStation, inOwnWords } from "../model/gaps.js";
import { exhibitionHash, stationHash } from "./frame.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Lack} Lack */

/**
 * @param {App} app
 * @param {string} exhibition id
 * @param {readonly Lack[]} missing
 * @param {(station: string) => string} titleOfStation
 */
export function gapList(app, exhibition, missing, titleOfStation) {
  const groups = [...byStation(missing)].map(([station, lacks]) => {
    const title = station ? titleOfStation(station) : app.texts.say("gap.exhibition");
    return element(
      "li",
      {},
      element("p", { class: "group-head" }, title),
      element("ul", { class: "gaps" }, ...lacks.map((lack) => gap(app, exhibition, lack))),
    );
  });
  return element("ul", { class: "gap-groups" }, ...groups);
}

/**
 * @param {App} app
 * @param {string} exhibition
 * @param {Lack} lack
 */
function gap(app, exhibition, lack) {
  const { texts } = app;
  const text = lack.language ? `${lack.field}.${lack.language}` : lack.field;
  const known = fieldName(app, text, {
    title: {},
    introduction: {},
    label: {},
    description: {},
    caption: {},
    audio_description: {},
  });
  const name = texts.has(`field.${lack.field}`) ? known : texts.say("gap.other");
  return element(
    "li",
    {},
    element("a", { href: gapHash(exhibition, lack) }, name),
    element("span", { class: "soft" }, ` ${inOwnWords(app, lack.sentence)}`),
  );
}

/**
 * The page on which it is mended.
 * @param {string} exhibition
 * @param {Lack} lack
 */
function gapHash(exhibition, { station, field, language }) {
  if (field.startsWith("programmes")) return `${exhibitionHash(exhibition)}/programmes`;
  if (station) return stationHash(exhibition, station, { field, language });
  if (field.startsWith("schedule")) return `${exhibitionHash(exhibition)}/schedule`;
  if (field === "stations") return exhibitionHash(exhibition);
  return `${exhibitionHash(exhibition)}/settings/${field}${language ? `/${language}` : ""}`;
}
