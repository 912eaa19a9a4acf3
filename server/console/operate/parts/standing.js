/** What the doctor found last and which alerts stand, in one line each; looked at once a minute. */

import { element, fill, setText } from "../../core/elements.js";
import { Problem } from "../../core/problem.js";
import { levelMark } from "./mark.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Doctor} Doctor */

const PERIOD_MS = 60_000;

export class Standing {
  #app;
  #doctor = element("a", { href: "#/operate/doctor" });
  #alerts = element("a", { href: "#/operate/events" });
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;
  #closing = new AbortController();

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const lines = [this.#doctor, this.#alerts].map((line) => element("span", {}, line));
    this.element = element("p", { class: "facts standing-line", hidden: true }, ...lines);
  }

  start() {
    void this.#look();
    this.#looking = setInterval(() => void this.#look(), PERIOD_MS);
  }

  close() {
    clearInterval(this.#looking);
    this.#closing.abort();
  }

  async #look() {
    const { api, texts } = this.#app;
    const { signal } = this.#closing;
    try {
      const [doctor, alerts] = await Promise.all([
        api.get("/operate/doctor", { signal }),
        api.get("/operate/alerts", { signal }),
      ]);
      const line = doctorLine(this.#app, doctor.data);
      fill(this.#doctor, levelMark(line.level, line.text));
      this.#showAlerts(alerts.data.standing);
      this.element.hidden = false;
    } catch (error) {
      // While the server is away this line stays as it was: the page says that nothing comes.
      if (!(error instanceof Problem)) this.#app.report(error);
    }
  }

  /** @param {{headline: string}[]} standing */
  #showAlerts(standing) {
    const { texts } = this.#app;
    const { length } = standing;
    if (length === 0) setText(this.#alerts, texts.say("operate.no_alerts"));
    else if (length > 1) setText(this.#alerts, texts.count("operate.alerts", length));
    else {
      const words = element("span", { lang: "en" }, standing[0].headline); // the server's own
      fill(this.#alerts, texts.say("operate.alert"), words);
    }
  }
}

/**
 * @param {App} app
 * @param {Doctor} doctor
 * @returns {{level: "well" | "quiet" | "warning" | "error", text: string}}
 */
export function doctorLine({ texts }, { running, failure, report }) {
  if (running) return { level: "quiet", text: texts.say("doctor.runs") };
  if (!report)
    return { level: failure ? "error" : "quiet", text: texts.say(failure ? "doctor.failed" : "doctor.never") };
  const when = texts.moment(report.at);
  const of = (/** @type {string} */ state) => report.checks.filter((check) => check.state === state).length;
  const found = [
    of("fault") > 0 && texts.count("doctor.faults", of("fault")),
    of("warning") > 0 && texts.count("doctor.warnings", of("warning")),
  ].filter((words) => words !== false);
  if (found.length === 0) return { level: "well", text: texts.say("doctor.well", { when }) };
  const level = of("fault") > 0 ? "error" : "warning";
  return { level, text: texts.say("doctor.found", { when, found: texts.list(found) }) };
}
