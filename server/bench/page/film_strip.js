/** The lights of the strip in which a film carries the number of each picture; server/bench/clips/y4m.py reads them. */

import { sizeOf } from "/client/core/camera_pictures.js";

const SQUARES = 14;
const SQUARE_PX = 16;
const WIDTH = 640;

export class FilmStrip {
  #context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    new OffscreenCanvas(SQUARES * SQUARE_PX, SQUARE_PX).getContext("2d", { willReadFrequently: true })
  );

  /**
   * The light at the centre of each square of a picture, 0 to 255.
   * @param {ImageBitmap | VideoFrame} picture
   * @returns {number[]}
   */
  read(picture) {
    const size = sizeOf(picture);
    const side = (SQUARE_PX * size.width) / WIDTH;
    const [width, height] = [SQUARES * SQUARE_PX, SQUARE_PX];
    this.#context.drawImage(picture, 0, size.height - side, SQUARES * side, side, 0, 0, width, height);
    const { data } = this.#context.getImageData(0, SQUARE_PX / 2, width, 1);
    return Array.from({ length: SQUARES }, (_, square) => data[4 * (square + 0.5) * SQUARE_PX + 1]);
  }
}
