/** One exhibition in the list: its first picture, its label, and what may be done with it. */

import { element, fill, icon } from "../core/elements.js";

/**
 * @param {import("../core/app.js").App} app
 * @param {import("./exhibitions.js").Summary} exhibition
 * @param {import("./exhibitions.js").Offers} offers
 * @param {() => void} changed the list is to be read again
 */
export function exhibitionCard(app, exhibition, offers, changed) {
  const { texts } = app;
  const title = titleOf(app, exhibition);
  const address = `#/e/${encodeURIComponent(exhibition.id)}`;
  const states = element("p", { class: "states" }, stateLine(texts, exhibition.shown === null ? "hidden" : "shown"));
  void showStates(app, exhibition, states);
  return element(
    "li",
    { class: "exhibition", "data-key": exhibition.id },
    element("a", { class: "hung", href: address, tabindex: "-1", "aria-hidden": "true" }, pictureOf(texts, exhibition)),
    element(
      "div",
      { class: "placard" },
      element(
        "div",
        { class: "placard-head" },
        element("h2", { lang: title.lang || null, dir: "auto" }, element("a", { href: address }, title.text)),
        menu(app, exhibition, title.text, offers, changed),
      ),
      states,
      element(
        "p",
        { class: "facts" },
        element("span", {}, texts.count("stations", exhibition.stations)),
        element(
          "span",
          {},
          texts.list(
            exhibition.languages.map((tag) => app.languageName(tag)),
            "unit",
          ),
        ),
      ),
      element(
        "p",
        { class: "hint" },
        texts.say("changed", { when: texts.ago(exhibition.changed_at), who: app.people(exhibition.changed_by) }),
      ),
    ),
  );
}

/**
 * In the curator's language; without any title, its id.
 * @param {import("../core/app.js").App} app
 * @param {import("./exhibitions.js").Summary} exhibition
 */
export function titleOf({ texts }, { id, title, languages }) {
  const found = texts.of(title, languages);
  return found.text ? found : { text: id, lang: "" };
}

/**
 * @param {import("../core/texts.js").Texts} texts
 * @param {import("./exhibitions.js").Summary} exhibition
 */
function pictureOf(texts, { picture }) {
  if (!picture) return element("div", { class: "bare" }, texts.say("no_picture"));
  return element("img", { src: `/api/v1/pictures/${picture}`, alt: "", loading: "lazy", decoding: "async" });
}

/**
 * @param {import("../core/texts.js").Texts} texts
 * @param {"shown" | "changed" | "scheduled" | "hidden"} state
 * @param {Record<string, string>} [values]
 */
function stateLine(texts, state, values = {}) {
  return element("span", { class: "state", "data-state": state }, texts.say(`state_${state}`, values));
}

/**
 * What the list does not know: whether the draft was changed since, and what is to come.
 * @param {import("../core/app.js").App} app
 * @param {import("./exhibitions.js").Summary} exhibition
 * @param {HTMLElement} place
 */
async function showStates(app, exhibition, place) {
  /** @type {import("./exhibitions.js").Version[]} */
  const versions = await app.api.get(`/exhibitions/${exhibition.id}/versions`).then(
    ({ data }) => data,
    () => [], // it was removed meanwhile, or the server is away: then the list says no more than it does
  );
  const shown = versions.find((version) => version.shown);
  const coming = versions
    .filter(({ state }) => state === "scheduled")
    .map(({ goes_live_at }) => goes_live_at)
    .sort()[0];
  const isChanged = shown !== undefined && new Date(exhibition.changed_at) > new Date(shown.made_at);
  fill(
    place,
    stateLine(app.texts, shown || exhibition.shown !== null ? "shown" : "hidden"),
    isChanged && stateLine(app.texts, "changed"),
    coming !== undefined && stateLine(app.texts, "scheduled", { when: app.date(coming) }),
  );
}

/**
 * @param {import("../core/app.js").App} app
 * @param {import("./exhibitions.js").Summary} exhibition
 * @param {string} title
 * @param {import("./exhibitions.js").Offers} offers
 * @param {() => void} changed
 */
function menu(app, exhibition, title, offers, changed) {
  const { texts } = app;
  const archive = `/api/v1/exhibitions/${encodeURIComponent(exhibition.id)}/archive`;
  const may = app.can("publish");
  const entries = [
    exhibition.shown !== null &&
      element("a", { href: `/exhibitions/${exhibition.id}`, target: "_blank" }, texts.say("see_as_visitor")),
    offers.exports && element("a", { href: archive, download: `${exhibition.id}.zip` }, texts.say("export")),
    may &&
      exhibition.shown !== null &&
      entry(texts.say("withdraw"), () => void withdraw(app, exhibition, title, changed)),
    may && entry(texts.say("remove_exhibition"), () => void remove(app, exhibition, title, changed), "ends"),
  ].filter(Boolean);
  if (entries.length === 0) return null;
  const label = texts.say("more_of", { title });
  return element(
    "details",
    { class: "menu" },
    element("summary", { class: "round", "aria-label": label, title: texts.say("more") }, icon("more")),
    element("div", { class: "menu-body" }, ...entries),
  );
}

/**
 * @param {string} label
 * @param {() => void} onclick
 * @param {string | null} [className]
 */
function entry(label, onclick, className = null) {
  return element("button", { type: "button", class: className, onclick }, label);
}

/**
 * @param {import("../core/app.js").App} app
 * @param {import("./exhibitions.js").Summary} exhibition
 * @param {string} title
 * @param {() => void} changed
 */
async function withdraw(app, { id }, title, changed) {
  const { texts } = app;
  const sure = await app.confirm(texts.say("withdraw_question", { title }), {
    detail: texts.say("withdraw_means"),
    yes: texts.say("withdraw"),
    danger: true,
  });
  if (!sure) return;
  try {
    await app.api.post(`/exhibitions/${id}/withdraw`);
    app.notice(texts.say("withdrawn", { title }));
    changed();
  } catch (error) {
    app.report(error);
  }
}

/**
 * @param {import("../core/app.js").App} app
 * @param {import("./exhibitions.js").Summary} exhibition
 * @param {string} title
 * @param {() => void} changed
 */
async function remove(app, { id, shown }, title, changed) {
  const { texts } = app;
  if (shown !== null) {
    await app.confirm(texts.say("remove_shown", { title }), { detail: texts.say("remove_shown_means") });
    return;
  }
  const sure = await app.confirm(texts.say("remove_question", { title }), {
    detail: texts.say("remove_means"),
    yes: texts.say("remove_exhibition"),
    typed: id,
    danger: true,
  });
  if (!sure) return;
  try {
    await app.api.delete(`/exhibitions/${id}`);
    app.notice(texts.say("removed", { title }));
    changed();
  } catch (error) {
    app.report(error);
  }
}
