/** The small grey frames of the last moments, found by their capture time. Knows no pose. */

import { Pyramid } from "./pyramid.js";

/** A pose for an older frame than this comes too late. */
export const KEPT_MS = 1500;
const CAPACITY = 48;
const DEPTH = 4;

/**
 * @typedef {object} RingFrame
 * @property {Pyramid} pyramid
 * @property {number} captureMs
 * @property {import("./homography.js").Homography | null} place of the artwork in it, as far as it was tracked
 */

export class FrameRing {
  /** @type {RingFrame[]} oldest first */
  #frames = [];
  /** @type {Pyramid[]} buffers to be used again */
  #spare = [];
  #capacity;

  /** @param {number} [capacity] most frames */
  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  get newest() {
    return this.#frames[this.#frames.length - 1] ?? null;
  }

  get length() {
    return this.#frames.length;
  }

  /** All that are kept, oldest first. */
  get frames() {
    return this.#frames;
  }

  /**
   * Makes room for a frame; its pyramid is to be filled by the caller. A picture of another size begins anew.
   * @param {number} captureMs
   * @param {number} width
   * @param {number} height
   * @returns {RingFrame}
   */
  push(captureMs, width, height) {
    if (this.newest && (this.newest.pyramid.width !== width || this.newest.pyramid.height !== height)) this.clear();
    this.#evict(captureMs);
    const pyramid = this.#spare.pop() ?? new Pyramid(width, height, DEPTH);
    const frame = { pyramid, captureMs, place: null };
    this.#frames.push(frame);
    return frame;
  }

  /**
   * The frame of that capture time, or null: it was never here, or is gone.
   * @param {number} captureMs
   */
  find(captureMs) {
    return this.#frames.find((frame) => Math.abs(frame.captureMs - captureMs) < 0.01) ?? null;
  }

  /**
   * Frames after one capture time up to another, oldest first.
   * @param {number} afterMs
   * @param {number} untilMs
   */
  between(afterMs, untilMs) {
    return this.#frames.filter(({ captureMs }) => captureMs > afterMs && captureMs < untilMs);
  }

  clear() {
    this.#frames = [];
    this.#spare = [];
  }

  /** @param {number} nowMs capture time of the frame that comes in */
  #evict(nowMs) {
    const tooOld = (/** @type {RingFrame} */ frame) => nowMs - frame.captureMs > KEPT_MS;
    while (this.#frames.length > 0 && (this.#frames.length >= this.#capacity || tooOld(this.#frames[0]))) {
      const [gone] = this.#frames.splice(0, 1);
      this.#spare.push(gone.pyramid);
    }
  }
}
