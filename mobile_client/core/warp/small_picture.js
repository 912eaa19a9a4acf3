/** The pixels of a small picture. Works in a page and in a worker, where there is an OffscreenCanvas. */

/** @typedef {{width: number, height: number, rgba: Uint8ClampedArray}} Pixels */

export class SmallPicture {
  /** @type {OffscreenCanvas | HTMLCanvasElement} */
  #canvas;

  constructor() {
    this.#canvas = typeof OffscreenCanvas === "function" ? new OffscreenCanvas(2, 2) : document.createElement("canvas");
  }

  /**
   * Reads a picture as large as it is, and closes it.
   * @param {ImageBitmap} bitmap
   * @returns {Pixels}
   */
  read(bitmap) {
    const pixels = this.readScaled(bitmap, bitmap);
    bitmap.close();
    return pixels;
  }

  /**
   * @param {ImageBitmap} bitmap
   * @param {{width: number, height: number}} size
   * @returns {Pixels}
   */
  readScaled(bitmap, { width, height }) {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      this.#canvas.getContext("2d", { alpha: false, willReadFrequently: true })
    );
    context.imageSmoothingQuality = "medium";
    context.drawImage(bitmap, 0, 0, width, height);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  }
}
