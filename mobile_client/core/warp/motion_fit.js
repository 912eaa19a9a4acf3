/**
 * The motion that most points agree on, whatever the others say: samples of few points, best first (PROSAC: Chum and
 * Matas 2005), the truncated error of all (MSAC: Torr and Zisserman 2000), then reweighted least squares on those that agree.
 */

import { project } from "./homography.js";
import { LeastSquares, POINTS_NEEDED } from "./least_squares.js";
import { SeededRandom } from "./seeded_random.js";

/** @typedef {import("./homography.js").Homography} Homography */
/** @typedef {import("./least_squares.js").Kind} Kind */

/**
 * @typedef {object} Motion
 * @property {Homography} homography
 * @property {Kind} kind
 * @property {number} inliers points that agree
 * @property {number} errorPx their root mean square distance
 */

const MOST_SAMPLES = 120;
/** Chance that the best sample was missed. */
const MISSED = 0.005;
const INLIER_PX = 1.3;
const REFINEMENTS = 4;
/** Points whose error is the finest that pictures of this size allow. */
const LEAST_SCALE_PX = 0.08;
/** Points from which each kind is believed. */
const KINDS = /** @type {[Kind, number][]} */ ([
  ["homography", 10],
  ["affine", 6],
  ["similarity", 4],
]);
/** Fewer than this share of the points agreeing is no agreement. */
const LEAST_SHARE = 0.3;
/** Points on a line settle no homography: least standard deviation across it, as a share of that along it. */
const LEAST_BREADTH = 0.12;

export class MotionFit {
  #squares = new LeastSquares();
  #weights;
  #errors;
  #projected;
  #random = new SeededRandom(1);

  /** @param {number} capacity most points */
  constructor(capacity) {
    this.#weights = new Float64Array(capacity);
    this.#errors = new Float64Array(capacity);
    this.#projected = new Float64Array(2 * capacity);
  }

  /**
   * @param {Float64Array} from x0, y0, x1, y1, ...: the most reliable points first
   * @param {Float64Array} to
   * @param {number} count
   * @returns {Motion | null} null where too few agree
   */
  fit(from, to, count) {
    this.#random = new SeededRandom(count);
    const sampling = KINDS.find(([, needed]) => count >= needed)?.[0];
    if (!sampling) return null;
    const start = this.#sample(sampling, from, to, count);
    if (!start) return null;
    const agreeing = this.#measure(start, from, to, count, INLIER_PX);
    const kind = this.#kindFor(agreeing, from, count);
    if (!kind || agreeing < LEAST_SHARE * count) return null;
    return this.#refine(kind, from, to, count);
  }

