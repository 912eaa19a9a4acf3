/** The list of exhibitions: large pictures with their labels, as they would hang. */

import { button, element, redraw } from "../core/elements.js";
import { exhibitionCard } from "./exhibition_card.js";
import { importExhibition } from "./exhibition_import.js";
import { makeExhibition } from "./exhibition_new.js";

/**
 * @typedef {object} Summary
 * @property {string} id
 * @property {Record<string, string>} title
 * @property {string[]} languages
 * @property {number} stations
 * @property {number | null} shown the version that visitors see
 * @property {string} changed_at
 * @property {string} changed_by
 * @property {string | null} picture
 */

/** @typedef {{number: number, state: string, shown: boolean, goes_live_at: string, made_at: string}} Version */
/** @typedef {{exports: boolean, imports: boolean}} Offers what this server can do with files of exhibitions */

/**
 * @param {string[]} _parts
 * @param {import("../core/app.js").App} app
 * @returns {Promise<import("../core/router.js").Page>}
 */
export async function openExhibitions(_parts, app) {
  const { texts } = app;
  const [{ data }, offers] = await Promise.all([app.api.get("/exhibitions"), offersOf(app), app.readPeople()]);
  const list = element("ul", { class: "exhibitions" });
  /** @type {Summary[]} */
  let all = data;

  function draw() {
    list.classList.toggle("single", all.length === 1);
    redraw(list, ...all.map((one) => exhibitionCard(app, one, offers, () => void read())));
  }

  async function read() {
    try {
      all = (await app.api.get("/exhibitions")).data;
      draw();
    } catch (error) {
      app.report(error);
    }
  }

  draw();
  const actions = element(
    "div",
    { class: "actions" },
    offers.imports && button(texts.say("import"), () => void importExhibition(app, all), "secondary"),
    button(texts.say("make_exhibition"), () => void makeExhibition(app, all), "primary"),
  );
  const page = element(
    "div",
    { class: "page" },
    element(
      "div",
      { class: "page-head" },
      element("h1", {}, texts.say("exhibitions")),
      app.can("edit") ? actions : element("p", { class: "hint" }, texts.say("not_for_role", { role: app.role })),
    ),
    welcome(app, all),
    all.length === 0 && element("p", { class: "lead" }, texts.say("no_exhibitions")),
    list,
  );
  return { element: page, title: texts.say("exhibitions") };
}

/**
 * What to do next, for somebody who sees this for the first time: the demo hangs here, and nobody has touched it.
 * @param {import("../core/app.js").App} app
 * @param {Summary[]} all
 */
function welcome(app, all) {
  const untouched = all.length === 1 && all[0].id === "demo" && all[0].changed_by === "system";
  if (!untouched || !app.can("edit")) return null;
  return element("p", { class: "note welcome", "data-kind": "info" }, app.texts.say("welcome"));
}

/**
 * Which operations on files of exhibitions this server has.
 * @param {import("../core/app.js").App} app
 * @returns {Promise<Offers>}
 */
async function offersOf(app) {
  const paths = (await app.api.get("/openapi.json")).data.paths ?? {};
  const has = (/** @type {string} */ path) => Object.keys(paths).some((known) => known.endsWith(path));
  return {
    exports: has("/exhibitions/{exhibition}/archive"),
    imports: has("/exhibitions/import") && app.can("edit"),
  };
}
