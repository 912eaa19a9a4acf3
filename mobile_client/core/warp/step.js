/** How a picture moved within a time, to be carried on over another time. Knows no frames. */

import { identity, project } from "./homography.js";

/** @typedef {import("./homography.js").Homography} Homography */

/** A movement is carried on over no more than so many times its own time. */
const MOST_TIMES = 2.5;
/** After a longer gap nobody knows how it moved on. */
const LONGEST_GAP_MS = 250;

export class Step {
  /**
   * @param {Homography} motion in pixels
   * @param {number} lastedMs
   */
  constructor(motion, lastedMs) {
    this.motion = motion;
    this.lastedMs = lastedMs;
  }

  /** No movement. */
  static still() {
    return new Step(identity(), 1);
  }

  /**
   * The same movement for another time, to first order.
   * @param {number} lastsMs
   * @param {number} [share] of its speed
   * @returns {Step}
   */
  during(lastsMs, share = 1) {
    const times = lastsMs > LONGEST_GAP_MS ? 0 : Math.min(MOST_TIMES, lastsMs / this.lastedMs) * share;
    const still = identity();
    const motion = this.motion.map((value, at) => still[at] + times * (value - still[at]));
    return new Step(motion, lastsMs);
  }

  /**
   * The same movement without turning, growing or tilting: small errors of those would grow from frame to frame.
   * @param {Homography} place of the artwork, whose middle moves as before
   * @returns {Step}
   */
  asShift(place) {
    const [x, y] = project(place, [0.5, 0.5]);
    const [toX, toY] = project(this.motion, [x, y]);
    return new Step(Float64Array.of(1, 0, toX - x, 0, 1, toY - y, 0, 0, 1), this.lastedMs);
  }
}
