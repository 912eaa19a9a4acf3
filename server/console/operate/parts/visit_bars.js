/** What is known of visitors by kind: each as a part of the page with its bars. */

import { barList } from "../charts/bars.js";
import { dwellsInOrder, ranked } from "../model/visits.js";
import { section } from "./frame.js";

/** @typedef {import("../model/types.js").Sums} Sums */
/** @typedef {import("../model/types.js").StationVisits} StationVisits */
/** @typedef {import("../charts/bars.js").Bar} Bar */
/** @typedef {{id: string, number: number, title: string}} Named */

const STEPS = Object.freeze(["opened", "began", "camera"]);
const GAVE_UP = Object.freeze(["consent", "permission", "waiting", "slow"]);

export class VisitBars {
  #app;
  #names;
  #styles;

  /**
   * @param {import("../../core/app.js").App} app
   * @param {readonly Named[]} names of the exhibition's stations
   * @param {ReadonlyMap<string, string>} styles names by id
   */
  constructor(app, names, styles) {
    this.#app = app;
    this.#names = names;
    this.#styles = styles;
  }

  /**
   * @param {Sums} sums
   * @param {readonly StationVisits[]} stations that are compared; none: only one is looked at
   */
  sections(sums, stations) {
    const app = this.#app;
    const parts = [
      stations.length > 0 && this.#part("by_station", this.#byStation(stations)),
      this.#part("dwell", this.#dwell(sums.dwell)),
      this.#part("steps", this.#inOrder(STEPS, sums.steps, "step")),
      this.#part("gave_up", this.#inOrder(GAVE_UP, sums.gave_up, "gave_up")),
      this.#part(
        "languages",
        this.#ranked(sums.languages, (tag) => app.languageName(tag)),
      ),
      this.#part(
        "styles",
        this.#ranked(sums.styles, (id) => this.#styles.get(id) || id),
      ),
      this.#part(
        "experiences",
        this.#ranked(sums.experiences, (kind) => app.texts.say(`experience.${kind}`)),
      ),
    ];
    return parts.filter((part) => part !== false);
  }

  /**
   * @param {string} key
   * @param {readonly Bar[]} bars
   */
  #part(key, bars) {
    const { texts } = this.#app;
    return section(texts.say(`visits.${key}`), barList(bars, texts.say("visits.nothing")));
  }

  /**
   * The most first, with the mean stay.
   * @param {readonly StationVisits[]} stations
   */
  #byStation(stations) {
    const { texts } = this.#app;
    const found = stations.map(({ station, sums }) => {
      const name = this.#names.find(({ id }) => id === station);
      const dwell = sums.dwell_mean_s === null ? "" : ` · ${texts.duration(sums.dwell_mean_s)}`;
      const label = name ? `${name.number} ${name.title}` : station;
      return { label, count: sums.visits, text: texts.number(sums.visits) + dwell };
    });
    return found.sort((one, other) => other.count - one.count);
  }

  /** @param {Record<string, number>} counts by length */
  #dwell(counts) {
    return dwellsInOrder(counts).map(({ low, high, count }) => this.#bar(this.#dwellName(low, high), count));
  }

  /**
   * @param {number | null} low seconds; null: not told apart
   * @param {number | null} high null: there is no end
   */
  #dwellName(low, high) {
    const { texts } = this.#app;
    if (low === null) return texts.say("visits.other");
    if (high === null) return texts.say("visits.longer", { time: texts.duration(low) });
    if (low === 0) return texts.say("visits.up_to", { time: texts.duration(high) });
    return texts.say("visits.between", { low: texts.duration(low), high: texts.duration(high) });
  }

  /**
   * The most first.
   * @param {Record<string, number>} counts
   * @param {(key: string) => string} name
   */
  #ranked(counts, name) {
    const other = this.#app.texts.say("visits.other");
    return ranked(counts).map(([key, count]) => this.#bar(key === "other" ? other : name(key), count));
  }

  /**
   * One after the other, as a visitor comes to them.
   * @param {readonly string[]} keys
   * @param {Record<string, number>} counts
   * @param {string} stem of their texts
   */
  #inOrder(keys, counts, stem) {
    const { texts } = this.#app;
    return keys.filter((key) => key in counts).map((key) => this.#bar(texts.say(`${stem}.${key}`), counts[key]));
  }

  /**
   * @param {string} label
   * @param {number} count
   */
  #bar(label, count) {
    return { label, count, text: this.#app.texts.number(count) };
  }
}
