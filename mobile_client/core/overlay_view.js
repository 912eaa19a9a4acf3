/** Draws overlays into a canvas: decoded one at a time, newest wins, and never an older one over a newer. */

/** An overlay older than this on the screen is taken down: a still picture over a moving camera would be a lie. */
export const STALE_AFTER_MS = 2500;

/**
 * @typedef {object} OverlayViewParts
 * @property {HTMLCanvasElement} canvas
 * @property {import("./clock.js").Clock} clock
 * @property {(ageMs: number) => void} onShown
 * @property {(reason: string) => void} onDropped
 */

/** @typedef {import("./protocol.js").Overlay} Overlay */

export class OverlayView {
  #parts;
  /** @type {Overlay | null} the newest that waits to be decoded */
  #waiting = null;
  #decoding = false;
  /** @type {{overlay: Overlay, bitmap: ImageBitmap} | null} decoded, to be drawn on the next animation frame */
  #next = null;
  /** Sequence number of the shown overlay; 0 while none is. */
  #shownSeq = 0;
  #shownAtMs = -Infinity;
  /** Counts connections: sequence numbers start anew in each. */
  #epoch = 0;

  /** @param {OverlayViewParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Whether a painted picture is on the screen that is not too old. */
  get isFresh() {
    return this.#shownSeq > 0 && this.#parts.clock.nowMs() - this.#shownAtMs < STALE_AFTER_MS;
  }

  /**
   * Whether that picture answers a frame after this one.
   * @param {number} seq
   */
  hasShownAfter(seq) {
    return this.isFresh && this.#shownSeq > seq;
  }

  /** A new connection: what is under way, and on the screen, belongs to the old one. */
  startAnew() {
    const { dataset } = this.#parts.canvas;
    delete dataset.shownSeq;
    delete dataset.shownRevision;
    this.#epoch += 1;
    this.#waiting = null;
    this.#shownSeq = 0;
    this.#next?.bitmap.close();
    this.#next = null;
  }

  /** @param {Overlay} overlay */
  offer(overlay) {
    if (this.#waiting) this.#parts.onDropped("replaced");
    this.#waiting = overlay;
    if (!this.#decoding) void this.#decodeWaiting();
  }

  async #decodeWaiting() {
    this.#decoding = true;
    while (this.#waiting) {
      const overlay = this.#waiting;
      this.#waiting = null;
      await this.#decode(overlay, this.#epoch);
    }
    this.#decoding = false;
  }

  /**
   * @param {Overlay} overlay
   * @param {number} epoch
   */
  async #decode(overlay, epoch) {
    const jpeg = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (overlay.picture)], { type: "image/jpeg" });
    let bitmap;
    try {
      bitmap = await createImageBitmap(jpeg);
    } catch {
      this.#parts.onDropped("undecodable");
      return;
    }
    if (epoch === this.#epoch) this.#schedule(overlay, bitmap);
    else bitmap.close();
  }

  /**
   * @param {Overlay} overlay
   * @param {ImageBitmap} bitmap
   */
  #schedule(overlay, bitmap) {
    if (this.#next) {
      this.#next.bitmap.close();
      this.#parts.onDropped("replaced");
    } else {
      requestAnimationFrame(() => this.#draw());
    }
    this.#next = { overlay, bitmap };
  }

  #draw() {
    if (!this.#next) return;
    const { overlay, bitmap } = this.#next;
    this.#next = null;
    if (overlay.seq > this.#shownSeq) this.#paint(overlay, bitmap);
    bitmap.close();
  }

  /**
   * @param {Overlay} overlay
   * @param {ImageBitmap} bitmap
   */
  #paint(overlay, bitmap) {
    const { canvas, clock, onShown } = this.#parts;
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    this.#shownSeq = overlay.seq;
    this.#shownAtMs = clock.nowMs();
    canvas.dataset.shownSeq = String(overlay.seq);
    canvas.dataset.shownRevision = String(overlay.revision);
    onShown(this.#shownAtMs - overlay.capture_ms);
  }
}
