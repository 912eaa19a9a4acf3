/**
 * Where points of one picture are in another: pyramidal Lucas-Kanade (Bouguet 2000), each window turned and scaled as a
 * guessed homography says, its light matched in mean and contrast. Knows no artwork.
 */

import { AREA, REACH } from "./patches.js";

/** @typedef {import("./homography.js").Homography} Homography */
/** @typedef {import("./patches.js").Patches} Patches */
/** @typedef {import("./pyramid.js").Pyramid} Pyramid */

/** What `scores` hold for a point that was not found. */
export const LOST = -1;
const MOST_STEPS = 10;
const SMALL_STEP_PX = 0.02;
/** Further than this from the guess a point has run away: in pixels of the level. */
const FARTHEST_PX = 12;
/** Guesses are compared on the smallest of so many levels. */
const COARSE = 3;
const [LEAST_GAIN, MOST_GAIN] = [0.4, 2.5];

export class Flow {
  #seen = new Float32Array(AREA);
  /** The point under way and the shape of its window: what a step reads and changes. */
  #x = 0;
  #y = 0;
  #shape = new Float64Array(4);
  /** How alike window and picture were at the last look: -1 to 1. */
  #likeness = 0;

  /**
   * @param {Patches} patches of the points in their own picture
   * @param {Float64Array} points
   * @param {number} count
   * @param {Pyramid} pyramid of the other picture
   * @param {Homography} guess from the one to the other
   * @param {Float64Array} found gets x, y of each point in the other picture
   * @param {Float32Array} scores gets how alike each is, up to 1, or LOST
   * @param {number} [levels] from which the search starts: more find what moved further
   */
  follow(patches, points, count, pyramid, guess, found, scores, levels = Infinity) {
    const depth = Math.min(levels, patches.depth, pyramid.levels.length);
    for (let index = 0; index < count; index += 1) {
      this.#aim(guess, points[2 * index], points[2 * index + 1]);
      scores[index] = this.#descend(patches, index, pyramid, depth) ? this.#likeness : LOST;
      found[2 * index] = this.#x;
      found[2 * index + 1] = this.#y;
    }
  }

  /**
   * How alike the points are where a guess has them, without any search: the mean over some of them.
   * @param {Patches} patches
   * @param {Float64Array} points
   * @param {number} count
   * @param {Pyramid} pyramid of the other picture
   * @param {Homography} guess
   * @param {number} [skip] how many points are passed over for each that is looked at
   * @returns {number} up to 1
   */
  agreement(patches, points, count, pyramid, guess, skip = 3) {
    const level = Math.min(COARSE, patches.depth, pyramid.levels.length) - 1;
    const scale = 2 ** level;
    let sum = 0;
    for (let index = 0; index < count; index += skip) {
      this.#aim(guess, points[2 * index], points[2 * index + 1]);
      if (!patches.levels[level].usable[index]) continue;
      if (!this.#look(pyramid.levels[level], this.#x / scale - 0.5, this.#y / scale - 0.5)) continue;
      this.#compare(patches.levels[level], index);
      sum += this.#likeness;
    }
    return count === 0 ? 0 : (sum * skip) / count;
  }

  /**
   * Places the point where the guess has it, with the guess's derivative there as the shape of its window.
   * @param {Homography} h
   * @param {number} x
   * @param {number} y
   */
  #aim(h, x, y) {
    const w = h[6] * x + h[7] * y + h[8];
    const u = (h[0] * x + h[1] * y + h[2]) / w;
    const v = (h[3] * x + h[4] * y + h[5]) / w;
    this.#x = u;
    this.#y = v;
    this.#shape[0] = (h[0] - h[6] * u) / w;
    this.#shape[1] = (h[1] - h[7] * u) / w;
    this.#shape[2] = (h[3] - h[6] * v) / w;
    this.#shape[3] = (h[4] - h[7] * v) / w;
  }

