/** Shows each pose with the very picture that it belongs to: for phones on which the late warp cannot run. */

import { cornersOf } from "./warp/homography.js";

/** Pictures kept for poses that are still to come. */
const KEPT = 4;

/** @typedef {{captureMs: number, picture: ImageBitmap}} Kept */

export class PoseView {
  #view;
  /** @type {Kept[]} oldest first */
  #kept = [];

  /** @param {Pick<import("./anchored_view.js").AnchoredView, "offer">} view */
  constructor(view) {
    this.#view = view;
  }

  /**
   * Keeps a picture that was sent to the server.
   * @param {number} captureMs
   * @param {ImageBitmap} picture
   */
  keep(captureMs, picture) {
    this.#kept.push({ captureMs, picture });
    if (this.#kept.length > KEPT) this.#kept.shift()?.picture.close();
  }

  /** Lets go of all pictures. */
  startAnew() {
    for (const { picture } of this.#kept) picture.close();
    this.#kept = [];
  }

  /**
   * @param {import("./protocol.js").Pose} pose
   * @returns {boolean} whether its picture was still there
   */
  hear({ capture_ms, homography, seq }) {
    const found = this.#kept.find(({ captureMs }) => captureMs === capture_ms);
    if (!found) return false;
    for (const { picture, captureMs } of this.#kept) if (captureMs < capture_ms) picture.close();
    this.#kept = this.#kept.filter(({ captureMs }) => captureMs > capture_ms);
    const corners = homography && cornersOf(homography);
    this.#view.offer({ ...found, corners, opacity: corners ? 1 : 0, seq: corners ? seq : 0, light: null });
    return true;
  }
}
