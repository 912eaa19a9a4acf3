/** A frame whose place of the artwork is known, and the artwork's points in it: finds how they moved to another frame. */

import { CornerChoice, MOST_POINTS } from "./corner_choice.js";
import { Flow } from "./flow.js";
import { after, cornersOf, identity, inverse, project } from "./homography.js";
import { MotionFit } from "./motion_fit.js";
import { Patches } from "./patches.js";
import { Pyramid } from "./pyramid.js";
import { areaOf, refusalOf } from "./shape.js";

/** @typedef {import("./homography.js").Homography} Homography */

/** @typedef {import("./motion_fit.js").Motion & {share: number}} Followed share of the points in view that agree */

const DEPTH = 4;
/** Likeness by which a guess has to be better than the first: what moves before the artwork is alike, too. */
const CLEARLY_BETTER = 0.15;
/** How far, how finely and with how many of its points the artwork is sought where it should not be. */
const FARTHEST_SHIFT_PX = 72;
const SHIFT_PX = 12;
const SEEK_SKIP = 6;
/** The way back starts where the way there ended, so it needs no more. */
const BACK_DEPTH = 1;
/** A point that does not come back to within this was not followed but replaced by another. */
const FARTHEST_BACK_PX = 0.7;
const LEAST_LIKENESS = 0.6;
/** Of the points that should be in view, this far inside the frame, so many have to agree: a few always fit something. */
const LEAST_FOUND = 0.25;
const MARGIN_PX = 8;
/** Between key frame and present frame the artwork grows or shrinks by no more, in area. */
const MOST_GROWTH = 6;

export class KeyFrame {
  #choice = new CornerChoice();
  #fit = new MotionFit(MOST_POINTS);
  #flow = new Flow();
  #patches = new Patches(MOST_POINTS, DEPTH);
  #backPatches = new Patches(MOST_POINTS, BACK_DEPTH);
  /** @type {Pyramid | null} a copy: the ring's own is used again */
  #pyramid = null;
  #points = new Float64Array(2 * MOST_POINTS);
  #count = 0;
  #found = new Float64Array(2 * MOST_POINTS);
  #back = new Float64Array(2 * MOST_POINTS);
  #scores = new Float32Array(MOST_POINTS);
  #backScores = new Float32Array(MOST_POINTS);
  /** The points that were followed, in both frames, and how many. */
  #from = new Float64Array(2 * MOST_POINTS);
  #to = new Float64Array(2 * MOST_POINTS);
  #kept = 0;

  captureMs = -Infinity;
  /** Unit square to pixels of the frame. */
  place = identity();

  /** How many points it has. */
  get count() {
    return this.#count;
  }

