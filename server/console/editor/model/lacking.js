/** Which texts a document still lacks, before anything is saved: the texts' part of exhibit/completeness.py. */

import { read } from "./paths.js";

/** @typedef {"required" | "begun"} Reason begun: it is there in another language */
/** @typedef {{field: string, language: string, reason: Reason}} LackingText */

/** The texts of a station and of an exhibition, in the order in which they are written; the rest may be left out. */
export const STATION_TEXTS = Object.freeze([
  { field: "title", required: true, lines: 1 },
  { field: "label", required: true, lines: 3 },
  { field: "artwork.alt", required: true, lines: 2 },
  { field: "description", required: false, lines: 4 },
  { field: "caption", required: false, lines: 2 },
  { field: "audio_description", required: false, lines: 3 },
  { field: "accessibility.notes", required: false, lines: 2 },
]);
export const EXHIBITION_TEXTS = Object.freeze([
  { field: "title", required: true, lines: 1 },
  { field: "introduction", required: false, lines: 4 },
]);

/** @typedef {{field: string, required: boolean, lines: number}} TextField */

/**
 * @param {any} content of a station or an exhibition
 * @param {readonly TextField[]} fields
 * @param {readonly string[]} languages
 * @returns {LackingText[]}
 */
export function lackingTexts(content, fields, languages) {
  return fields.flatMap(({ field, required }) => {
    const words = read(content, field) ?? {};
    if (!required && !languages.some((language) => words[language])) return [];
    const reason = /** @type {Reason} */ (required ? "required" : "begun");
    return languages.filter((language) => !words[language]).map((language) => ({ field, language, reason }));
  });
}

/**
 * The share of the texts that have to be there which are, 0 to 1: those that are required, and those that were begun.
 * @param {any} content
 * @param {readonly TextField[]} fields
 * @param {readonly string[]} languages
 * @param {string} language
 */
export function shareOf(content, fields, languages, language) {
  const asked = fields.filter(
    ({ field, required }) => required || languages.some((tag) => read(content, field)?.[tag]),
  );
  return asked.filter(({ field }) => read(content, field)?.[language]).length / asked.length;
}
