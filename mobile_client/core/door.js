/** The door of a station that is closed: says when to look again whether it is open. Knows no ticket. */

/** While nobody knows when it opens, and long before it does. */
const NOW_AND_THEN_MS = 60_000;
/** After it opened: not all at once. */
const SPREAD_MS = 5000;

/**
 * @param {string} opensAt ISO 8601, or empty where nobody knows
 * @param {number} nowMs wall time
 * @param {number} random from 0 up to 1
 * @returns {number} milliseconds until the next look
 */
export function nextLookMs(opensAt, nowMs, random) {
  const leftMs = Date.parse(opensAt) - nowMs;
  const lookMs = leftMs + SPREAD_MS * (0.2 + 0.8 * random);
  return leftMs > 0 && lookMs < NOW_AND_THEN_MS ? lookMs : NOW_AND_THEN_MS * (0.75 + random / 4);
}

export class Door {
  #clock;
  #look;
  /** @type {() => void} */
  #cancel = () => {};

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {() => void} look
   */
  constructor(clock, look) {
    this.#clock = clock;
    this.#look = look;
  }

  /** @param {string} [opensAt] */
  watch(opensAt = "") {
    this.leave();
    const waitMs = nextLookMs(opensAt, this.#clock.wallMs(), Math.random());
    this.#cancel = this.#clock.after(waitMs, () => {
      this.watch(opensAt);
      this.#look();
    });
  }

  leave() {
    this.#cancel();
  }
}
