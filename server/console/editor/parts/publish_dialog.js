/** Publishes a draft, now or at a set time; where something is missing, says what and where. */

import { dialog } from "../../core/dialog.js";
import { element, fill, setText } from "../../core/elements.js";
import { choices, field } from "../../core/form.js";
import { instantOf, wallClock } from "../model/dates.js";
import { inOwnWords } from "../model/gaps.js";
import { unsavedOf } from "../document/reading.js";
import { gapList } from "./gap_list.js";
import { instantWords, zoneName } from "./standing.js";

const DAY_MS = 86_400_000;
const MOST_NOTE_CHARS = 400;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Exhibition} Exhibition */

/**
 * @param {App} app
 * @param {Pick<import("../document/reading.js").Reading, "exhibition" | "stations">} reading
 * @param {(station: string) => string} titleOfStation
 * @returns {Promise<boolean>} whether a version was made
 */
export async function publishDialog(app, reading, titleOfStation) {
  const { exhibition } = reading;
  const { data } = await app.api.get(`/exhibitions/${exhibition.id}/completeness`);
  if (data.missing.length > 0) return incomplete(app, exhibition, data.missing, titleOfStation);
  const unsaved = unsavedOf(app, reading).map((place) =>
    place ? titleOfStation(place) : app.texts.say("gap.exhibition"),
  );
  return new Publication(app, exhibition, unsaved, data.warnings ?? []).ask();
}

/**
 * @param {App} app
 * @param {Exhibition} exhibition
 * @param {readonly import("../model/types.js").Lack[]} missing
 * @param {(station: string) => string} titleOfStation
 */
async function incomplete(app, exhibition, missing, titleOfStation) {
  const { texts } = app;
  const list = gapList(app, exhibition.id, missing, titleOfStation);
  const intro = element("p", {}, texts.count("publish.incomplete", missing.length));
  const asked = dialog(
    texts.say("publish.not_yet"),
    [intro, list],
    [{ label: texts.say("close"), value: "", kind: "secondary" }],
    { className: "wide" },
  );
  list.addEventListener("click", (event) => event.target instanceof HTMLAnchorElement && asked.close());
  await asked.closed;
  return false;
}

class Publication {
  #app;
  #exhibition;
  #unsaved;
  #warnings;
  #zone;
  #note;
  #at;
  #when;
  #atField;
  #clock = element("p", { class: "hint", "aria-live": "polite" });
  #fault = element("p", { class: "error", role: "alert" });
  #later = false;
  /** @type {HTMLButtonElement | null} of the open dialog */
  #button = null;

  /**
   * @param {App} app
   * @param {Exhibition} exhibition
   * @param {readonly string[]} unsaved names of what this browser keeps and has not saved
   * @param {readonly string[]} warnings sentences of the server
   */
  constructor(app, exhibition, unsaved, warnings) {
    this.#app = app;
    this.#exhibition = exhibition;
    this.#unsaved = unsaved;
    this.#warnings = warnings;
    this.#zone = exhibition.content.schedule.timezone;
    const { texts } = app;
    this.#note = element("input", { type: "text", name: "note", maxlength: MOST_NOTE_CHARS, autocomplete: "off" });
    this.#at = element("input", {
      type: "datetime-local",
      name: "at",
      value: tomorrowAtTen(this.#zone),
      oninput: () => this.#say(),
    });
    this.#atField = field(texts.say("publish.at", { zone: zoneName(this.#zone) }), this.#at);
    const options = ["now", "later"].map((value) => ({
      value,
      label: texts.say(`publish.${value}`),
      hint: texts.say(`publish.${value}_hint`),
    }));
    this.#when = choices(texts.say("publish.when"), "when", options, "now", (value) => {
      this.#later = value === "later";
      this.#render();
    });
  }

  async ask() {
    const { texts } = this.#app;
    const asked = dialog(
      texts.say("publish.title"),
      [
        ...this.#warnings.map((warning) =>
          element("p", { class: "note", "data-kind": "warning" }, inOwnWords(this.#app, warning)),
        ),
        this.#unsaved.length > 0 &&
          element(
            "p",
            { class: "note", "data-kind": "warning" },
            texts.say("publish.unsaved", { places: texts.list(this.#unsaved) }),
          ),
        this.#when,
        element("div", { class: "publish-at" }, this.#atField, this.#clock),
        field(texts.say("publish.note"), this.#note, {
          hint: texts.say("publish.note_hint"),
          aside: element("span", { class: "soft small" }, texts.say("texts.optional")),
        }),
        this.#fault,
      ],
      [
        { label: texts.say("cancel"), value: "", kind: "secondary" },
        { label: texts.say("publish.publish"), value: "done", kind: "primary", act: () => this.#publish() },
      ],
    );
    this.#button = asked.buttons[1];
    this.#render();
    return (await asked.closed) === "done";
  }

  #render() {
    const { texts } = this.#app;
    const place = this.#atField.parentElement;
    if (place) place.hidden = !this.#later;
    if (this.#button) setText(this.#button, texts.say(this.#later ? "publish.schedule" : "publish.publish"));
    this.#say();
  }

  /** The time as it is read here and there. */
  #say() {
    const instant = this.#instant();
    setText(this.#clock, instant ? instantWords(this.#app, instant, this.#zone) : "");
  }

  #instant() {
    return this.#at.value ? instantOf(this.#at.value.slice(0, 16), this.#zone) : null;
  }

  async #publish() {
    const { texts, api } = this.#app;
    fill(this.#fault);
    const instant = this.#later ? this.#instant() : null;
    if (this.#later && !(instant && instant.getTime() > Date.now())) {
      fill(this.#fault, texts.say("publish.past"));
      return false;
    }
    try {
      const body = { note: this.#note.value, at: instant?.toISOString() ?? null };
      const { data } = await api.post(`/exhibitions/${this.#exhibition.id}/versions`, body);
      const values = { version: String(data.number), when: instantWords(this.#app, data.goes_live_at, this.#zone) };
      this.#app.notice(texts.say(this.#later ? "publish.scheduled" : "publish.published", values), "done");
      return true;
    } catch (error) {
      fill(this.#fault, this.#app.sentence(error));
      return false;
    }
  }
}

/** @param {string} zone */
function tomorrowAtTen(zone) {
  return `${wallClock(new Date(Date.now() + DAY_MS), zone).slice(0, 10)}T10:00`;
}