  /**
   * @param {Patches} patches
   * @param {number} index
   * @param {Pyramid} pyramid
   * @param {number} depth
   * @returns {boolean} whether it was found at full size
   */
  #descend(patches, index, pyramid, depth) {
    for (let level = depth - 1; level >= 0; level -= 1) {
      const windows = patches.levels[level];
      if (!windows.usable[index]) {
        if (level === 0) return false;
        continue;
      }
      const [x, y, scale] = [this.#x, this.#y, 2 ** level];
      if (this.#settle(windows, index, pyramid.levels[level], scale)) continue;
      if (level === 0) return false;
      this.#x = x; // outside at this size, or run away: as if the level had not been
      this.#y = y;
    }
    return true;
  }

  /**
   * Steps until the point rests.
   * @param {Patches["levels"][number]} windows
   * @param {number} index
   * @param {import("./pyramid.js").Level} level
   * @param {number} scale pixels of the largest level in one of this
   * @returns {boolean} false where it left the picture or ran away
   */
  #settle(windows, index, level, scale) {
    const [startX, startY] = [this.#x, this.#y];
    const [a, b, c, d] = this.#shape;
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (!this.#look(level, this.#x / scale - 0.5, this.#y / scale - 0.5)) return false;
      const move = this.#compare(windows, index);
      this.#x -= (a * move.x + b * move.y) * scale;
      this.#y -= (c * move.x + d * move.y) * scale;
      if (Math.hypot(this.#x - startX, this.#y - startY) > FARTHEST_PX * scale) return false;
      if (Math.abs(move.x) < SMALL_STEP_PX && Math.abs(move.y) < SMALL_STEP_PX) break;
    }
    return true;
  }

  /**
   * The window's pixels in the other picture, into the scratch window.
   * @param {import("./pyramid.js").Level} level
   * @param {number} x of the centre, in pixel numbers
   * @param {number} y
   * @returns {boolean} false where they are not all inside
   */
  #look({ width, height, pixels }, x, y) {
    const [a, b, c, d] = this.#shape;
    const [wide, high] = [(Math.abs(a) + Math.abs(b)) * REACH, (Math.abs(c) + Math.abs(d)) * REACH];
    if (!(x - wide >= 0 && y - high >= 0 && x + wide < width - 1 && y + high < height - 1)) return false;
    const seen = this.#seen;
    for (let row = -REACH, to = 0; row <= REACH; row += 1) {
      let sx = x + b * row - a * REACH;
      let sy = y + d * row - c * REACH;
      for (let column = -REACH; column <= REACH; column += 1, to += 1) {
        const [ix, iy] = [sx | 0, sy | 0];
        const [fx, fy] = [sx - ix, sy - iy];
        const at = iy * width + ix;
        const upper = pixels[at] + fx * (pixels[at + 1] - pixels[at]);
        const lower = pixels[at + width] + fx * (pixels[at + width + 1] - pixels[at + width]);
        seen[to] = upper + fy * (lower - upper);
        sx += a;
        sy += c;
      }
    }
    return true;
  }

  #move = { x: 0, y: 0 };

  /**
   * How far the window would have to move to look like what is seen, in its own pixels.
   * @param {Patches["levels"][number]} windows
   * @param {number} index
   */
  #compare({ values, slopesX, slopesY, inverses, norms }, index) {
    const [seen, start] = [this.#seen, index * AREA];
    let [sum, squares, product] = [0, 0, 0];
    let [sx, sy, tx, ty] = [0, 0, 0, 0];
    let [meanX, meanY] = [0, 0];
    for (let at = 0; at < AREA; at += 1) {
      const [value, gx, gy, grey] = [values[start + at], slopesX[start + at], slopesY[start + at], seen[at]];
      sum += grey;
      squares += grey * grey;
      product += grey * value;
      sx += gx * grey;
      sy += gy * grey;
      tx += gx * value;
      ty += gy * value;
      meanX += gx;
      meanY += gy;
    }
    const mean = sum / AREA;
    const norm = Math.sqrt(Math.max(1e-6, squares - sum * mean));
    this.#likeness = product / (norm * norms[index] + 1e-6); // values sum to zero, so the mean falls out
    const gain = Math.min(MOST_GAIN, Math.max(LEAST_GAIN, norms[index] / norm));
    const [ex, ey] = [gain * (sx - mean * meanX) - tx, gain * (sy - mean * meanY) - ty];
    this.#move.x = inverses[index * 3] * ex + inverses[index * 3 + 1] * ey;
    this.#move.y = inverses[index * 3 + 1] * ex + inverses[index * 3 + 2] * ey;
    return this.#move;
  }
}
