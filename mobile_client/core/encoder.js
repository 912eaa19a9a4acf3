/** Camera picture to JPEG, scaled to what the server asked for. Uses an OffscreenCanvas where there is one. */

const QUALITY = 0.8;

/** @typedef {{width: number, height: number}} Size in pixels; as a limit: longer side first */

/**
 * The largest size of the same shape whose sides fit the limit. Never larger than the source; sides are even.
 * @param {Size} source
 * @param {Size} limit
 * @returns {Size}
 */
export function fitted(source, limit) {
  const [longer, shorter] = [Math.max(source.width, source.height), Math.min(source.width, source.height)];
  const scale = Math.min(1, limit.width / longer, limit.height / shorter);
  /** @param {number} side */
  const even = (side) => Math.max(2, Math.round((side * scale) / 2) * 2);
  return { width: even(source.width), height: even(source.height) };
}

/**
 * @param {HTMLVideoElement | ImageBitmap} source
 * @returns {Size}
 */
function sizeOf(source) {
  return source instanceof HTMLVideoElement ? { width: source.videoWidth, height: source.videoHeight } : source;
}

export class Encoder {
  /** @type {OffscreenCanvas | HTMLCanvasElement} */
  #canvas;

  constructor() {
    this.#canvas = typeof OffscreenCanvas === "function" ? new OffscreenCanvas(2, 2) : document.createElement("canvas");
  }

  /**
   * A picture, or a video's present one. Null while it has none. The picture is read before this returns.
   * @param {HTMLVideoElement | ImageBitmap} source
   * @param {Size} limit
   * @returns {Promise<{picture: Uint8Array, width: number, height: number} | null>}
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
    if (canvas instanceof HTMLCanvasElement) {
      return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    }
    return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  }
}
