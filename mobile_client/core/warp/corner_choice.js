/**
 * Which points of an artwork can be followed: the strongest corner of each cell of a grid over it, so that they are
 * spread (Shi and Tomasi 1994, "Good features to track"). Points are in pixels from the picture's outer corner.
 */

import { cornersOf, inverse } from "./homography.js";

/** @typedef {import("./homography.js").Homography} Homography */
/** @typedef {import("./pyramid.js").Level} Level */

/** Most points of one choice. */
export const MOST_POINTS = 64;
const REACH = 3; // half the window over which slopes are summed
const CELL_PX = 9;
const [FEWEST_CELLS, MOST_CELLS] = [4, 11];
/** Below this a corner is noise: least eigenvalue a pixel, in grey steps squared. */
const LEAST_STRENGTH = 3;
/** Of the strongest corner. */
const LEAST_SHARE = 0.004;
/** Larger than this the search is done at half the size. */
const FULL_SIZE_AREA = 14_000;
/** How far inside the artwork's edge a corner has to be, as a share of its side. */
const INSET = 0.03;

export class CornerChoice {
  /** Sums of slope products over all pixels above and left of one: xx, xy, yy in turn. */
  #sums = new Float64Array(0);
  /** @type {{x: number, y: number, strength: number}[]} the best of each cell */
  #cells = [];

  /**
   * @param {import("./pyramid.js").Pyramid} pyramid
   * @param {Homography} place unit square to pixels of the largest level
   * @param {Float64Array} points gets x, y of each, the strongest first; as long as 2 * MOST_POINTS
   * @returns {number} how many
   */
  choose(pyramid, place, points) {
    const box = boxOf(place, pyramid.levels[0]);
    const depth = box.width * box.height > FULL_SIZE_AREA && pyramid.levels.length > 1 ? 1 : 0;
    const level = pyramid.levels[depth];
    const scale = 2 ** depth;
    const roi = within(box, scale, level);
    if (roi.width < 2 * REACH + 2 || roi.height < 2 * REACH + 2) return 0;
    this.#addUp(level, roi);
    this.#pick(inverse(place), roi, scale, cellsAcross(box));
    return this.#write(points);
  }

  /**
   * @param {Level} level
   * @param {Box} roi
   */
  #addUp({ width, pixels }, roi) {
    const stride = (roi.width + 1) * 3;
    if (this.#sums.length < stride * (roi.height + 1)) this.#sums = new Float64Array(stride * (roi.height + 1));
    const sums = this.#sums;
    sums.fill(0, 0, stride);
    for (let y = 0; y < roi.height; y += 1) {
      let at = (roi.top + y) * width + roi.left;
      let to = (y + 1) * stride;
      sums[to] = sums[to + 1] = sums[to + 2] = 0;
      let [xx, xy, yy] = [0, 0, 0];
      for (let x = 0; x < roi.width; x += 1, at += 1) {
        const gx = (pixels[at + 1] - pixels[at - 1]) / 2;
        const gy = (pixels[at + width] - pixels[at - width]) / 2;
        xx += gx * gx;
        xy += gx * gy;
        yy += gy * gy;
        to += 3;
        sums[to] = sums[to - stride] + xx;
        sums[to + 1] = sums[to + 1 - stride] + xy;
        sums[to + 2] = sums[to + 2 - stride] + yy;
      }
    }
  }

  /**
   * @param {Homography} toUnit pixels of the largest level to the unit square
   * @param {Box} roi
   * @param {number} scale of the largest level to this one
   * @param {{columns: number, rows: number}} cells
   */
  #pick(toUnit, roi, scale, { columns, rows }) {
    this.#cells = Array.from({ length: columns * rows }, () => ({ x: 0, y: 0, strength: 0 }));
    for (let y = REACH; y < roi.height - REACH; y += 1) {
      for (let x = REACH; x < roi.width - REACH; x += 1) {
        const [px, py] = [(roi.left + x + 0.5) * scale, (roi.top + y + 0.5) * scale];
        const w = toUnit[6] * px + toUnit[7] * py + toUnit[8];
        const u = (toUnit[0] * px + toUnit[1] * py + toUnit[2]) / w;
        const v = (toUnit[3] * px + toUnit[4] * py + toUnit[5]) / w;
        if (u < INSET || v < INSET || u > 1 - INSET || v > 1 - INSET) continue;
        const cell = this.#cells[Math.floor(v * rows) * columns + Math.floor(u * columns)];
        const strength = this.#strength(x, y, (roi.width + 1) * 3);
        if (strength > cell.strength) Object.assign(cell, { x: px, y: py, strength });
      }
    }
  }

  /**
   * Least eigenvalue of the slopes' second moments in the window around a pixel, a pixel.
   * @param {number} x
   * @param {number} y
   * @param {number} stride
   */
  #strength(x, y, stride) {
    const sums = this.#sums;
    const [left, right] = [(x - REACH) * 3, (x + REACH + 1) * 3];
    const [top, bottom] = [(y - REACH) * stride, (y + REACH + 1) * stride];
    /** @param {0 | 1 | 2} which */
    const sum = (which) =>
      sums[bottom + right + which] - sums[top + right + which] - sums[bottom + left + which] + sums[top + left + which];
    const [xx, xy, yy] = [sum(0), sum(1), sum(2)];
    return ((xx + yy) / 2 - Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy)) / (2 * REACH + 1) ** 2;
  }

  /** @param {Float64Array} points */
  #write(points) {
    const strongest = this.#cells.reduce((most, { strength }) => Math.max(most, strength), 0);
    const least = Math.max(LEAST_STRENGTH, LEAST_SHARE * strongest);
    const chosen = this.#cells.filter(({ strength }) => strength > least);
    chosen.sort((a, b) => b.strength - a.strength);
    const count = Math.min(chosen.length, MOST_POINTS);
    for (let index = 0; index < count; index += 1) {
      points[2 * index] = chosen[index].x;
      points[2 * index + 1] = chosen[index].y;
    }
    return count;
  }
}

/** @typedef {{left: number, top: number, width: number, height: number}} Box */

/**
 * The pixels around the artwork that are in the picture.
 * @param {Homography} place
 * @param {Level} level
 * @returns {Box}
 */
function boxOf(place, { width, height }) {
  const corners = cornersOf(place);
  const xs = [0, 2, 4, 6].map((at) => Math.min(width, Math.max(0, corners[at])));
  const ys = [1, 3, 5, 7].map((at) => Math.min(height, Math.max(0, corners[at])));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

/**
 * A box at another scale, without the outermost pixels: they have no slope.
 * @param {Box} box
 * @param {number} scale
 * @param {Level} level
 * @returns {Box}
 */
function within(box, scale, { width, height }) {
  const [left, top] = [Math.max(1, Math.floor(box.left / scale)), Math.max(1, Math.floor(box.top / scale))];
  const right = Math.min(width - 1, Math.ceil((box.left + box.width) / scale));
  const bottom = Math.min(height - 1, Math.ceil((box.top + box.height) / scale));
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * As many cells as leave each about CELL_PX wide.
 * @param {Box} box
 */
function cellsAcross({ width, height }) {
  /** @param {number} px */
  const fit = (px) => Math.min(MOST_CELLS, Math.max(FEWEST_CELLS, Math.round(px / CELL_PX)));
  return { columns: fit(width), rows: fit(height) };
}
