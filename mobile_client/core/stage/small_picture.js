/** The pixels of a picture, made small. */

/** @typedef {{width: number, height: number, rgba: Uint8ClampedArray}} Pixels */

export class SmallPicture {
  /** @type {OffscreenCanvas | HTMLCanvasElement} */
  #canvas = typeof OffscreenCanvas === "function" ? new OffscreenCanvas(2, 2) : document.createElement("canvas");

  /**
   * @param {import("../camera_pictures.js").Picture} picture
   * @param {import("../camera_pictures.js").Size} size
   * @returns {Pixels}
   */
  read(picture, { width, height }) {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      this.#canvas.getContext("2d", { alpha: false, willReadFrequently: true })
    );
    context.imageSmoothingQuality = "medium";
    context.drawImage(picture, 0, 0, width, height);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  }
}
