/** One station at a glance: its number and title, its condition, who is there, how quickly they are answered. */

import { element, setText } from "../../core/elements.js";
import { Facts } from "./facts.js";
import { placeHash } from "./frame.js";
import { Mark } from "./mark.js";
import { NOTHING, milliseconds } from "./numbers.js";

/** @typedef {import("../model/types.js").StationReading} StationReading */

export class Tile {
  #app;
  #mark;
  #number;
  #link;
  #reason;
  #facts;

  /**
   * @param {import("../../core/app.js").App} app
   * @param {StationReading} station
   */
  constructor(app, station) {
    this.#app = app;
    this.#mark = new Mark(app);
    this.#number = element("span", { class: "tile-number" });
    this.#link = element("a", { href: placeHash("s", station), dir: "auto" });
    this.#reason = element("p", { class: "tile-reason" });
    const rows = ["visitors", "fps", "p95"].map((key) => ({ key, label: app.texts.say(`tile.${key}`) }));
    this.#facts = new Facts(rows, "tile-facts");
    this.element = element(
      "li",
      { class: "tile", "data-station": station.station },
      element("h3", {}, this.#number, this.#link),
      this.#mark.element,
      this.#reason,
      this.#facts.element,
    );
    this.show(station);
  }

  /** @param {StationReading} station */
  show(station) {
    const { texts } = this.#app;
    this.element.dataset.condition = station.condition;
    setText(this.#number, String(station.number));
    setText(this.#link, station.title || station.station);
    this.#mark.show(station.condition);
    setText(this.#reason, reasonOf(this.#app, station));
    const answered = station.live > 0;
    this.#facts.show({
      visitors: texts.number(station.live) + (station.waiting > 0 ? ` + ${texts.number(station.waiting)}` : ""),
      fps: answered ? texts.number(Math.round(station.fps)) : NOTHING,
      p95: milliseconds(texts, station.glass_p95_ms),
    });
  }
}

/**
 * Why the station is as it is, in a few words; nothing where that needs no reason.
 * @param {import("../../core/app.js").App} app
 * @param {StationReading} station
 */
export function reasonOf({ texts }, { condition, reason, message }) {
  if (condition === "off") return message && texts.say("reason.off", { message });
  return texts.has(`reason.${reason}`) ? texts.say(`reason.${reason}`) : "";
}
