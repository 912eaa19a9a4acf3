/** The late warp's worker as the page sees it: takes a frame when it is done with the one before, poses at any time. */

import { fitted } from "../encoder.js";
import { SmallPicture } from "./small_picture.js";

/** Of the small frames, longer side first. */
const SMALL = Object.freeze({ width: 320, height: 240 });

/** @typedef {import("./late_warp.js").Shown} Shown */
/** @typedef {import("./anchor.js").AnchorPose} AnchorPose */

/**
 * @typedef {{type: "frame", captureMs: number, rotation: number[] | null, bitmap?: ImageBitmap, pixels?: any}
 *   | {type: "pose", pose: AnchorPose} | {type: "reset"}} ToWorker
 */
/** @typedef {{type: "shown", shown: Shown, tookMs: number} | {type: "dropped", reason: string}} FromWorker */

/**
 * @typedef {object} WarpWorkerHandlers
 * @property {(shown: Shown, tookMs: number) => void} onShown
 * @property {(reason: string) => void} onDropped a pose came to nothing
 * @property {(message: string) => void} onFailed the worker is gone
 */

export class WarpWorker {
  #worker;
  #handlers;
  /** Reads the pixels here, where a worker could not. */
  #reader = typeof OffscreenCanvas === "function" ? null : new SmallPicture();

  /** @param {WarpWorkerHandlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      handlers.onFailed(event.message ?? "the worker did not load");
    };
  }

  /**
   * Takes a frame; the picture itself stays the caller's.
   * @param {number} captureMs
   * @param {ImageBitmap} picture
   * @param {number[] | null} rotation of the phone since the frame before, where known
   */
  async see(captureMs, picture, rotation) {
    const size = fitted(picture, SMALL);
    const small = this.#reader ? null : await smaller(picture, size);
    if (small) {
      this.#worker.postMessage({ type: "frame", captureMs, rotation, bitmap: small }, [small]);
    } else if (picture.width > 0) {
      // not closed meanwhile
      this.#reader ??= new SmallPicture();
      const pixels = this.#reader.readScaled(picture, size);
      this.#worker.postMessage({ type: "frame", captureMs, rotation, pixels }, [pixels.rgba.buffer]);
    }
  }

  /** @param {AnchorPose} pose */
  hear(pose) {
    this.#worker.postMessage({ type: "pose", pose });
  }

  /** Another connection: what was heard before counts no more. */
  reset() {
    this.#worker.postMessage({ type: "reset" });
  }

  end() {
    this.#worker.terminate();
  }

  /** @param {FromWorker} message */
  #hear(message) {
    if (message.type === "dropped") this.#handlers.onDropped(message.reason);
    else this.#handlers.onShown(message.shown, message.tookMs);
  }
}

/**
 * A small copy, or null where this browser does not scale on the way.
 * @param {ImageBitmap} picture
 * @param {{width: number, height: number}} size
 */
async function smaller(picture, { width, height }) {
  const small = await createImageBitmap(picture, { resizeWidth: width, resizeHeight: height, resizeQuality: "low" });
  if (small.width === width && small.height === height) return small;
  small.close();
  return null;
}