  /**
   * @param {Kind} kind
   * @param {Float64Array} from
   * @param {Float64Array} to
   * @param {number} count
   */
  #sample(kind, from, to, count) {
    const needed = POINTS_NEEDED[kind];
    let [best, least, most] = [/** @type {Homography | null} */ (null), Infinity, MOST_SAMPLES];
    for (let sample = 0; sample < most; sample += 1) {
      const among = Math.min(count, needed + 4 + sample); // the best points first, more of them with each sample
      this.#draw(needed, among, count);
      const candidate = this.#squares.solve(kind, from, to, this.#weights, count);
      if (!candidate || !keepsSide(candidate, from, count)) continue;
      const cost = this.#cost(candidate, from, to, count);
      if (cost.sum >= least) continue;
      [best, least] = [candidate, cost.sum];
      most = Math.min(most, samplesFor(cost.agreeing / count, needed));
    }
    return best;
  }

  /**
   * Gives some points, drawn by chance, a weight of 1, and the others none.
   * @param {number} needed
   * @param {number} among the first so many
   * @param {number} count
   */
  #draw(needed, among, count) {
    this.#weights.fill(0, 0, count);
    for (let drawn = 0; drawn < needed;) {
      const index = Math.floor(this.#random.next() * among);
      if (this.#weights[index] === 1) continue;
      this.#weights[index] = 1;
      drawn += 1;
    }
  }

  /**
   * @param {Homography} motion
   * @param {Float64Array} from
   * @param {Float64Array} to
   * @param {number} count
   */
  #cost(motion, from, to, count) {
    const limit = INLIER_PX * INLIER_PX;
    let [sum, agreeing] = [0, 0];
    project(motion, from.subarray(0, 2 * count), this.#projected);
    for (let at = 0; at < 2 * count; at += 2) {
      const square = (this.#projected[at] - to[at]) ** 2 + (this.#projected[at + 1] - to[at + 1]) ** 2;
      if (square < limit) agreeing += 1;
      sum += square < limit ? square : limit;
    }
    return { sum, agreeing };
  }

  /**
   * Sets each point's error, and its weight to 1 or 0.
   * @param {Homography} motion
   * @param {Float64Array} from
   * @param {Float64Array} to
   * @param {number} count
   * @param {number} limitPx
   * @returns {number} how many agree
   */
  #measure(motion, from, to, count, limitPx) {
    let agreeing = 0;
    project(motion, from.subarray(0, 2 * count), this.#projected);
    for (let index = 0; index < count; index += 1) {
      const error = Math.hypot(
        this.#projected[2 * index] - to[2 * index],
        this.#projected[2 * index + 1] - to[2 * index + 1],
      );
      this.#errors[index] = error;
      this.#weights[index] = error < limitPx ? 1 : 0;
      agreeing += this.#weights[index];
    }
    return agreeing;
  }

  /**
   * @param {number} agreeing
   * @param {Float64Array} from
   * @param {number} count
   */
  #kindFor(agreeing, from, count) {
    const thin = breadthOf(from, this.#weights, count) < LEAST_BREADTH;
    const kind = KINDS.find(([, needed]) => agreeing >= needed)?.[0];
    return kind && thin ? "similarity" : kind;
  }

  /**
   * @param {Kind} kind
   * @param {Float64Array} from
   * @param {Float64Array} to
   * @param {number} count
   * @returns {Motion | null}
   */
  #refine(kind, from, to, count) {
    let inliers = 0;
    /** @type {Homography | null} */
    let motion = null;
    for (let round = 0; round < REFINEMENTS; round += 1) {
      motion = this.#squares.solve(kind, from, to, this.#weights, count);
      if (!motion) return null;
      inliers = this.#measure(motion, from, to, count, INLIER_PX);
      if (inliers < POINTS_NEEDED[kind] + 1) return null;
      if (round < REFINEMENTS - 1) this.#reweigh(count, inliers);
    }
    return motion && { homography: motion, kind, inliers, errorPx: this.#rms(count, inliers) };
  }

  /**
   * Cauchy's weights: a point counts for less the further off it is, on the scale of the median point.
   * @param {number} count
   * @param {number} inliers
   */
  #reweigh(count, inliers) {
    const sorted = this.#errors.slice(0, count).sort();
    const scale = Math.max(LEAST_SCALE_PX, 1.5 * sorted[inliers >> 1]);
    for (let index = 0; index < count; index += 1) {
      if (this.#weights[index] > 0) this.#weights[index] = 1 / (1 + (this.#errors[index] / scale) ** 2);
    }
  }

  /**
   * @param {number} count
   * @param {number} inliers
   */
  #rms(count, inliers) {
    let sum = 0;
    for (let index = 0; index < count; index += 1) if (this.#weights[index] > 0) sum += this.#errors[index] ** 2;
    return Math.sqrt(sum / inliers);
  }
}

/**
 * How many samples make it likely enough that one had only agreeing points.
 * @param {number} share of agreeing points
 * @param {number} needed points a sample
 */
function samplesFor(share, needed) {
  const good = share ** needed;
  return good > 0.999 ? 4 : Math.ceil(Math.log(MISSED) / Math.log(1 - good)) + 2;
}

/**
 * Whether a motion leaves all points before the camera and does not turn the picture over.
 * @param {Homography} h
 * @param {Float64Array} points
 * @param {number} count
 */
function keepsSide(h, points, count) {
  const determinant =
    h[0] * (h[4] * h[8] - h[5] * h[7]) - h[1] * (h[3] * h[8] - h[5] * h[6]) + h[2] * (h[3] * h[7] - h[4] * h[6]);
  if (!(determinant > 0)) return false;
  for (let at = 0; at < 2 * count; at += 2) if (!(h[6] * points[at] + h[7] * points[at + 1] + h[8] > 0)) return false;
  return true;
}

/**
 * Standard deviation across the line that the points lie along, as a share of that along it.
 * @param {Float64Array} points
 * @param {Float64Array} weights
 * @param {number} count
 */
function breadthOf(points, weights, count) {
  let [x, y, total, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    x += weights[index] * points[2 * index];
    y += weights[index] * points[2 * index + 1];
    total += weights[index];
  }
  for (let index = 0; index < count; index += 1) {
    const [dx, dy] = [points[2 * index] - x / total, points[2 * index + 1] - y / total];
    xx += weights[index] * dx * dx;
    xy += weights[index] * dx * dy;
    yy += weights[index] * dy * dy;
  }
  const root = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  return Math.sqrt(Math.max(0, (xx + yy) / 2 - root) / ((xx + yy) / 2 + root));
}
