/**
 * The motion that best takes weighted points to others: a homography, or, from fewer points, an affinity or a similarity
 * (normalised direct linear transform: Hartley 1997, "In defense of the eight-point algorithm").
 */

import { after } from "./homography.js";

/** @typedef {import("./homography.js").Homography} Homography */

/** @typedef {"homography" | "affine" | "similarity"} Kind */

/** Numbers to be found for each kind of motion. @type {Record<Kind, number>} */
const UNKNOWNS = { homography: 8, affine: 6, similarity: 4 };
/** Points that settle each kind exactly. @type {Record<Kind, number>} */
export const POINTS_NEEDED = { homography: 4, affine: 3, similarity: 2 };
/** How much a weak perspective is believed in, against the weight of the points: matters only where they are few. */
const PERSPECTIVE_DOUBT = 0.01;

export class LeastSquares {
  #normal = new Float64Array(8 * 8);
  #right = new Float64Array(8);
  #row = new Float64Array(8);

  /**
   * @param {Kind} kind
   * @param {Float64Array} from x0, y0, x1, y1, ...
   * @param {Float64Array} to
   * @param {Float64Array} weights of each point; 0 leaves it out
   * @param {number} count
   * @returns {Homography | null} null where the points do not settle it
   */
  solve(kind, from, to, weights, count) {
    const [source, target] = [frameOf(from, weights, count), frameOf(to, weights, count)];
    if (!source || !target) return null;
    this.#normal.fill(0);
    this.#right.fill(0);
    const size = UNKNOWNS[kind];
    for (let index = 0; index < count; index += 1) {
      if (weights[index] === 0) continue;
      const x = (from[2 * index] - source.x) / source.scale;
      const y = (from[2 * index + 1] - source.y) / source.scale;
      const u = (to[2 * index] - target.x) / target.scale;
      const v = (to[2 * index + 1] - target.y) / target.scale;
      this.#add(this.#horizontal(kind, x, y, u), u, weights[index], size);
      this.#add(this.#vertical(kind, x, y, v), v, weights[index], size);
    }
    if (kind === "homography") for (const at of [6, 7]) this.#normal[at * 8 + at] += PERSPECTIVE_DOUBT;
    if (!solveSymmetric(this.#normal, this.#right, size)) return null;
    return between(this.#matrix(kind), source, target);
  }

  /**
   * @param {Kind} kind
   * @param {number} x
   * @param {number} y
   * @param {number} u
   */
  #horizontal(kind, x, y, u) {
    const row = this.#row;
    if (kind === "similarity") return set(row, x, -y, 1, 0, 0, 0, 0, 0);
    return set(row, x, y, 1, 0, 0, 0, -u * x, -u * y);
  }

  /**
   * @param {Kind} kind
   * @param {number} x
   * @param {number} y
   * @param {number} v
   */
  #vertical(kind, x, y, v) {
    const row = this.#row;
    if (kind === "similarity") return set(row, y, x, 0, 1, 0, 0, 0, 0);
    return set(row, 0, 0, 0, x, y, 1, -v * x, -v * y);
  }

  /**
   * Adds one equation to the normal equations.
   * @param {Float64Array} row
   * @param {number} right
   * @param {number} weight
   * @param {number} size
   */
  #add(row, right, weight, size) {
    for (let i = 0; i < size; i += 1) {
      const scaled = weight * row[i];
      if (scaled === 0) continue;
      for (let j = 0; j <= i; j += 1) this.#normal[i * 8 + j] += scaled * row[j];
      this.#right[i] += scaled * right;
    }
  }

  /**
   * The unknowns as a matrix.
   * @param {Kind} kind
   */
  #matrix(kind) {
    const [a, b, c, d, e, f, g, h] = this.#right;
    if (kind === "similarity") return Float64Array.of(a, -b, c, b, a, d, 0, 0, 1);
    if (kind === "affine") return Float64Array.of(a, b, c, d, e, f, 0, 0, 1);
    return Float64Array.of(a, b, c, d, e, f, g, h, 1);
  }
}

/** @typedef {{x: number, y: number, scale: number}} Frame centre of the points, and their mean distance from it */

/**
 * @param {Float64Array} points
 * @param {Float64Array} weights
 * @param {number} count
 * @returns {Frame | null} null where all points are one
 */
function frameOf(points, weights, count) {
  let [x, y, total, squares] = [0, 0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    const weight = weights[index];
    x += weight * points[2 * index];
    y += weight * points[2 * index + 1];
    total += weight;
  }
  [x, y] = [x / total, y / total];
  for (let index = 0; index < count; index += 1) {
    squares += weights[index] * ((points[2 * index] - x) ** 2 + (points[2 * index + 1] - y) ** 2);
  }
  const scale = Math.sqrt(squares / total / 2);
  return scale > 1e-9 ? { x, y, scale } : null;
}

/**
 * A motion between normalised points as one between the points themselves.
 * @param {Homography} motion
 * @param {Frame} source
 * @param {Frame} target
 */
function between(motion, source, target) {
  const into = Float64Array.of(1, 0, -source.x, 0, 1, -source.y, 0, 0, source.scale);
  const out = Float64Array.of(target.scale, 0, target.x, 0, target.scale, target.y, 0, 0, 1);
  return after(out, after(motion, into));
}

/**
 * @param {Float64Array} row
 * @param {number[]} values
 */
function set(row, ...values) {
  for (let at = 0; at < values.length; at += 1) row[at] = values[at];
  return row;
}

/**
 * Solves in place by Cholesky's decomposition; only the lower triangle is read.
 * @param {Float64Array} matrix 8 numbers a row
 * @param {Float64Array} right becomes the solution
 * @param {number} size
 * @returns {boolean} false where the matrix is not positive definite, near enough
 */
function solveSymmetric(matrix, right, size) {
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * 8 + j];
      for (let k = 0; k < j; k += 1) sum -= matrix[i * 8 + k] * matrix[j * 8 + k];
      if (i === j && !(sum > 1e-10)) return false;
      matrix[i * 8 + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * 8 + j];
    }
  }
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) right[i] -= matrix[i * 8 + k] * right[k];
    right[i] /= matrix[i * 8 + i];
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < size; k += 1) right[i] -= matrix[k * 8 + i] * right[k];
    right[i] /= matrix[i * 8 + i];
  }
  return true;
}
