/** The ways to the screens beside works: wall pages of stations whose visitors may offer pictures. */

import { element } from "../../core/elements.js";
import { stationTitle } from "./frame.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Station} Station */

/**
 * @param {App} app
 * @param {import("../model/types.js").Exhibition} exhibition
 * @param {readonly Station[]} stations
 * @returns {HTMLElement | null} null: there is none, or the exhibition is not on show
 */
export function wallLinks(app, { id, content, shown }, stations) {
  const { texts } = app;
  const mayOffer = (/** @type {Station} */ station) =>
    [station.content.experience, ...content.programmes.map(({ experiences }) => experiences[station.id])].some(
      (experience) => experience?.kind === "dream" && experience.wall,
    );
  const walls = stations.filter(mayOffer);
  if (walls.length === 0 || shown === null) return null;
  const links = walls.map((station) => {
    const href = `/wall/${station.id}?exhibition=${id}`;
    const name = stationTitle(app, station, content.languages);
    return element("li", {}, element("a", { href, target: "_blank", rel: "noopener", dir: "auto" }, name));
  });
  return element(
    "section",
    { class: "section" },
    element("h2", {}, texts.say("decide.walls")),
    element("p", { class: "hint" }, texts.say("decide.walls_hint")),
    element("ul", { class: "wall-links" }, ...links),
  );
}
