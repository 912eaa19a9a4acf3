/** The stage's worker as the page sees it: what is done to it is done to the stage over there. */

/** @typedef {import("./stage.js").StageParts} StageParts */
/** @typedef {import("./stage.js").Sight} Sight */
/** @typedef {import("./stage.js").FromStage} FromStage */
/** @typedef {import("../camera_pictures.js").Picture} Picture */
/** @typedef {import("../warp/anchor.js").AnchorPose} AnchorPose */

/**
 * @typedef {{type: "open", parts: {canvas: OffscreenCanvas, target: StageParts["target"], calm: boolean}}
 *   | {type: "see", sight: Sight}
 *   | {type: "lay", overlay: Picture, revision: number}
 *   | {type: "bare"}
 *   | {type: "pose", pose: AnchorPose}
 *   | {type: "reset"}
 *   | {type: "keep_to_poses"}} ToThread
 */
/**
 * @typedef {FromStage
 *   | {type: "opened"}
 *   | {type: "unable", why: string}
 *   | {type: "failed", why: string}} FromThread it was loaded; it cannot be had in a worker; the worker broke
 */

/** Whether this browser may have it; whether it can draw there is known when it was tried. */
export function hasThreads() {
  return typeof Worker === "function" && "transferControlToOffscreen" in HTMLCanvasElement.prototype;
}

export class StageThread {
  #worker;

  /** @param {{canvas: HTMLCanvasElement, target: StageParts["target"], calm: boolean, tell: (message: FromThread) => void}} parts */
  constructor({ canvas, target, calm, tell }) {
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => tell(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      tell({ type: "failed", why: event.message ?? "the worker did not load" });
    };
    const offscreen = canvas.transferControlToOffscreen();
    this.#post({ type: "open", parts: { canvas: offscreen, target, calm } }, [offscreen]);
  }

  /** @param {Sight} sight its pictures are given away */
  see(sight) {
    this.#post({ type: "see", sight }, sight.clip ? [sight.picture, sight.clip] : [sight.picture]);
  }

  /**
   * @param {Picture} overlay given away
   * @param {number} revision
   */
  lay(overlay, revision) {
    this.#post({ type: "lay", overlay, revision }, [overlay]);
  }

  bare() {
    this.#post({ type: "bare" });
  }

  /** @param {AnchorPose} pose */
  hear(pose) {
    this.#post({ type: "pose", pose });
  }

  reset() {
    this.#post({ type: "reset" });
  }

  keepToPoses() {
    this.#post({ type: "keep_to_poses" });
  }

  end() {
    this.#worker.terminate();
  }

  /**
   * @param {ToThread} message
   * @param {Transferable[]} [given]
   */
  #post(message, given = []) {
    this.#worker.postMessage(message, given);
  }
}
