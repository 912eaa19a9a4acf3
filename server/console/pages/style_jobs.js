/** Paintings on their way to become styles: how far they are, looked at each second while somebody looks. */

import { button, element, fill } from "../core/elements.js";

const PERIOD_MS = 1000;

/** What the work says of itself, in our words. */
const DOING = Object.freeze([
  [/nearest/, "learn_nearest"],
  [/fitting/, "learn_fitting"],
  [/preview/, "learn_preview"],
]);

/**
 * @typedef {object} Job
 * @property {string} id
 * @property {string} style
 * @property {string} name
 * @property {"running" | "done" | "failed" | "cancelled"} state
 * @property {string} doing
 * @property {number} share 0 to 1
 * @property {string} sentence why it failed
 */

export class StyleJobs {
  #app;
  #learned;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isClosed = false;
  /** @type {Set<string>} of jobs that ran while the page was open */
  #running = new Set();
  /** @type {Map<string, ReturnType<typeof runningLine>>} */
  #lines = new Map();
  #look = () => document.visibilityState === "visible" && this.#running.size > 0 && void this.read();

  /**
   * @param {import("../core/app.js").App} app
   * @param {{learned: (style: string) => void}} listeners
   */
  constructor(app, { learned }) {
    this.#app = app;
    this.#learned = learned;
    this.element = element("section", { class: "jobs", "aria-label": app.texts.say("learning"), hidden: true });
    document.addEventListener("visibilitychange", this.#look);
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#look);
  }

  async read() {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    try {
      this.#draw((await this.#app.api.get("/styles/jobs")).data);
    } catch (error) {
      if (this.#running.size === 0) throw error; // else the server is away for a moment: it is asked again
    }
    const isSeen = document.visibilityState === "visible";
    if (this.#running.size > 0 && isSeen && !this.#isClosed)
      this.#timer = setTimeout(() => void this.read(), PERIOD_MS);
  }

  /** @param {Job[]} jobs the newest first */
  #draw(jobs) {
    const running = jobs.filter(({ state }) => state === "running");
    for (const job of jobs) if (this.#running.has(job.id) && job.state !== "running") this.#ended(job);
    this.#running = new Set(running.map(({ id }) => id));
    for (const job of running) {
      const line = this.#lines.get(job.id) ?? runningLine(this.#app, job, () => void this.#cancel(job));
      line.update(job);
      this.#lines.set(job.id, line);
      if (!line.element.isConnected) this.element.append(line.element);
    }
    this.element.hidden = this.element.childElementCount === 0;
  }

  /** @param {Job} job */
  #ended(job) {
    const { texts } = this.#app;
    this.#lines.get(job.id)?.element.remove();
    this.#lines.delete(job.id);
    if (job.state === "done") {
      this.#app.notice(texts.say("learned", { name: job.name }));
      this.#learned(job.style);
    } else if (job.state === "cancelled") {
      this.#app.notice(texts.say("learn_cancelled", { name: job.name }));
    } else {
      const line = element("div", { class: "note", "data-kind": "error" });
      fill(
        line,
        element("p", {}, texts.say("learn_failed", { name: job.name })),
        element("p", { class: "hint", lang: "en" }, job.sentence),
        button(
          texts.say("close"),
          () => (line.remove(), (this.element.hidden = this.element.childElementCount === 0)),
          "quiet",
        ),
      );
      this.element.append(line);
    }
  }

  /** @param {Job} job */
  async #cancel({ id, name }) {
    const { texts, api } = this.#app;
    const question = texts.say("learn_cancel_question", { name });
    if (
      !(await this.#app.confirm(question, { yes: texts.say("learn_cancel"), detail: texts.say("learn_cancel_means") }))
    )
      return;
    try {
      await api.delete(`/styles/jobs/${id}`);
      await this.read();
    } catch (error) {
      this.#app.report(error);
    }
  }
}

/** How long something goes on, judged by how fast it went since it was first looked at. */
export class Rate {
  /** @type {{share: number, atMs: number} | null} */
  #first = null;

  /**
   * Seconds until all is done; null while too little was seen to tell.
   * @param {number} share 0 to 1
   * @param {number} nowMs
   */
  leftS(share, nowMs) {
    this.#first ??= { share, atMs: nowMs };
    const done = share - this.#first.share;
    if (done < 0.02) return null;
    return ((1 - share) / done) * ((nowMs - this.#first.atMs) / 1000);
  }
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Job} job
 * @param {() => void} cancel
 */
function runningLine(app, job, cancel) {
  const { texts } = app;
  const bar = element("progress", { max: 1, "aria-label": texts.say("learning_of", { name: job.name }) });
  const doing = element("p", { class: "hint" });
  const rate = new Rate();
  const line = element(
    "div",
    { class: "job" },
    element("div", {}, element("h2", {}, texts.say("learning_of", { name: job.name })), bar, doing),
    app.can("edit") && button(texts.say("learn_cancel"), cancel, "secondary"),
  );
  return {
    element: line,
    /** @param {Job} now */
    update(now) {
      const key = DOING.find(([form]) => /** @type {RegExp} */ (form).test(now.doing))?.[1];
      const said = key ? texts.say(/** @type {string} */ (key)) : texts.say("learn_starting");
      bar.value = now.share;
      const left = rate.leftS(now.share, Date.now());
      const when = left === null ? "" : texts.say("learn_left", { time: texts.duration(left) });
      doing.textContent = texts.say("learn_state", { share: texts.percent(now.share), doing: said, left: when });
    },
  };
}
