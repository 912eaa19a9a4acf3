/** What the doctor found: first what needs somebody, with what to do; then everything that was asked. */

import { button, element, fill, setText } from "../../core/elements.js";
import { operatePage, placeHash } from "../parts/frame.js";
import { levelMark } from "../parts/mark.js";
import { doctorLine } from "../parts/standing.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Check} Check */
/** @typedef {import("../model/types.js").Doctor} Doctor */
/** @typedef {import("../model/types.js").StationReading} StationReading */

const PERIOD_MS = 2000;
/** @type {Readonly<Record<Check["state"], "well" | "quiet" | "warning" | "error">>} */
const LEVELS = Object.freeze({ ok: "well", skipped: "quiet", warning: "warning", fault: "error" });

/**
 * @param {string[]} _parts
 * @param {App} app
 * @returns {Promise<import("../../core/router.js").Page>}
 */
export async function openDoctor(_parts, app) {
  const [doctor, reading] = await Promise.all([app.api.get("/operate/doctor"), app.api.get("/operate/reading")]);
  const page = new DoctorPage(app, reading.data.stations);
  page.show(doctor.data);
  return { element: page.element, title: app.texts.say("operate.tab_doctor"), close: () => page.close() };
}

class DoctorPage {
  #app;
  #stations;
  #line = element("p", { class: "lead", role: "status" });
  #failure = element("p", { class: "note", "data-kind": "error", lang: "en" });
  #report = element("div", {});
  #call;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;
  #closed = false;

  /**
   * @param {App} app
   * @param {StationReading[]} stations
   */
  constructor(app, stations) {
    this.#app = app;
    this.#stations = stations;
    const { texts } = app;
    this.#call = button(texts.say("acts.call_doctor"), () => void this.#begin(), "primary");
    this.element = operatePage(app, {
      tab: "doctor",
      head: [element("h1", {}, texts.say("operate.tab_doctor")), this.#line, this.#failure],
      actions: app.can("operate") && element("div", { class: "actions" }, this.#call),
      body: [this.#report],
    });
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#waiting);
  }

  /** @param {Doctor} doctor */
  show(doctor) {
    const { running, failure, report } = doctor;
    setText(this.#line, doctorLine(this.#app, doctor).text);
    setText(this.#failure, failure);
    this.#failure.hidden = !failure;
    this.#call.disabled = running;
    fill(this.#report, ...(report ? this.#answers(report) : [this.#nothing()]));
    clearTimeout(this.#waiting);
    if (running && !this.#closed) this.#waiting = setTimeout(() => void this.#look(), PERIOD_MS);
  }

  async #begin() {
    try {
      this.show((await this.#app.api.post("/operate/doctor")).data);
    } catch (error) {
      this.#app.report(error);
    }
  }

  async #look() {
    const answer = await this.#app.api.get("/operate/doctor").catch(() => null);
    if (this.#closed) return;
    if (answer) this.show(answer.data);
    else this.#waiting = setTimeout(() => void this.#look(), PERIOD_MS); // the server is away: the round may go on
  }

  #nothing() {
    return element("p", {}, this.#app.texts.say("doctor.means"));
  }

  /** @param {import("../model/types.js").Report} report */
  #answers({ checks, seconds }) {
    const { texts } = this.#app;
    const urgent = checks.filter(({ state }) => state === "fault" || state === "warning");
    const all = element(
      "details",
      { class: "all-checks", open: urgent.length === 0 },
      element("summary", {}, texts.count("doctor.all", checks.length, { time: texts.duration(seconds) })),
      ...this.#groups(checks),
    );
    return [...this.#groups(urgent), all];
  }

  /**
   * By what they are about, the house first.
   * @param {readonly Check[]} checks
   */
  #groups(checks) {
    /** @type {Map<string, Check[]>} */
    const found = new Map();
    for (const check of checks) {
      const key = `${check.exhibition}/${check.station}`;
      found.set(key, [...(found.get(key) ?? []), check]);
    }
    return [...found.values()].map((group) =>
      element("section", { class: "checks" }, this.#subject(group[0]), this.#list(group)),
    );
  }

  /** @param {Check} check */
  #subject({ exhibition, station }) {
    if (!station) return element("h2", {}, this.#app.texts.say("operate.house"));
    const known = this.#stations.find((one) => one.exhibition === exhibition && one.station === station);
    const title = known ? `${known.number} ${known.title}` : station;
    return element("h2", {}, known ? element("a", { href: placeHash("s", known), dir: "auto" }, title) : title);
  }

  /** @param {readonly Check[]} checks */
  #list(checks) {
    const { texts } = this.#app;
    const name = (/** @type {string} */ id) => (texts.has(`check.${id}`) ? texts.say(`check.${id}`) : id);
    // What was found and what to do are the server's own words.
    const lines = checks.map(({ id, state, sentence, advice }) =>
      element(
        "li",
        { "data-state": state },
        element(
          "p",
          { class: "check-name" },
          levelMark(LEVELS[state], name(id)),
          element("span", { class: "unseen" }, texts.say(`check_state.${state}`)),
        ),
        element(
          "div",
          { lang: "en" },
          element("p", {}, sentence),
          advice && element("p", { class: "check-advice" }, advice),
        ),
      ),
    );
    return element("ul", { class: "check-list" }, ...lines);
  }
}