  /**
   * @param {import("./frame_ring.js").RingFrame} frame
   * @param {Homography} place
   */
  hold({ pyramid, captureMs }, place) {
    const same = this.#pyramid?.width === pyramid.width && this.#pyramid.height === pyramid.height;
    if (!this.#pyramid || !same) this.#pyramid = new Pyramid(pyramid.width, pyramid.height, DEPTH);
    this.#pyramid.copy(pyramid);
    this.captureMs = captureMs;
    this.place = place;
    this.#count = this.#choice.choose(pyramid, place, this.#points);
    this.#patches.take(pyramid, this.#points, this.#count);
  }

  /**
   * The guess that fits best; the first, unless another is clearly better.
   * @param {Pyramid} pyramid
   * @param {Homography[]} guesses at least one
   */
  bestOf(pyramid, guesses) {
    if (guesses.length === 1) return guesses[0];
    const scores = guesses.map((guess) =>
      this.#flow.agreement(this.#patches, this.#points, this.#count, pyramid, guess),
    );
    const best = Math.max(...scores);
    return best > scores[0] + CLEARLY_BETTER ? guesses[scores.indexOf(best)] : guesses[0];
  }

  /**
   * The guess, moved by whatever makes it fit best: for when the artwork moved further than any search reaches.
   * @param {Pyramid} pyramid
   * @param {Homography} guess
   */
  seek(pyramid, guess) {
    let [best, most] = [guess, -1];
    for (let dy = -FARTHEST_SHIFT_PX; dy <= FARTHEST_SHIFT_PX; dy += SHIFT_PX) {
      for (let dx = -FARTHEST_SHIFT_PX; dx <= FARTHEST_SHIFT_PX; dx += SHIFT_PX) {
        const shifted = after(Float64Array.of(1, 0, dx, 0, 1, dy, 0, 0, 1), guess);
        const fit = this.#flow.agreement(this.#patches, this.#points, this.#count, pyramid, shifted, SEEK_SKIP);
        if (fit > most) [best, most] = [shifted, fit];
      }
    }
    return best;
  }

  /**
   * How the artwork moved from this frame to another.
   * @param {Pyramid} pyramid
   * @param {Homography} guess
   * @param {number} [levels] from which the search starts
   * @returns {Followed | null} null where it was lost
   */
  follow(pyramid, guess, levels = DEPTH) {
    const first = this.#search(pyramid, guess, levels);
    const far = levels === DEPTH; // the guess was poor, and with it the shape of the windows: look once more
    const motion = first && far ? this.#search(pyramid, first.homography, 1) : first;
    const sure = motion && this.#confirm(pyramid, motion.homography);
    if (!sure || !this.#isSane(sure.homography, pyramid)) return null;
    const share = sure.inliers / this.#expectedIn(pyramid, sure.homography);
    return share >= LEAST_FOUND ? { ...sure, share } : null;
  }

  /**
   * @param {Pyramid} pyramid
   * @param {Homography} guess
   * @param {number} levels
   */
  #search(pyramid, guess, levels) {
    this.#flow.follow(this.#patches, this.#points, this.#count, pyramid, guess, this.#found, this.#scores, levels);
    this.#kept = this.#keep((index) => this.#scores[index] > LEAST_LIKENESS);
    return this.#fit.fit(this.#from, this.#to, this.#kept);
  }

  /**
   * Follows the points back, and asks again only those that return to where they came from.
   * @param {Pyramid} pyramid
   * @param {Homography} motion
   */
  #confirm(pyramid, motion) {
    this.#backPatches.take(pyramid, this.#to, this.#kept);
    const home = /** @type {Pyramid} */ (this.#pyramid);
    this.#flow.follow(this.#backPatches, this.#to, this.#kept, home, inverse(motion), this.#back, this.#backScores);
    return this.#fit.fit(this.#from, this.#to, this.#thin(this.#kept));
  }

  /**
   * Copies the points that fulfil a condition to `from` and `to`.
   * @param {(index: number) => boolean} isKept
   * @returns {number} how many
   */
  #keep(isKept) {
    let kept = 0;
    for (let index = 0; index < this.#count; index += 1) {
      if (!isKept(index)) continue;
      for (const axis of [0, 1]) {
        this.#from[2 * kept + axis] = this.#points[2 * index + axis];
        this.#to[2 * kept + axis] = this.#found[2 * index + axis];
      }
      kept += 1;
    }
    return kept;
  }

  /**
   * Leaves out the points that did not come back.
   * @param {number} count
   * @returns {number} how many are left
   */
  #thin(count) {
    let kept = 0;
    for (let index = 0; index < count; index += 1) {
      const [x, y] = [2 * index, 2 * index + 1];
      const off = Math.hypot(this.#back[x] - this.#from[x], this.#back[y] - this.#from[y]);
      if (this.#backScores[index] < LEAST_LIKENESS || off > FARTHEST_BACK_PX) continue;
      this.#from.copyWithin(2 * kept, x, x + 2);
      this.#to.copyWithin(2 * kept, x, x + 2);
      kept += 1;
    }
    return kept;
  }

  /**
   * How many points should be in view after a motion.
   * @param {Pyramid} pyramid
   * @param {Homography} motion
   */
  #expectedIn({ width, height }, motion) {
    const there = project(motion, this.#points.subarray(0, 2 * this.#count), this.#back);
    let expected = 0;
    for (let at = 0; at < 2 * this.#count; at += 2) {
      const inside = Math.min(there[at], there[at + 1], width - there[at], height - there[at + 1]) > MARGIN_PX;
      if (inside) expected += 1;
    }
    return expected;
  }

  /**
   * @param {Homography} motion
   * @param {Pyramid} pyramid
   */
  #isSane(motion, { width, height }) {
    const corners = cornersOf(after(motion, this.place));
    const growth = areaOf(corners) / areaOf(cornersOf(this.place));
    return refusalOf(corners, width * height) === "" && growth < MOST_GROWTH && growth > 1 / MOST_GROWTH;
  }
}
