/** The processes that own models, and the queues in front of them. */

import { button, element } from "../../core/elements.js";
import { workerId } from "../model/condition.js";
import { LiveTable } from "./live_table.js";
import { NOTHING, milliseconds, size } from "./numbers.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").WorkerReading} WorkerReading */
/** @typedef {import("../model/types.js").LaneReading} LaneReading */

export class Workers {
  #app;
  #restart;
  #table;
  /** @type {Map<string, Process>} */
  #processes = new Map();

  /**
   * @param {App} app
   * @param {(worker: WorkerReading) => void} restart asked for
   */
  constructor(app, restart) {
    this.#app = app;
    this.#restart = restart;
    const { texts } = app;
    const columns = ["name", "state", "engine", "visitors", "restarts", "load"].map((key) =>
      texts.say(`worker.${key}`),
    );
    this.#table = new LiveTable(texts.say("house.workers"), app.can("operate") ? [...columns, ""] : columns);
    this.element = this.#table.element;
  }

  /** @param {readonly WorkerReading[]} workers */
  show(workers) {
    this.#table.show(workers.map((worker) => ({ key: worker.name, cells: this.#cells(worker) })));
  }

  /** @param {WorkerReading} worker */
  #cells(worker) {
    const { texts } = this.#app;
    const process =
      this.#processes.get(worker.name) ?? new Process(this.#app, () => this.#restart(process.worker), worker);
    this.#processes.set(worker.name, process);
    process.show(worker);
    const load = [texts.percent(worker.cpu_share), size(texts, worker.rss_bytes)];
    if (worker.device_bytes > 0) load.push(texts.say("worker.on_card", { size: size(texts, worker.device_bytes) }));
    const cells = [
      nameOf(this.#app, worker.name),
      process.state,
      worker.engine || NOTHING,
      workerId(worker.name) === "dreamer" ? NOTHING : texts.number(worker.sessions),
      texts.number(worker.restarts),
      worker.pid === null ? NOTHING : texts.list(load, "unit"),
    ];
    return this.#app.can("operate") ? [...cells, process.restart] : cells;
  }
}

/** What stays of a worker's row while its texts change. */
class Process {
  #app;
  #said = "";

  /**
   * @param {App} app
   * @param {() => void} restart
   * @param {WorkerReading} worker
   */
  constructor(app, restart, worker) {
    this.#app = app;
    this.worker = worker;
    this.state = element("div", { class: "process" });
    const label = app.texts.say("worker.restart_named", { name: nameOf(app, worker.name) });
    this.restart = button(app.texts.say("worker.restart"), restart, "quiet", { "aria-label": label });
  }

  /** @param {WorkerReading} worker */
  show(worker) {
    this.worker = worker;
    const { texts } = this.#app;
    const { ready, pid, fallback, last_fault } = worker;
    const state = ready ? (fallback ? "changed" : "shown") : "failed";
    const word = ready ? (fallback ? "worker.fallback" : "worker.ready") : pid ? "worker.starts" : "worker.down";
    const said = JSON.stringify([state, word, fallback, last_fault]);
    if (said === this.#said) return;
    this.#said = said;
    // Faults are the server's own words, as they stand in its log.
    const lines = [fallback, last_fault && texts.say("worker.last_fault", { fault: last_fault })].filter(Boolean);
    this.state.replaceChildren(
      element("span", { class: "state", "data-state": state }, texts.say(word)),
      ...lines.map((line) => element("p", { class: "hint", dir: "auto" }, line)),
    );
  }
}

export class Lanes {
  #app;
  #table;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const { texts } = app;
    const labels = ["name", "engine", "waiting", "batch", "slack"].map((key) => texts.say(`lane.${key}`));
    this.#table = new LiveTable(texts.say("house.lanes"), labels);
    this.element = this.#table.element;
  }

  /** @param {readonly LaneReading[]} lanes */
  show(lanes) {
    const { texts } = this.#app;
    const several = new Set(lanes.filter(({ kind }) => kind !== "dream").map(({ worker }) => worker)).size > 1;
    this.#table.show(
      lanes.map(({ worker, kind, engine, waiting, batch, slack_ms }) => ({
        key: `${kind} ${worker}`,
        cells: [
          texts.say(`lane.${kind}`) + (several && kind !== "dream" ? ` · ${worker}` : ""),
          engine || NOTHING,
          texts.number(waiting),
          batch > 0 ? texts.number(Math.round(batch * 10) / 10) : NOTHING,
          milliseconds(texts, slack_ms),
        ],
      })),
    );
  }
}

/**
 * @param {App} app
 * @param {string} name of a reading
 */
export function nameOf({ texts }, name) {
  const id = workerId(name);
  return id === "dreamer" ? texts.say("worker.dreamer") : texts.say("worker.named", { number: id });
}
