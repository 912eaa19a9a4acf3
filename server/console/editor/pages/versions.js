/** The history of an exhibition: what was published when and by whom, what comes next, and the ways back. */

import { button, element } from "../../core/elements.js";
import { readWhole, unsavedOf } from "../document/reading.js";
import { exhibitionPage, stationTitle } from "../parts/frame.js";
import { gapList } from "../parts/gap_list.js";
import { publishDialog } from "../parts/publish_dialog.js";
import { instantWords, newsWords, standingLine } from "../parts/standing.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/reading.js").Reading} Reading */
/** @typedef {import("../model/types.js").Version} Version */

const LIVE = Object.freeze({
  scheduled: "versions.goes_live",
  published: "versions.went_live",
  cancelled: "versions.not_live",
});

/**
 * @param {string[]} parts the exhibition's id
 * @param {App} app
 */
export async function openVersions([id], app) {
  return { element: new Versions(app, await readWhole(app, id)).element, title: app.texts.say("tabs.versions") };
}

class Versions {
  #app;
  #reading;

  /**
   * @param {App} app
   * @param {Reading} reading
   */
  constructor(app, reading) {
    this.#app = app;
    this.#reading = reading;
    this.element = this.#build();
  }

  get #path() {
    return `/exhibitions/${this.#reading.exhibition.id}`;
  }

  /** A station's title. @param {string} id */
  #title = (id) => {
    const found = this.#reading.stations.find((station) => station.id === id);
    return found ? stationTitle(this.#app, found, this.#reading.exhibition.content.languages) : id;
  };

  #build() {
    const { texts } = this.#app;
    const { exhibition, versions } = this.#reading;
    const list = element("ol", { class: "versions" }, ...versions.map((version) => this.#line(version)));
    return exhibitionPage(this.#app, exhibition, {
      tab: "versions",
      heading: element("h1", {}, texts.say("tabs.versions")),
      body: [
        this.#draft(),
        element(
          "section",
          { class: "section" },
          element("h2", {}, texts.say("versions.history")),
          versions.length > 0 ? list : element("p", { class: "soft" }, texts.say("versions.none")),
        ),
      ],
    });
  }

  /** How the draft stands, and what may be done with it. */
  #draft() {
    const { texts } = this.#app;
    const { exhibition, completeness, news } = this.#reading;
    const { missing } = completeness;
    const may = this.#app.can("publish");
    const publish = button(texts.say("publish.open"), () => void this.#publish(), "primary");
    const withdraw = button(texts.say("versions.withdraw"), () => void this.#withdraw(), "danger");
    const words = newsWords(this.#app, this.#reading, this.#title);
    const state =
      missing.length > 0 ? "" : news && !news.any ? texts.say("versions.same") : words || texts.say("versions.ready");
    return element(
      "div",
      { class: "version-draft" },
      standingLine(this.#app, this.#reading),
      state && element("p", {}, state),
      missing.length > 0 &&
        element(
          "div",
          { class: "note", "data-kind": "warning" },
          element("p", {}, texts.count("publish.incomplete", missing.length)),
        ),
      missing.length > 0 && gapList(this.#app, exhibition.id, missing, this.#title),
      may &&
        element("div", { class: "actions" }, missing.length === 0 && publish, exhibition.shown !== null && withdraw),
    );
  }

  /** @param {Version} version */
  #line(version) {
    const { texts } = this.#app;
    const { number, shown, state, made_by: by, note } = version;
    const zone = this.#reading.exhibition.content.schedule.timezone;
    const when = instantWords(this.#app, version.goes_live_at, zone);
    const key = shown ? "versions.shown" : `versions.${state}`;
    return element(
      "li",
      { class: "version", "data-state": shown ? "shown" : state },
      element("h3", {}, texts.say("versions.number", { number: String(number) })),
      element(
        "div",
        { class: "version-words" },
        element(
          "p",
          { class: "state", "data-state": shown ? "shown" : state === "scheduled" ? "scheduled" : "hidden" },
          texts.say(key),
        ),
        element("p", { class: "soft" }, texts.say(LIVE[state], { when })),
        element(
          "p",
          { class: "soft" },
          texts.say("versions.made", { who: this.#app.people(by), when: this.#app.date(version.made_at) }),
        ),
        note && element("p", { class: "version-note", dir: "auto" }, note),
      ),
      this.#actions(version),
    );
  }

  /** @param {Version} version */
  #actions(version) {
    const { texts } = this.#app;
    const publish = this.#app.can("publish");
    const name = { number: String(version.number) };
    const action = (/** @type {string} */ key, /** @type {() => Promise<void>} */ act) =>
      button(texts.say(key), () => void act(), "secondary", { "aria-label": texts.say(`${key}_label`, name) });
    return element(
      "div",
      { class: "actions" },
      publish && version.state === "scheduled" && action("versions.cancel", () => this.#cancel(version)),
      publish && version.state !== "scheduled" && !version.shown && action("versions.show", () => this.#show(version)),
      this.#app.can("edit") && action("versions.copy", () => this.#copy(version)),
    );
  }

  async #publish() {
    try {
      if (await publishDialog(this.#app, this.#reading, this.#title)) this.#app.reload();
    } catch (error) {
      this.#app.report(error);
    }
  }

  /** @param {Version} version */
  #show({ number }) {
    const values = { number: String(number) };
    return this.#do("versions.show", values, { danger: false }, `${this.#path}/versions/${number}/show`);
  }

  /** @param {Version} version */
  #cancel({ number }) {
    const values = { number: String(number) };
    return this.#do("versions.cancel", values, { danger: true }, `${this.#path}/versions/${number}/cancel`);
  }

  /** @param {Version} version */
  async #copy({ number }) {
    const unsaved = unsavedOf(this.#app, this.#reading).length > 0;
    const values = { number: String(number) };
    await this.#do(
      "versions.copy",
      values,
      { danger: Boolean(this.#reading.news?.any) || unsaved },
      `${this.#path}/versions/${number}/copy`,
    );
  }

  #withdraw() {
    return this.#do("versions.withdraw", {}, { danger: true }, `${this.#path}/withdraw`);
  }

  /**
   * Asks shortly, does it, says that it is done, and shows the page anew.
   * @param {string} key
   * @param {Record<string, string>} values
   * @param {{danger: boolean}} options
   * @param {string} path
   */
  async #do(key, values, { danger }, path) {
    const { texts, api } = this.#app;
    const question = texts.say(`${key}_question`, values);
    if (
      !(await this.#app.confirm(question, { danger, detail: texts.say(`${key}_detail`, values), yes: texts.say(key) }))
    )
      return;
    try {
      await api.post(path);
      this.#app.notice(texts.say(`${key}_done`, values), "done");
    } catch (error) {
      this.#app.report(error);
    }
    this.#app.reload();
  }
}
