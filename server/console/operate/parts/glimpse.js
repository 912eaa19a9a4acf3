/** What visitors at a station are shown, coarsely: a picture that comes and goes, where the exhibition allows it. */

import { element } from "../../core/elements.js";
import { section } from "./frame.js";

const AGAIN_MS = 5000; // the server keeps another one no sooner

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").StationReading} StationReading */

export class Glimpse {
  #picture;
  #shownAtMs = -Infinity;

  /** @param {App} app */
  constructor(app) {
    this.#picture = element("img", { alt: app.texts.say("glimpse.alt"), width: 320, height: 240 });
    this.element = section(
      app.texts.say("glimpse.title"),
      element("p", { class: "hint" }, app.texts.say("glimpse.means")),
      this.#picture,
    );
    this.element.hidden = true;
  }

  /** @param {StationReading} station */
  show({ exhibition, station, glimpse }) {
    this.element.hidden = !glimpse;
    const nowMs = performance.now();
    if (!glimpse || nowMs - this.#shownAtMs < AGAIN_MS) return;
    this.#shownAtMs = nowMs;
    const place = `/api/v1/operate/stations/${encodeURIComponent(exhibition)}/${encodeURIComponent(station)}`;
    this.#picture.src = `${place}/glimpse?at=${Math.round(nowMs)}`;
  }
}
