/** A grey picture at full size, half, quarter, ...: each level the means of two by two pixels. Buffers are used again. */

/**
 * @typedef {object} Level
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} pixels row by row
 */

/** No level is smaller than this: a window of eleven pixels would hardly fit. */
const LEAST_SIDE = 24;

export class Pyramid {
  /** @type {Level[]} largest first */
  levels = [];

  /**
   * @param {number} width
   * @param {number} height
   * @param {number} depth most levels
   */
  constructor(width, height, depth) {
    for (let level = 0; level < depth; level += 1) {
      const [w, h] = [width >> level, height >> level];
      if (level > 0 && Math.min(w, h) < LEAST_SIDE) break;
      this.levels.push({ width: w, height: h, pixels: new Uint8Array(w * h) });
    }
  }

  get width() {
    return this.levels[0].width;
  }

  get height() {
    return this.levels[0].height;
  }

  /**
   * Takes a picture in RGBA, as canvases give it.
   * @param {ArrayLike<number>} rgba
   */
  readRgba(rgba) {
    const { pixels } = this.levels[0];
    for (let at = 0, from = 0; at < pixels.length; at += 1, from += 4) {
      pixels[at] = (rgba[from] * 77 + rgba[from + 1] * 150 + rgba[from + 2] * 29 + 128) >> 8;
    }
    this.#halve();
  }

  /**
   * Takes a picture that is grey already.
   * @param {Uint8Array} grey
   */
  readGrey(grey) {
    this.levels[0].pixels.set(grey);
    this.#halve();
  }

  /** @param {Pyramid} other of the same size */
  copy(other) {
    for (let level = 0; level < this.levels.length; level += 1)
      this.levels[level].pixels.set(other.levels[level].pixels);
  }

  #halve() {
    for (let level = 1; level < this.levels.length; level += 1) halve(this.levels[level - 1], this.levels[level]);
  }
}

/**
 * @param {Level} large
 * @param {Level} small half as large; an odd last row or column of the large one is left out
 */
function halve(large, small) {
  const [from, to] = [large.pixels, small.pixels];
  for (let y = 0, at = 0; y < small.height; y += 1) {
    let upper = 2 * y * large.width;
    for (let x = 0; x < small.width; x += 1, at += 1, upper += 2) {
      const lower = upper + large.width;
      to[at] = (from[upper] + from[upper + 1] + from[lower] + from[lower + 1] + 2) >> 2;
    }
  }
}
