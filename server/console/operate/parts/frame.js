/** What all operator's pages have around them: the ways between them, a head, and the page's parts. */

import { element } from "../../core/elements.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../../core/elements.js").Child} Child */
/** @typedef {"now" | "history" | "events" | "doctor"} Tab */

const TABS = /** @type {const} */ (["now", "history", "events", "doctor"]);

/** @param {Tab} tab */
export const tabHash = (tab) => (tab === "now" ? "#/operate" : `#/operate/${tab}`);

/**
 * A page that tells of one station.
 * @param {"s" | "history" | "events"} page
 * @param {{exhibition: string, station: string}} station
 */
export const placeHash = (page, { exhibition, station }) =>
  `#/operate/${page}/${encodeURIComponent(exhibition)}/${encodeURIComponent(station)}`;

/**
 * @param {App} app
 * @param {object} page
 * @param {Tab} page.tab
 * @param {Child[]} page.head the h1, and what stands below it
 * @param {Child} [page.actions]
 * @param {Child[]} page.body
 * @param {string} [page.className]
 */
export function operatePage({ texts }, { tab, head, actions = null, body, className = "" }) {
  const links = TABS.map((one) =>
    element(
      "li",
      {},
      element(
        "a",
        { href: tabHash(one), "aria-current": one === tab ? "page" : null },
        texts.say(`operate.tab_${one}`),
      ),
    ),
  );
  return element(
    "div",
    { class: `page operate ${className}`.trim() },
    element(
      "nav",
      { class: "tabs", "aria-label": texts.say("nav_operate") },
      element("ul", { class: "tab-list" }, ...links),
    ),
    element("header", { class: "page-head" }, element("div", {}, ...head), actions),
    ...body,
  );
}

/**
 * A part of a page under its h2.
 * @param {string} title
 * @param {...Child} children
 */
export function section(title, ...children) {
  return element("section", { class: "section" }, element("h2", {}, title), ...children);
}
