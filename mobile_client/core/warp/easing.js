/** Takes corrections in small steps: what a new pose says otherwise than was shown is made up for over several frames. */

import { longestMove } from "./corner_moves.js";

/** Of what is left of a correction, this time leaves a third. */
const TIME_CONSTANT_MS = 55;
/** No correction moves a corner further than this in one frame, as a share of the frame's sides (10 of 640 px). */
const MOST_STEP = 10 / 640;

export class Easing {
  /** What is shown minus what is true, of each corner. */
  #lag = new Float64Array(8);
  #eased = new Float64Array(8);

  /** What is shown is true from now on. */
  reset() {
    this.#lag.fill(0);
  }

  /**
   * The truth was found to be elsewhere: what is shown stays, and is behind it from now on.
   * @param {Float64Array} shown corners where they would be shown now
   * @param {Float64Array} truth
   */
  correct(shown, truth) {
    for (let at = 0; at < 8; at += 1) this.#lag[at] = shown[at] - truth[at];
  }

  /**
   * Makes up for a part of the lag.
   * @param {Float64Array} truth corners
   * @param {number} elapsedMs
   * @returns {Float64Array} corners to show; the same array each time
   */
  follow(truth, elapsedMs) {
    const wanted = 1 - Math.exp(-elapsedMs / TIME_CONSTANT_MS);
    const longest = longestMove(this.#lag);
    const share = longest * wanted > MOST_STEP ? MOST_STEP / longest : wanted;
    for (let at = 0; at < 8; at += 1) {
      this.#lag[at] *= 1 - share;
      this.#eased[at] = truth[at] + this.#lag[at];
    }
    return this.#eased;
  }
}
