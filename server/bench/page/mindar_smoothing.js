/**
 * MindAR's default smoothing, as far as its documentation describes it: a One-Euro filter over each of the sixteen entries of
 * the model-view matrix by itself. For comparison only; the visitor's page smooths corners (core/warp/one_euro.js).
 */

import { cornersOf, fromCorners, rescaled } from "/client/core/warp/homography.js";

/** `filterMinCF`, `filterBeta` and the derivative's cutoff. Its time runs in milliseconds: 0.001 is 1 Hz. */
const DEFAULTS = Object.freeze({ leastCutoff: 0.001, beta: 1000, speedCutoff: 0.001 });
/** Its camera: that of no phone, and the same for all. */
const FIELD_OF_VIEW = (45 * Math.PI) / 180;
const TAU = 2 * Math.PI;

/** @typedef {{width: number, height: number}} Size */

export class MindarSmoothing {
  #frame;
  #target;
  #focal;
  #values = new Float64Array(16);
  #speeds = new Float64Array(16);
  /** @type {number | null} null before the first pose */
  #atMs = null;

  /**
   * @param {Size} frame in pixels
   * @param {Size} target in pixels of the picture that it was compiled from: the unit of its translations
   */
  constructor(frame, target) {
    this.#frame = frame;
    this.#target = target;
    this.#focal = frame.height / 2 / Math.tan(FIELD_OF_VIEW / 2);
  }

  /** The target was lost: the next pose is taken as it is. */
  reset() {
    this.#atMs = null;
  }

  /**
   * @param {ArrayLike<number>} corners of the artwork in units of the frame: x0, y0, ... clockwise from the upper left
   * @param {number} atMs
   * @returns {Float64Array} smoothed corners
   */
  smooth(corners, atMs) {
    const place = rescaled(fromCorners(Float64Array.from(corners)), this.#target, this.#frame);
    this.#filter(this.#modelView(place), atMs);
    return this.#corners(this.#values);
  }

  /**
   * The matrix that takes the target's plane before the camera, row by row. Its first two columns are as the homography
   * has them, common scale apart, so that what is drawn differs from the pose by the smoothing alone.
   * @param {Float64Array} place target pixels to frame pixels
   */
  #modelView([a, b, c, d, e, f, g, h, i]) {
    const [focal, cx, cy] = [this.#focal, this.#frame.width / 2, this.#frame.height / 2];
    /** @param {number} x @param {number} y @param {number} w */
    const ray = (x, y, w) => [(x - cx * w) / focal, (y - cy * w) / focal, w];
    const [right, down, origin] = [ray(a, d, g), ray(b, e, h), ray(c, f, i)];
    const scale = 1 / Math.sqrt(Math.hypot(...right) * Math.hypot(...down));
    const [[rx, ry, rz], [dx, dy, dz], [tx, ty, tz]] = [right, down, origin].map((ray) =>
      ray.map((value) => value * scale),
    );
    const [nx, ny, nz] = [ry * dz - rz * dy, rz * dx - rx * dz, rx * dy - ry * dx];
    return [rx, dx, nx, tx, ry, dy, ny, ty, rz, dz, nz, tz, 0, 0, 0, 1];
  }

  /**
   * @param {number[]} entries
   * @param {number} atMs
   */
  #filter(entries, atMs) {
    const elapsedMs = this.#atMs === null ? 0 : atMs - this.#atMs;
    if (this.#atMs === null) {
      this.#values.set(entries);
      this.#speeds.fill(0);
    } else if (elapsedMs > 0) {
      const share = shareOf(DEFAULTS.speedCutoff, elapsedMs);
      for (let at = 0; at < 16; at += 1) {
        this.#speeds[at] += share * ((entries[at] - this.#values[at]) / elapsedMs - this.#speeds[at]);
        const cutoff = DEFAULTS.leastCutoff + DEFAULTS.beta * Math.abs(this.#speeds[at]);
        this.#values[at] += shareOf(cutoff, elapsedMs) * (entries[at] - this.#values[at]);
      }
    }
    this.#atMs = atMs;
  }

  /**
   * Where the target's corners are drawn by such a matrix, in units of the frame.
   * @param {Float64Array} m
   */
  #corners(m) {
    const [focal, cx, cy] = [this.#focal, this.#frame.width / 2, this.#frame.height / 2];
    /** @param {number} at first of a column */
    const pixels = (at) => [focal * m[at] + cx * m[at + 8], focal * m[at + 4] + cy * m[at + 8], m[at + 8]];
    const [[a, d, g], [b, e, h], [c, f, i]] = [pixels(0), pixels(1), pixels(3)];
    const place = Float64Array.of(a, b, c, d, e, f, g, h, i);
    const [{ width, height }, frame] = [this.#target, this.#frame];
    const toUnits = { width: 1 / frame.width, height: 1 / frame.height };
    return cornersOf(rescaled(place, { width: 1 / width, height: 1 / height }, toUnits));
  }
}

/**
 * How much of a new value a low pass takes.
 * @param {number} cutoff a millisecond
 * @param {number} elapsedMs
 */
function shareOf(cutoff, elapsedMs) {
  const ratio = TAU * cutoff * elapsedMs;
  return ratio / (1 + ratio);
}
