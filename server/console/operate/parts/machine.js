/** The machine: graphics cards, processors, memory, disk, and the server's own process. */

import { element, setText } from "../../core/elements.js";
import { shareOf } from "../model/amounts.js";
import { Facts } from "./facts.js";
import { Meter } from "./meter.js";
import { milliseconds, size, uptime } from "./numbers.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").CardReading} CardReading */
/** @typedef {import("../model/types.js").HostReading} HostReading */

const METERS = /** @type {const} */ (["cpu", "memory", "disk"]);
const FACTS = /** @type {const} */ (["lag", "process", "descriptors", "uptime"]);

export class Machine {
  #app;
  #meters;
  #facts;
  #cards;
  /** @type {Card[]} */
  #shown = [];

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const { texts } = app;
    this.#meters = Object.fromEntries(METERS.map((key) => [key, new Meter(texts.say(`machine.${key}`))]));
    this.#facts = new Facts(
      FACTS.map((key) => ({ key, label: texts.say(`machine.${key}`) })),
      "house-facts",
    );
    this.#cards = element("div", { class: "cards" });
    const meters = element("div", { class: "meters" }, ...METERS.map((key) => this.#meters[key].element));
    this.element = element("div", { class: "machine" }, this.#cards, meters, this.#facts.element);
  }

  /**
   * @param {HostReading} host
   * @param {readonly CardReading[]} cards
   */
  show(host, cards) {
    const { texts } = this.#app;
    this.#meters.cpu.show(host.cpu_share, texts.percent(host.cpu_share));
    this.#used("memory", host.memory_bytes, host.memory_total_bytes);
    this.#used("disk", host.disk_bytes, host.disk_total_bytes);
    this.#facts.show({
      lag: milliseconds(texts, host.loop_lag_p99_ms),
      process: size(texts, host.rss_bytes),
      descriptors: texts.number(host.descriptors),
      uptime: uptime(texts, host.uptime_s),
    });
    this.#showCards(cards);
  }

  /**
   * @param {"memory" | "disk"} key
   * @param {number} part
   * @param {number} whole
   */
  #used(key, part, whole) {
    const { texts } = this.#app;
    const used = texts.say("machine.of", { part: size(texts, part), whole: size(texts, whole) });
    this.#meters[key].show(shareOf(part, whole), used);
  }

  /** @param {readonly CardReading[]} cards */
  #showCards(cards) {
    if (cards.length !== this.#shown.length) {
      this.#shown = cards.map(() => new Card(this.#app));
      this.#cards.replaceChildren(...this.#shown.map((card) => card.element));
      this.#cards.hidden = cards.length === 0;
    }
    for (const [place, card] of cards.entries()) this.#shown[place].show(card);
  }
}

class Card {
  #app;
  #name = element("h4", {});
  #use;
  #memory;
  #facts;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const { texts } = app;
    this.#use = new Meter(texts.say("card.use"));
    this.#memory = new Meter(texts.say("card.memory"));
    this.#facts = new Facts(
      ["temperature", "power", "throttled"].map((key) => ({ key, label: texts.say(`card.${key}`) })),
      "house-facts",
    );
    const meters = element("div", { class: "meters" }, this.#use.element, this.#memory.element);
    this.element = element("div", { class: "card" }, this.#name, meters, this.#facts.element);
  }

  /** @param {CardReading} card */
  show({ name, use, memory_bytes, memory_total_bytes, temperature_c, power_w, throttled }) {
    const { texts } = this.#app;
    setText(this.#name, name);
    this.#use.show(use, texts.percent(use));
    const used = { part: size(texts, memory_bytes), whole: size(texts, memory_total_bytes) };
    this.#memory.show(shareOf(memory_bytes, memory_total_bytes), texts.say("machine.of", used));
    const why = throttled.split(", ").filter((word) => texts.has(`card.throttled_${word}`));
    this.#facts.show({
      temperature: texts.amount(temperature_c, "celsius"),
      power: power_w === null ? texts.say("card.no_power") : texts.say("card.watts", { power: Math.round(power_w) }),
      throttled: throttled
        ? texts.list(
            why.map((word) => texts.say(`card.throttled_${word}`)),
            "unit",
          ) || throttled
        : texts.say("card.not_throttled"),
    });
  }
}
