/** Says who else has the exhibition, or one of its stations, open. */

import { element, fill } from "../../core/elements.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/presence.js").Other} Other */

export class OthersLine {
  #app;
  #titleOfStation;
  #here;

  /**
   * @param {App} app
   * @param {(station: string) => string} titleOfStation
   * @param {string} [here] the station that is open here
   */
  constructor(app, titleOfStation, here = "") {
    this.#app = app;
    this.#titleOfStation = titleOfStation;
    this.#here = here;
    this.element = element("div", { class: "others", role: "status" });
  }

  /** @param {readonly Other[]} others */
  show(others) {
    const lines = [...new Set(others.map((other) => this.#words(other)))];
    const shown = [...this.element.children].map(({ textContent }) => textContent);
    if (shown.join("\n") === lines.join("\n")) return; // said once
    fill(this.element, ...lines.map((words) => element("p", {}, words)));
    this.element.classList.toggle(
      "close-by",
      others.some(({ station }) => this.#here !== "" && station === this.#here),
    );
  }

  /** @param {Other} other */
  #words({ person, station }) {
    const { texts } = this.#app;
    const who = this.#app.people(person);
    if (station === "") return texts.say("others.exhibition", { who });
    if (station === this.#here) return texts.say("others.same_station", { who });
    return texts.say("others.station", { who, station: this.#titleOfStation(station) });
  }
}
