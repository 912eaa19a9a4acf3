/** When an exhibition is open in an ordinary week, and by which clocks. */

import { element, iconButton } from "../../core/elements.js";
import { choices, field } from "../../core/form.js";
import { wallClock, zonesByRegion } from "../model/dates.js";
import { USUAL_HOURS, WEEKDAYS, spread } from "../model/hours.js";
import { announce } from "./announce.js";
import { HoursList } from "./hours_list.js";
import { weekdayName } from "./weekday_names.js";

const PATH = "schedule.weekly";
const TICK_MS = 15_000;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */

export class WeeklyForm {
  #app;
  #document;
  #choice;
  /** @type {HoursList[]} */
  #lists = [];
  #days;
  #zone = element("select", { name: "schedule.timezone" });
  #clock = element("p", { class: "hint" });
  #timer;
  #stop;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   */
  constructor(app, document) {
    this.#app = app;
    this.#document = document;
    const { texts } = app;
    const options = ["always", "week"].map((value) => ({
      value,
      label: texts.say(`schedule.${value}`),
      hint: texts.say(`schedule.${value}_hint`),
    }));
    this.#choice = choices(texts.say("schedule.opening"), "weekly", options, this.#kind, (value) =>
      this.#choose(value),
    );
    this.#choice.dataset.field = PATH;
    this.#days = element("div", { class: "week-hours" }, ...WEEKDAYS.map((day) => this.#row(day)));
    this.#zone.addEventListener("change", () => document.set("schedule.timezone", this.#zone.value));
    const zone = field(texts.say("schedule.zone"), this.#zone, { hint: texts.say("schedule.zone_hint") });
    zone.append(this.#clock);
    this.element = element(
      "fieldset",
      { class: "form weekly", disabled: !app.can("edit") },
      zone,
      this.#choice,
      this.#days,
    );
    this.#stop = document.onChange((path) => (path === "" || path.startsWith("schedule")) && this.#render());
    this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
    this.#render();
  }

  close() {
    this.#stop();
    window.clearInterval(this.#timer);
  }

  get #kind() {
    return this.#document.get(PATH) === null ? "always" : "week";
  }

  /** @param {string} day */
  #row(day) {
    const { texts } = this.#app;
    const name = weekdayName(texts, day, "long");
    const path = `${PATH}.${day}`;
    const list = new HoursList(this.#app, {
      path,
      label: name,
      get: () => this.#document.get(path) ?? [],
      set: (hours) => this.#document.set(path, hours),
    });
    this.#lists.push(list);
    const copy = iconButton(texts.say("hours.to_all", { name }), "copy", () => this.#copy(day, name));
    return element(
      "div",
      { class: "day-row", role: "group", "aria-label": name },
      element("span", { class: "day-name" }, name),
      list.element,
      copy,
    );
  }

  /**
   * @param {string} day
   * @param {string} name
   */
  #copy(day, name) {
    const hours = this.#document.get(`${PATH}.${day}`) ?? [];
    this.#document.set(PATH, spread(hours, WEEKDAYS, this.#document.get(PATH)));
    announce(this.#app.texts.say("hours.copied", { name }));
  }

  /** @param {string} kind */
  #choose(kind) {
    this.#document.set(PATH, kind === "always" ? null : spread([USUAL_HOURS], WEEKDAYS, null));
  }

  #render() {
    for (const radio of this.#choice.querySelectorAll("input")) radio.checked = radio.value === this.#kind;
    this.#days.hidden = this.#kind === "always";
    for (const list of this.#lists) list.render();
    this.#renderZone();
  }

  #renderZone() {
    const zone = this.#document.get("schedule.timezone");
    if (this.#zone.value === zone) return;
    const groups = [...zonesByRegion(zone)].map(([region, zones]) => {
      const options = zones.map((name) =>
        element("option", { value: name }, name.split("/").slice(1).join(" / ").replaceAll("_", " ") || name),
      );
      return element("optgroup", { label: region || this.#app.texts.say("schedule.zone_none") }, ...options);
    });
    this.#zone.replaceChildren(...groups);
    this.#zone.value = zone;
    this.#tick();
  }

  #tick() {
    const { texts } = this.#app;
    const zone = this.#document.get("schedule.timezone");
    const now = new Intl.DateTimeFormat(texts.language.code, {
      weekday: "long",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: zone,
    });
    this.#clock.textContent = texts.say("schedule.now_there", { time: now.format(new Date()) });
    this.#clock.dataset.wall = wallClock(new Date(), zone);
  }
}
