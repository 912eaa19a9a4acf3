/** Shows each camera picture with the overlay where the artwork is in it by now: late poses are carried on in a worker. */

import { Stamina } from "./warp/stamina.js";
import { WarpWorker } from "./warp/warp_worker.js";

/** A worker that took a picture and did not answer for so long never will. */
const DEAF_MS = 4000;

/**
 * @typedef {object} TrackedViewParts
 * @property {Pick<import("./anchored_view.js").AnchoredView, "offer">} view
 * @property {(on: boolean, opacity: number) => void} onAnchored whether the overlay is on the artwork, and how opaque
 * @property {(reason: string) => void} onDropped
 * @property {(why: string) => void} onExhausted this phone cannot keep up; nothing is shown any more
 */

export class TrackedView {
  #parts;
  #stamina = new Stamina();
  #worker;
  /** @type {{captureMs: number, picture: ImageBitmap} | null} the one that the worker has */
  #inHand = null;

  /** @param {TrackedViewParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#worker = new WarpWorker({
      onShown: (shown, tookMs) => this.#show(shown, tookMs),
      onDropped: parts.onDropped,
      onFailed: parts.onExhausted,
    });
  }

  /** Time that a warp takes. */
  get stamina() {
    return this.#stamina;
  }

  /**
   * Whether a picture of now would be taken.
   * @param {number} nowMs
   */
  hasRoom(nowMs) {
    if (this.#inHand && nowMs - this.#inHand.captureMs > DEAF_MS) this.#parts.onExhausted("the worker does not answer");
    return this.#inHand === null;
  }

  /**
   * Takes a picture; closes it when it was shown.
   * @param {number} captureMs
   * @param {ImageBitmap} picture
   * @param {number[] | null} rotation of the phone since the picture before, where known
   */
  take(captureMs, picture, rotation) {
    this.#inHand = { captureMs, picture };
    void this.#worker.see(captureMs, picture, rotation);
  }

  /** @param {import("./protocol.js").Pose} pose */
  hear({ state, seq, capture_ms, homography }) {
    this.#worker.hear({ state, seq, capture_ms, homography: homography ?? new Float64Array(9) });
  }

  /** Another connection. */
  startAnew() {
    this.#worker.reset();
  }

  end() {
    this.#worker.end();
    this.#inHand?.picture.close();
    this.#inHand = null;
  }

  /**
   * @param {import("./warp/late_warp.js").Shown} shown
   * @param {number} tookMs
   */
  #show(shown, tookMs) {
    if (!this.#inHand) return;
    const { picture } = this.#inHand;
    this.#inHand = null;
    this.#stamina.took(tookMs);
    this.#parts.view.offer({ ...shown, picture });
    this.#parts.onAnchored(shown.corners !== null, shown.opacity);
    if (this.#stamina.isExhausted) this.#parts.onExhausted(`a warp takes ${this.#stamina.p50Ms.toFixed(0)} ms`);
  }
}
