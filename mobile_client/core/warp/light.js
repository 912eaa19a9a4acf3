/** The light on the artwork, as the camera sees it: mean and deviation of each channel inside its corners, smoothed. */

import { fromCorners } from "./homography.js";

/** @typedef {{mean: number[], deviation: number[]}} Light RGB, 0 to 255 */

const [COLUMNS, ROWS] = [24, 18];
/** Fewer looked-up points than this say nothing about the whole artwork. */
const LEAST_POINTS = 100;
const TIME_CONSTANT_MS = 400;

export class LightReading {
  /** @type {Light | null} */
  #smoothed = null;
  #atMs = 0;

  /** The artwork is not in view any more. */
  reset() {
    this.#smoothed = null;
  }

  /**
   * @param {ArrayLike<number>} rgba
   * @param {number} width
   * @param {number} height
   * @param {Float64Array} corners in units of the frame
   * @param {number} atMs
   * @returns {Light | null} null while too little of it is in view
   */
  read(rgba, width, height, corners, atMs) {
    const present = look(rgba, width, height, corners);
    if (present) this.#smooth(present, atMs - this.#atMs);
    this.#atMs = atMs;
    return this.#smoothed;
  }

  /**
   * @param {Light} present
   * @param {number} elapsedMs
   */
  #smooth(present, elapsedMs) {
    const before = this.#smoothed ?? present;
    const share = 1 - Math.exp(-Math.max(0, elapsedMs) / TIME_CONSTANT_MS);
    /** @param {"mean" | "deviation"} what */
    const towards = (what) => before[what].map((value, at) => value + share * (present[what][at] - value));
    this.#smoothed = { mean: towards("mean"), deviation: towards("deviation") };
  }
}

/**
 * @param {ArrayLike<number>} rgba
 * @param {number} width
 * @param {number} height
 * @param {Float64Array} corners
 * @returns {Light | null}
 */
function look(rgba, width, height, corners) {
  const h = fromCorners(corners);
  const [sums, squares] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  let count = 0;
  for (let point = 0; point < COLUMNS * ROWS; point += 1) {
    const [u, v] = [((point % COLUMNS) + 0.5) / COLUMNS, (Math.floor(point / COLUMNS) + 0.5) / ROWS];
    const w = h[6] * u + h[7] * v + h[8];
    const x = Math.floor(((h[0] * u + h[1] * v + h[2]) / w) * width);
    const y = Math.floor(((h[3] * u + h[4] * v + h[5]) / w) * height);
    if (!(w > 0 && x >= 0 && y >= 0 && x < width && y < height)) continue;
    count += 1;
    for (let channel = 0; channel < 3; channel += 1) {
      const value = rgba[(y * width + x) * 4 + channel];
      sums[channel] += value;
      squares[channel] += value * value;
    }
  }
  if (count < LEAST_POINTS) return null;
  const mean = sums.map((sum) => sum / count);
  return { mean, deviation: squares.map((sum, at) => Math.sqrt(Math.max(0, sum / count - mean[at] ** 2))) };
}
