/** What all pages of one exhibition have around them: where one is, the ways to the others, what is said on top. */

import { element } from "../../core/elements.js";
import { WaitingCount } from "./waiting_count.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../../core/elements.js").Child} Child */
/** @typedef {"overview" | "dreams" | "schedule" | "programmes" | "versions" | "codes" | "visits" | "settings"} Tab */

const TABS = /** @type {const} */ ([
  "overview",
  "dreams",
  "schedule",
  "programmes",
  "versions",
  "codes",
  "visits",
  "settings",
]);

/** @param {string} id */
export const exhibitionHash = (id) => `#/e/${id}`;

/**
 * The address of a station's page, or of one text on it.
 * @param {string} exhibition
 * @param {string} station
 * @param {{field?: string, language?: string}} [place]
 */
export function stationHash(exhibition, station, { field = "", language = "" } = {}) {
  const at = field ? `/${field}${language ? `/${language}` : ""}` : "";
  return `#/e/${exhibition}/s/${station}${at}`;
}

/**
 * The exhibition's title in the language of the page, or its id.
 * @param {App} app
 * @param {import("../model/types.js").Exhibition} exhibition
 */
export function titleOf(app, exhibition) {
  const { text, lang } = app.texts.of(exhibition.content.title, exhibition.content.languages);
  return { text: text || exhibition.id, lang: text ? lang : "" };
}

/**
 * A station's title, or its id.
 * @param {App} app
 * @param {{id: string, content: {title: import("../model/types.js").Words}}} station
 * @param {readonly string[]} languages
 */
export function stationTitle(app, station, languages) {
  return app.texts.of(station.content.title, languages).text || station.id;
}

/**
 * @param {App} app
 * @param {import("../model/types.js").Exhibition} exhibition
 * @param {object} page
 * @param {Tab | null} page.tab null: of a page below one of them
 * @param {Child} page.heading an h1
 * @param {Child[]} [page.above] before the heading
 * @param {Child} [page.lead] after it, in a sentence or two
 * @param {Child} [page.actions]
 * @param {Child[]} page.body
 * @param {string} [page.className]
 * @param {WaitingCount} [page.waiting] of a page that knows how many pictures wait
 */
export function exhibitionPage(
  app,
  exhibition,
  {
    tab,
    heading,
    above = [],
    lead = null,
    actions = null,
    body,
    className = "",
    waiting = new WaitingCount(app, exhibition.id, true),
  },
) {
  return element(
    "div",
    { class: `page editor ${className}`.trim() },
    crumbs(app, exhibition, tab, waiting),
    element("header", { class: "page-head" }, element("div", {}, ...above, heading, lead), actions),
    ...body,
  );
}

/**
 * @param {App} app
 * @param {import("../model/types.js").Exhibition} exhibition
 * @param {Tab | null} tab
 * @param {WaitingCount} waiting
 */
function crumbs(app, exhibition, tab, waiting) {
  const { text, lang } = titleOf(app, exhibition);
  const name = element(
    "a",
    { class: "whole", href: exhibitionHash(exhibition.id), lang: lang || null, dir: "auto" },
    text,
  );
  return element(
    "nav",
    { class: "tabs", "aria-label": app.texts.say("tabs.label") },
    name,
    element("ul", { class: "tab-list" }, ...TABS.map((one) => tabLink(app, exhibition.id, one, tab, waiting))),
  );
}

/**
 * @param {App} app
 * @param {string} id
 * @param {Tab} one
 * @param {Tab | null} present
 * @param {WaitingCount} waiting
 */
function tabLink(app, id, one, present, waiting) {
  const href = one === "overview" ? exhibitionHash(id) : `${exhibitionHash(id)}/${one}`;
  const current = one === present ? "page" : null;
  const count = one === "dreams" && waiting.element;
  return element("li", {}, element("a", { href, "aria-current": current }, app.texts.say(`tabs.${one}`), count));
}
