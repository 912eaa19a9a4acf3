/** The sentence on top, with the stations that it names as ways to them. Speaks when something else is to be said. */

import { element, fill, setText } from "../../core/elements.js";
import { announce } from "../../editor/parts/announce.js";
import { headlineOf } from "../model/headline.js";
import { placeHash } from "./frame.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/headline.js").Sentence} Sentence */

const MOST_NAMES = 5;
const HOLE = "\u0000";

export class Headline {
  #app;
  #said = "";

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.heading = element("h1", { class: "headline" });
    this.more = element("p", { class: "lead headline-more" });
  }

  /**
   * Nothing has come for a while: then nobody knows.
   * @param {number} readAtMs when something came last
   */
  showOld(readAtMs) {
    const { texts } = this.#app;
    const said = `old ${readAtMs}`;
    if (said === this.#said) return;
    this.#said = said;
    this.heading.dataset.mood = "old";
    setText(this.heading, texts.say("headline.old", { at: texts.clock(readAtMs) }));
    setText(this.more, texts.say("headline.old_more"));
    announce(`${this.heading.textContent} ${this.more.textContent}`);
  }

  /** @param {import("../model/types.js").Reading} reading */
  show(reading) {
    const { mood, main, more } = headlineOf(reading);
    const said = JSON.stringify([main, more].flat().map(idOf));
    if (said === this.#said) return;
    const isNews = this.#said !== "";
    this.#said = said;
    this.heading.dataset.mood = mood;
    fill(this.heading, ...sentenceWithWays(this.#app, main));
    fill(this.more, ...more.flatMap((sentence) => [...sentenceWithWays(this.#app, sentence), " "]));
    if (isNews) announce(`${this.heading.textContent} ${this.more.textContent}`);
  }
}

/** @param {Sentence} sentence what makes it another one */
function idOf({ key, count, values, named }) {
  return [key, count, values, named.map(({ exhibition, station, title }) => [exhibition, station, title])];
}

/**
 * @param {App} app
 * @param {Sentence} sentence
 * @returns {(Node | string)[]}
 */
function sentenceWithWays({ texts }, { key, count, values, named }) {
  const filled = { ...values, names: HOLE };
  const text = count === null ? texts.say(key, filled) : texts.count(key, count, filled);
  const [before, after = ""] = text.split(HOLE);
  const shown = named.slice(0, MOST_NAMES);
  const ways = shown.flatMap((station, place) => [
    place > 0 ? texts.say("between") : "",
    element("a", { href: placeHash("s", station), dir: "auto" }, station.title || station.station),
  ]);
  const rest = named.length - shown.length;
  return [before, ...ways, rest > 0 ? texts.count("headline.rest", rest) : "", after].filter((part) => part !== "");
}
