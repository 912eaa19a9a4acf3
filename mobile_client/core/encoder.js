/** Camera picture to JPEG, scaled to what the server asked for. Uses an OffscreenCanvas where there is one. */

import { fitted, sizeOf } from "./camera_pictures.js";

const QUALITY = 0.8;

/** @typedef {import("./camera_pictures.js").Picture} Picture */
/** @typedef {import("./camera_pictures.js").Size} Size */
/** @typedef {{picture: Uint8Array, width: number, height: number}} Encoded a JPEG */

export class Encoder {
  /** @type {OffscreenCanvas | HTMLCanvasElement} */
  #canvas;

  constructor() {
    this.#canvas = typeof OffscreenCanvas === "function" ? new OffscreenCanvas(2, 2) : document.createElement("canvas");
  }

  /**
   * A picture, or a video's present one. Null while it has none. The picture is read before this returns.
   * @param {HTMLVideoElement | Picture} source
   * @param {Size} limit
   * @returns {Promise<Encoded | null>}
   */
  async encode(source, limit) {
    const whole = sizeOf(source);
    if (!whole.width || !whole.height) return null;
    const size = fitted(whole, limit);
    if (this.#canvas.width !== size.width) this.#canvas.width = size.width;
    if (this.#canvas.height !== size.height) this.#canvas.height = size.height;
    const context = /** @type {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null} */ (
      this.#canvas.getContext("2d", { alpha: false })
    );
    if (!context) return null;
    context.drawImage(source, 0, 0, size.width, size.height);
    const blob = await this.#toJpeg();
    return blob && { picture: new Uint8Array(await blob.arrayBuffer()), ...size };
  }

  /** @returns {Promise<Blob | null>} */
  #toJpeg() {
    const canvas = this.#canvas;
    if ("convertToBlob" in canvas) return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  }
}
