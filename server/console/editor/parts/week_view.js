/** A week drawn as a wall of hours: what is open when, and which programme runs. Reads the saved draft. */

import { button, element, fill, iconButton } from "../../core/elements.js";
import { addDays, minutesOf, mondayOf, wallClock } from "../model/dates.js";
import { dateName } from "./weekday_names.js";

const TONES = 5;
const LEAST_HOURS = 8;

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Day} Day */
/** @typedef {import("../model/types.js").ExhibitionContent} ExhibitionContent */

export class WeekView {
  #app;
  #path;
  #content;
  #first;
  #turn = 0;
  #title = element("h2", { class: "week-title", "aria-live": "polite" });
  #wall = element("div", { class: "week", role: "group", tabindex: 0 });

  /**
   * @param {App} app
   * @param {string} exhibition
   * @param {ExhibitionContent} content as it is saved
   */
  constructor(app, exhibition, content) {
    this.#app = app;
    this.#path = `/exhibitions/${exhibition}/schedule`;
    this.#content = content;
    this.#first = mondayOf(this.#today);
    const { texts } = app;
    this.#wall.setAttribute("aria-label", texts.say("week.label"));
    this.element = element(
      "section",
      { class: "week-view" },
      element(
        "div",
        { class: "week-head" },
        this.#title,
        element(
          "div",
          { class: "actions" },
          iconButton(texts.say("week.before"), "back", () => this.#go(-7)),
          button(texts.say("week.today"), () => this.#goTo(mondayOf(this.#today))),
          iconButton(texts.say("week.after"), "forward", () => this.#go(7)),
        ),
      ),
      this.#wall,
    );
  }

  get #today() {
    return wallClock(new Date(), this.#content.schedule.timezone).slice(0, 10);
  }

  /** @param {ExhibitionContent} content as it is saved now */
  async renew(content) {
    this.#content = content;
    await this.load();
  }

  async load() {
    this.#turn += 1;
    const turn = this.#turn;
    this.#wall.setAttribute("aria-busy", "true");
    try {
      const { data } = await this.#app.api.get(`${this.#path}?first=${this.#first}&days=7`);
      if (turn === this.#turn) this.#render(data);
    } catch (error) {
      if (turn === this.#turn) this.#app.report(error);
    } finally {
      if (turn === this.#turn) this.#wall.removeAttribute("aria-busy");
    }
  }

  /** @param {number} days */
  #go(days) {
    this.#goTo(addDays(this.#first, days));
  }

  /** @param {string} first */
  #goTo(first) {
    this.#first = first;
    void this.load();
  }

  /** @param {Day[]} days */
  #render(days) {
    const { texts } = this.#app;
    const [from, to] = hoursShown(days);
    const first = dateName(texts, days[0].on, { day: "numeric", month: "long" });
    this.#title.textContent = `${first} – ${dateName(texts, days[6].on)}`;
    this.#wall.style.setProperty("--from", String(from));
    this.#wall.style.setProperty("--hours", String(to - from));
    fill(this.#wall, hourScale(from, to), ...days.map((day) => this.#day(day)));
  }

  /** @param {Day} day */
  #day({ on, event, spans }) {
    const { texts } = this.#app;
    const today = on === this.#today;
    const head = element(
      "h3",
      {},
      element("span", { class: "week-day" }, dateName(texts, on, { weekday: "short" })),
      element("span", {}, dateName(texts, on, { day: "numeric", month: "short" })),
      today && element("span", { class: "unseen" }, texts.say("week.is_today")),
    );
    const blocks = spans.map((span) => this.#block(span));
    const closed = spans.length === 0 && element("p", { class: "week-closed" }, texts.say("hours.closed"));
    return element(
      "div",
      { class: "week-column", "data-today": today ? "yes" : null },
      head,
      element("p", { class: "week-event", dir: "auto" }, event),
      element("div", { class: "week-hours-of-day" }, closed, ...blocks, today && this.#nowLine()),
    );
  }

  /** @param {Day["spans"][number]} span */
  #block({ start, end, programme, event }) {
    const { texts } = this.#app;
    const place = this.#content.programmes.findIndex(({ id }) => id === programme);
    const name = programme ? (this.#content.programmes[place]?.name ?? programme) : texts.say("schedule.base");
    const block = element(
      "p",
      {
        class: "week-block",
        "data-tone": programme ? String((place % TONES) + 1) : "0",
        title: [`${start}–${end}`, name, event].filter(Boolean).join("\n"),
      },
      element("span", { class: "week-time" }, `${start}–${end}`),
      element("span", { class: "week-name", dir: "auto" }, name),
    );
    block.style.setProperty("--start", String(minutesOf(start) / 60));
    block.style.setProperty("--length", String((minutesOf(end) - minutesOf(start)) / 60));
    return block;
  }

  #nowLine() {
    const line = element("span", { class: "week-now", "aria-hidden": "true" });
    line.style.setProperty(
      "--start",
      String(minutesOf(wallClock(new Date(), this.#content.schedule.timezone).slice(11)) / 60),
    );
    return line;
  }
}

/**
 * From which hour to which, with a little air, and never a mere slit.
 * @param {Day[]} days
 * @returns {[number, number]}
 */
function hoursShown(days) {
  const spans = days.flatMap((day) => day.spans);
  if (spans.length === 0) return [8, 20];
  const from = Math.max(0, Math.floor(Math.min(...spans.map(({ start }) => minutesOf(start))) / 60) - 1);
  const to = Math.min(24, Math.ceil(Math.max(...spans.map(({ end }) => minutesOf(end))) / 60) + 1);
  return [Math.max(0, Math.min(from, to - LEAST_HOURS)), to];
}

/**
 * @param {number} from
 * @param {number} to
 */
function hourScale(from, to) {
  const scale = element("div", { class: "week-scale", "aria-hidden": "true" });
  for (let hour = from; hour <= to; hour += 1) {
    const label = element("span", {}, `${String(hour).padStart(2, "0")}:00`);
    label.style.setProperty("--start", String(hour));
    scale.append(label);
  }
  return scale;
}
