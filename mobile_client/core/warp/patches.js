/**
 * Small windows of a picture around points, with their slopes: what is looked for in other pictures. Everything that
 * does not depend on the other picture is worked out once (the inverse compositional way: Baker and Matthews 2004).
 */

/** @typedef {import("./pyramid.js").Level} Level */

export const REACH = 5;
export const SIDE = 2 * REACH + 1;
export const AREA = SIDE * SIDE;
const BLOCK = SIDE + 2; // one pixel more all round, for the slopes
/** Least eigenvalue a pixel below which a window says nothing about where it is. */
const LEAST_STRENGTH = 0.5;

/** The windows of one level. */
class LevelPatches {
  /** @param {number} capacity */
  constructor(capacity) {
    /** Grey minus the window's mean. */
    this.values = new Float32Array(capacity * AREA);
    this.slopesX = new Float32Array(capacity * AREA);
    this.slopesY = new Float32Array(capacity * AREA);
    /** Inverse of the slopes' second moments: xx, xy, yy of each window. */
    this.inverses = new Float64Array(capacity * 3);
    /** Root of the summed squares of the values. */
    this.norms = new Float64Array(capacity);
    /** 1 where the window is inside the picture and says where it is. */
    this.usable = new Uint8Array(capacity);
  }
}

export class Patches {
  #block = new Float32Array(BLOCK * BLOCK);

  /**
   * @param {number} capacity most points
   * @param {number} depth most levels
   */
  constructor(capacity, depth) {
    this.levels = Array.from({ length: depth }, () => new LevelPatches(capacity));
    /** Levels in use. */
    this.depth = 0;
  }

  /**
   * @param {import("./pyramid.js").Pyramid} pyramid
   * @param {Float64Array} points x, y in pixels from the outer corner of the largest level
   * @param {number} count
   */
  take(pyramid, points, count) {
    this.depth = Math.min(this.levels.length, pyramid.levels.length);
    for (let level = 0; level < this.depth; level += 1) {
      const scale = 1 / 2 ** level;
      for (let index = 0; index < count; index += 1) {
        const [x, y] = [points[2 * index] * scale - 0.5, points[2 * index + 1] * scale - 0.5];
        this.levels[level].usable[index] =
          this.#cut(pyramid.levels[level], x, y) && this.#describe(this.levels[level], index) ? 1 : 0;
      }
    }
  }

  /**
   * The block around a point, between pixels, into the scratch block.
   * @param {Level} level
   * @param {number} x of its centre, in pixel numbers
   * @param {number} y
   * @returns {boolean} false where it is not all inside
   */
  #cut({ width, height, pixels }, x, y) {
    const [left, top] = [Math.floor(x) - REACH - 1, Math.floor(y) - REACH - 1];
    if (!(left >= 0 && top >= 0 && left + BLOCK < width && top + BLOCK < height)) return false;
    const [fx, fy] = [x - Math.floor(x), y - Math.floor(y)];
    const [a, b, c, d] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
    for (let row = 0, to = 0; row < BLOCK; row += 1) {
      let at = (top + row) * width + left;
      for (let column = 0; column < BLOCK; column += 1, at += 1, to += 1) {
        this.#block[to] = a * pixels[at] + b * pixels[at + 1] + c * pixels[at + width] + d * pixels[at + width + 1];
      }
    }
    return true;
  }

  /**
   * @param {LevelPatches} level
   * @param {number} index
   * @returns {boolean} whether the window says where it is
   */
  #describe(level, index) {
    const [block, start] = [this.#block, index * AREA];
    let [sum, squares, xx, xy, yy] = [0, 0, 0, 0, 0];
    for (let row = 0, to = start; row < SIDE; row += 1) {
      let at = (row + 1) * BLOCK + 1;
      for (let column = 0; column < SIDE; column += 1, at += 1, to += 1) {
        const [value, gx, gy] = [
          block[at],
          (block[at + 1] - block[at - 1]) / 2,
          (block[at + BLOCK] - block[at - BLOCK]) / 2,
        ];
        level.values[to] = value;
        level.slopesX[to] = gx;
        level.slopesY[to] = gy;
        sum += value;
        squares += value * value;
        xx += gx * gx;
        xy += gx * gy;
        yy += gy * gy;
      }
    }
    const mean = sum / AREA;
    for (let at = start; at < start + AREA; at += 1) level.values[at] -= mean;
    level.norms[index] = Math.sqrt(Math.max(0, squares - sum * mean));
    return invert(level.inverses, index * 3, xx, xy, yy);
  }
}

/**
 * @param {Float64Array} into
 * @param {number} at
 * @param {number} xx
 * @param {number} xy
 * @param {number} yy
 */
function invert(into, at, xx, xy, yy) {
  const least = (xx + yy) / 2 - Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  if (least < LEAST_STRENGTH * AREA) return false;
  const determinant = xx * yy - xy * xy;
  into[at] = yy / determinant;
  into[at + 1] = -xy / determinant;
  into[at + 2] = xx / determinant;
  return true;
}
