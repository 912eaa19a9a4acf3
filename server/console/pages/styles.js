/** Every style: what it makes of a picture, and paintings that become new ones. */

import { button, element, fill } from "../core/elements.js";
import { learnPainting } from "./style_learn.js";
import { StyleJobs } from "./style_jobs.js";
import { StyleTrial } from "./style_trial.js";

/**
 * @typedef {object} Style
 * @property {string} id
 * @property {Record<string, string>} name
 * @property {string} painter
 * @property {number | null} year
 * @property {string} thumbnail
 * @property {boolean} added by the gallery
 */

/**
 * @param {string[]} _parts
 * @param {import("../core/app.js").App} app
 * @returns {Promise<import("../core/router.js").Page>}
 */
export async function openStyles(_parts, app) {
  const { texts } = app;
  /** @type {Style[]} */
  let styles = (await app.api.get("/styles")).data;
  const trial = new StyleTrial(app);
  const grid = element("fieldset", { class: "styles" });
  const jobs = new StyleJobs(app, { learned: (id) => void learned(id) });

  /** @param {string} chosen */
  function draw(chosen) {
    const choose = (/** @type {Style} */ style) => trial.choose(style.id, words(app, style).text);
    fill(
      grid,
      element("legend", { class: "unseen" }, texts.say("try_style")),
      ...styles.map((style) => styleChoice(app, style, style.id === chosen, () => choose(style))),
    );
    const first = styles.find(({ id }) => id === chosen);
    if (first) choose(first);
  }

  /** @param {string} id */
  async function learned(id) {
    try {
      styles = (await app.api.get("/styles")).data;
      draw(id);
    } catch (error) {
      app.report(error);
    }
  }

  const learn = () => learnPainting(app, () => void jobs.read());
  const page = element(
    "div",
    { class: "page" },
    element(
      "div",
      { class: "page-head" },
      element(
        "div",
        {},
        element("h1", {}, texts.say("nav_styles")),
        element("p", { class: "lead" }, texts.say("styles_lead")),
      ),
      app.can("edit") &&
        element(
          "div",
          { class: "actions" },
          button(texts.say("learn"), () => void learn(), "primary"),
        ),
    ),
    jobs.element,
    element(
      "div",
      { class: "atelier" },
      trial.element,
      element("section", {}, element("h2", {}, texts.count("styles_count", styles.length)), grid),
    ),
  );
  await jobs.read();
  draw(styles[0]?.id ?? "");
  return {
    element: page,
    title: texts.say("nav_styles"),
    close: () => {
      jobs.close();
      trial.close();
    },
  };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Style} style
 */
function words({ texts }, { name, id }) {
  const found = texts.of(name);
  return found.text ? found : { text: id, lang: "" };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Style} style
 * @param {boolean} isChosen
 * @param {() => void} choose
 */
function styleChoice(app, style, isChosen, choose) {
  const { texts } = app;
  const { text, lang } = words(app, style);
  const radio = element("input", { type: "radio", name: "style", value: style.id, class: "unseen", onchange: choose });
  radio.checked = isChosen;
  const year = style.year === null ? "" : String(style.year);
  return element(
    "label",
    { class: "style" },
    radio,
    element("img", { src: style.thumbnail, alt: "", loading: "lazy", width: 160, height: 160 }),
    element("span", { class: "style-title", lang: lang || null, dir: "auto" }, text),
    element("span", { class: "hint" }, [style.painter, year].filter(Boolean).join(", ")),
    style.added && element("span", { class: "tag" }, texts.say("style_added")),
  );
}
