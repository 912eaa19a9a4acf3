/** What an operator does for the whole house: asks where it interrupts visitors, does it, says that it is done. */

import { dialog } from "../../core/dialog.js";
import { element } from "../../core/elements.js";
import { choices, field, formNote } from "../../core/form.js";
import { workerId } from "../model/condition.js";
import { levelMark } from "./mark.js";
import { nameOf } from "./processes.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Decisions} Decisions */
/** @typedef {import("../model/types.js").WorkerReading} WorkerReading */

export const MESSAGE_CHARS = 200;

export class HouseActs {
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /** @param {string} present what phones show now */
  async announce(present) {
    const { texts, api } = this.#app;
    const input = element("input", { name: "text", type: "text", maxlength: MESSAGE_CHARS, autocomplete: "off" });
    input.value = present;
    const note = formNote();
    const form = [
      element("p", {}, texts.say("acts.announce_means")),
      field(texts.say("acts.announcement"), input, { hint: texts.say("acts.announce_hint") }),
      note,
    ];
    const act = async () => {
      try {
        await api.put("/operate/announcement", { text: input.value.trim() });
        return true;
      } catch (error) {
        this.#app.explain(error, asked.element, note);
        return false;
      }
    };
    const asked = dialog(texts.say("acts.announce_title"), form, [
      { label: texts.say("cancel"), value: "" },
      { label: texts.say("acts.announce_do"), value: "done", kind: "primary", act },
    ]);
    input.focus();
    if ((await asked.closed) === "done") this.#app.notice(texts.say("acts.announced"));
  }

  takeBack() {
    return this.#do(() => this.#app.api.delete("/operate/announcement"), "acts.taken_back");
  }

  /** @param {number} live visitors who are in */
  async drain(live) {
    const { texts } = this.#app;
    const present = live > 0 ? texts.count("acts.drain_live", live) : texts.say("acts.nobody");
    const detail = [texts.say("acts.drain_means"), present];
    if (!(await this.#app.confirm(texts.say("acts.drain_question"), { detail, yes: texts.say("acts.drain") }))) return;
    await this.#do(() => this.#app.api.put("/operate/draining", undefined), "acts.drained");
  }

  undrain() {
    return this.#do(() => this.#app.api.delete("/operate/draining"), "acts.undrained");
  }

  async chooseBrush() {
    const { texts, api } = this.#app;
    /** @type {Decisions} */
    const decisions = (await api.get("/operate/operations")).data;
    const options = ["auto", "full", "light"].map((value) => ({
      value,
      label: texts.say(`brush.${value}`),
      hint: texts.say(`brush.${value}_hint`),
    }));
    let chosen = decisions.brush.brush;
    const set = choices(texts.say("acts.brush_legend"), "brush", options, chosen, (value) => {
      chosen = /** @type {typeof chosen} */ (value);
    });
    const lacks = !decisions.brush.lighter && element("p", { class: "hint" }, texts.say("brush.no_lighter"));
    const asked = dialog(
      texts.say("acts.brush_title"),
      [set, lacks],
      [
        { label: texts.say("cancel"), value: "" },
        { label: texts.say("acts.brush_do"), value: "done", kind: "primary" },
      ],
    );
    if ((await asked.closed) === "done" && chosen !== decisions.brush.brush) await this.pin(chosen);
  }

  /** @param {"auto" | "full" | "light"} brush */
  pin(brush) {
    return this.#do(() => this.#app.api.put("/operate/brush", { brush }), `acts.brush_is_${brush}`);
  }

  /** @param {WorkerReading} worker */
  async restart(worker) {
    const { texts } = this.#app;
    const name = nameOf(this.#app, worker.name);
    const served = worker.sessions > 0 ? texts.count("acts.restart_means", worker.sessions) : texts.say("acts.nobody");
    const detail = workerId(worker.name) === "dreamer" ? texts.say("acts.restart_dreamer") : served;
    const question = texts.say("acts.restart_question", { name });
    if (!(await this.#app.confirm(question, { detail, yes: texts.say("worker.restart") }))) return;
    const path = `/operate/workers/${workerId(worker.name)}/restart`;
    await this.#do(() => this.#app.api.post(path), "acts.restarted", { name });
  }

  /** Goes to the doctor's page, where the round is seen. */
  async callDoctor() {
    try {
      await this.#app.api.post("/operate/doctor");
      this.#app.go("#/operate/doctor");
    } catch (error) {
      this.#app.report(error);
    }
  }

  async testAlerts() {
    const { texts, api } = this.#app;
    try {
      /** @type {{channel: string, sent: boolean, sentence: string}[]} */
      const outcomes = (await api.post("/operate/alerts/test")).data;
      const lines = outcomes.map(({ channel, sent, sentence }) =>
        element(
          "li",
          {},
          levelMark(sent ? "well" : "error", channelName(this.#app, channel)),
          element("p", { class: "hint", lang: "en" }, sentence),
        ),
      );
      const said = lines.length > 0 ? element("ul", { class: "outcomes" }, ...lines) : texts.say("acts.test_no_way");
      await dialog(texts.say("acts.test_title"), said, [{ label: texts.say("ok"), value: "", kind: "primary" }]).closed;
    } catch (error) {
      this.#app.report(error);
    }
  }

  /**
   * @param {() => Promise<unknown>} act
   * @param {string} done key of what is said then
   * @param {Record<string, string>} [values]
   */
  async #do(act, done, values = {}) {
    try {
      await act();
      this.#app.notice(this.#app.texts.say(done, values));
    } catch (error) {
      this.#app.report(error);
    }
  }
}

/**
 * @param {App} app
 * @param {string} channel
 */
export function channelName({ texts }, channel) {
  return texts.has(`channel.${channel}`) ? texts.say(`channel.${channel}`) : channel;
}
