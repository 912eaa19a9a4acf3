/**
 * The late warp: small frames and poses in, corners for each frame out. Keeps the ring, the anchor, the smoothing and the
 * light of one visit; runs in a worker, and just as well anywhere else.
 */

import { Anchor } from "./anchor.js";
import { FrameRing } from "./frame_ring.js";
import { LightReading } from "./light.js";
import { OneEuro } from "./one_euro.js";
import { turnOf } from "./turn.js";

/** Corners in units of the frame: at rest they tremble little, and at 300 px a second they lag by less than a pixel. */
export const SMOOTHING = Object.freeze({ leastCutoffHz: 0.8, beta: 350, speedCutoffHz: 5 });

/**
 * @typedef {object} SmallFrame
 * @property {number} captureMs
 * @property {number} width
 * @property {number} height
 * @property {ArrayLike<number>} rgba
 * @property {readonly number[] | null} [rotation] radians about the camera's axes since the frame before, where known
 */

/**
 * @typedef {object} Shown
 * @property {number} captureMs of the frame
 * @property {Float64Array | null} corners in units of the frame; null while nothing is to be shown
 * @property {number} opacity
 * @property {string} state of the anchor
 * @property {number} seq of the pose in use
 * @property {import("./light.js").Light | null} light
 */

export class LateWarp {
  #ring = new FrameRing();
  #anchor;
  #filter = new OneEuro(8, SMOOTHING);
  #light = new LightReading();

  /** @param {(reason: string) => void} onDropped a pose came to nothing */
  constructor(onDropped) {
    this.#anchor = new Anchor(this.#ring, onDropped);
  }

  /** Another connection: what was heard before counts no more. */
  reset() {
    this.#anchor.reset();
    this.#ring.clear();
  }

  /** @param {import("./anchor.js").AnchorPose} pose */
  hear(pose) {
    this.#anchor.hear(pose);
  }

  /**
   * @param {SmallFrame} small
   * @returns {Shown}
   */
  see({ captureMs, width, height, rgba, rotation = null }) {
    const before = this.#ring.newest;
    const isOther = before && (before.pyramid.width !== width || before.pyramid.height !== height);
    if (isOther || (before && captureMs <= before.captureMs)) this.reset();
    const frame = this.#ring.push(captureMs, width, height);
    frame.pyramid.readRgba(rgba);
    const { corners, begun, ...rest } = this.#anchor.follow(frame, rotation && turnOf(rotation, width, height));
    if (begun || !corners) this.#filter.reset();
    if (begun || !corners) this.#light.reset();
    const smooth = corners && Float64Array.from(this.#filter.filter(corners, captureMs / 1000));
    const light = corners && this.#light.read(rgba, width, height, corners, captureMs);
    return { captureMs, corners: smooth, light, ...rest };
  }
}
