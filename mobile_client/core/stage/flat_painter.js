/**
 * Draws the same as AnchoredPainter where there is no WebGL 2: the overlay in many small pieces, each of them flat. Knows
 * neither soft edges nor the light in the room.
 */

import { sizeOf } from "../camera_pictures.js";
import { fromCorners, project } from "../warp/homography.js";

/** @typedef {import("../camera_pictures.js").Picture} Picture */

/** Pieces across and down: enough that perspective bends none of them by a pixel that matters. */
const PIECES = 16;
/** Pieces overlap by so much of a pixel, or seams would show. */
const OVERLAP_PX = 0.6;

export class FlatPainter {
  #context;
  /** @type {Picture | null} */
  #overlay = null;

  /** @param {CanvasRenderingContext2D} context */
  constructor(context) {
    this.#context = context;
  }

  /** @param {Picture} overlay not closed before the next one comes */
  change(overlay) {
    this.#overlay = overlay;
  }

  /** @param {Picture} overlay the next picture of a clip */
  refresh(overlay) {
    this.#overlay = overlay;
  }

  /** @param {import("./anchored_painter.js").Scene} scene */
  draw({ picture, corners, opacity }) {
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.drawImage(picture, 0, 0, context.canvas.width, context.canvas.height);
    if (!corners || !this.#overlay) return;
    context.globalAlpha = opacity;
    const place = fromCorners(corners);
    for (let piece = 0; piece < PIECES * PIECES; piece += 1) {
      this.#drawPiece(this.#overlay, place, piece % PIECES, Math.floor(piece / PIECES));
    }
  }

  /**
   * @param {Picture} overlay
   * @param {Float64Array} place
   * @param {number} column
   * @param {number} row
   */
  #drawPiece(overlay, place, column, row) {
    const { width: across, height: down } = this.#context.canvas;
    const whole = sizeOf(overlay);
    const [width, height] = [whole.width / PIECES, whole.height / PIECES];
    const [u, v, step] = [column / PIECES, row / PIECES, 1 / PIECES];
    const [x0, y0, x1, y1, x2, y2] = project(place, [u, v, u + step, v, u, v + step]);
    const [a, b] = [((x1 - x0) * across) / width, ((y1 - y0) * down) / width];
    const [c, d] = [((x2 - x0) * across) / height, ((y2 - y0) * down) / height];
    this.#context.setTransform(a, b, c, d, x0 * across, y0 * down);
    const [wide, high] = [width + OVERLAP_PX / Math.hypot(a, b), height + OVERLAP_PX / Math.hypot(c, d)];
    this.#context.drawImage(overlay, column * width, row * height, width, height, 0, 0, wide, high);
  }
}
