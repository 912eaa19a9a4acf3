/** Whether four corners can be a flat picture seen by a camera: not turned over, not folded, not edge-on. */

import { cornersOf, project } from "./homography.js";

/** @typedef {import("./homography.js").Corners} Corners */

/** Of the frame's area: anything smaller carries too few points, anything larger is mostly out of view. */
const LEAST_AREA = 0.002;
const MOST_AREA = 30;
/** Sine of the sharpest angle that a corner may have. */
const LEAST_SINE = 0.12;
/** Shorter to longer of two opposite sides: beyond this the picture is seen nearly edge-on. */
const LEAST_SIDE_RATIO = 0.12;
/** Shares of the artwork that is in view, and of the frame that it covers. */
const LEAST_IN_VIEW = 0.4;
const LEAST_COVERED = 0.5;
/** Points all over the unit square. */
const GRID = Float64Array.from({ length: 2 * 64 }, (_, at) => ((at % 2 ? at >> 4 : (at >> 1) % 8) + 0.5) / 8);

/**
 * Twice the signed area of the triangle at one corner, positive when clockwise on a screen.
 * @param {Corners} corners
 * @param {number} at 0 to 3
 */
function turn(corners, at) {
  const [before, here, after] = [((at + 3) % 4) * 2, at * 2, ((at + 1) % 4) * 2];
  const [ax, ay] = [corners[here] - corners[before], corners[here + 1] - corners[before + 1]];
  const [bx, by] = [corners[after] - corners[here], corners[after + 1] - corners[here + 1]];
  return ax * by - ay * bx;
}

/**
 * @param {Corners} corners
 * @param {number} at side from this corner to the next
 */
function side(corners, at) {
  const next = ((at + 1) % 4) * 2;
  return Math.hypot(corners[next] - corners[at * 2], corners[next + 1] - corners[at * 2 + 1]);
}

/**
 * Signed area, positive when the corners run clockwise on a screen.
 * @param {Corners} corners
 */
export function areaOf(corners) {
  return (turn(corners, 0) + turn(corners, 2)) / 2;
}

/**
 * Whether little of the artwork is in the frame, and it is little of the frame: then nobody can tell where its far corners,
 * which were not seen, are a few frames later. A detail seen from near fills the frame, and is none.
 * @param {import("./homography.js").Homography} place unit square of the artwork to pixels of the frame
 * @param {{width: number, height: number}} frame
 */
export function isGlimpse(place, { width, height }) {
  const there = project(place, GRID);
  let inside = 0;
  for (let at = 0; at < there.length; at += 2) {
    const [x, y] = [there[at], there[at + 1]];
    if (x >= 0 && y >= 0 && x <= width && y <= height) inside += 2 / there.length;
  }
  const covered = (inside * areaOf(cornersOf(place))) / (width * height);
  return inside < LEAST_IN_VIEW && covered < LEAST_COVERED;
}

/**
 * Why these corners are refused; an empty text where they are not.
 * @param {Corners} corners in pixels, so that angles are true
 * @param {number} frameArea in the same pixels
 * @returns {"" | "not_finite" | "mirrored" | "folded" | "too_small" | "too_large" | "edge_on"}
 */
export function refusalOf(corners, frameArea) {
  if (!corners.every(Number.isFinite)) return "not_finite";
  const turns = [0, 1, 2, 3].map((at) => turn(corners, at));
  if (turns.every((value) => value < 0)) return "mirrored";
  if (!turns.every((value) => value > 0)) return "folded";
  const area = areaOf(corners);
  if (area < LEAST_AREA * frameArea) return "too_small";
  if (area > MOST_AREA * frameArea) return "too_large";
  const sides = [0, 1, 2, 3].map((at) => side(corners, at));
  const sharp = turns.some((value, at) => value < LEAST_SINE * sides[(at + 3) % 4] * sides[at]);
  const edgeOn = [0, 1].some((at) => ratio(sides[at], sides[at + 2]) < LEAST_SIDE_RATIO);
  return sharp || edgeOn ? "edge_on" : "";
}

/**
 * @param {number} a
 * @param {number} b
 */
function ratio(a, b) {
  return Math.min(a, b) / Math.max(a, b);
}
