/**
 * All that is done with a camera picture before a canvas: the artwork is followed in it, it is drawn with the overlay in
 * place, and it is made a JPEG of for the server. Runs in a worker, and just as well in the page. Knows no link.
 */

import { fitted, sizeOf } from "../camera_pictures.js";
import { Encoder } from "../encoder.js";
import { PoseState } from "../warp/anchor.js";
import { cornersOf } from "../warp/homography.js";
import { LateWarp } from "../warp/late_warp.js";
import { AnchoredView } from "./anchored_view.js";
import { KeptPictures } from "./kept_pictures.js";
import { SmallPicture } from "./small_picture.js";

/** Of the small frames, longer side first. */
const SMALL = Object.freeze({ width: 320, height: 240 });

/** @typedef {import("../camera_pictures.js").Picture} Picture */
/** @typedef {import("../warp/anchor.js").AnchorPose} AnchorPose */

/**
 * @typedef {object} Sight
 * @property {number} captureMs
 * @property {Picture} picture the camera's
 * @property {number[] | null} rotation of the phone since the picture before, where known
 * @property {import("../camera_pictures.js").Size | null} wanted the largest size of a JPEG of it; null where none is wanted
 * @property {Picture | null} clip the next picture of the overlay, where that is a clip
 */

/**
 * @typedef {object} Shown
 * @property {number} captureMs of the picture
 * @property {number} seq of the pose in use; 0 while there is none
 * @property {number} revision of the overlay's settings
 * @property {Float64Array | null} corners of the artwork, in units of the picture; null while it is not found
 * @property {number} opacity of the overlay there
 * @property {boolean} covered whether there was an overlay to draw
 */

/**
 * @typedef {{type: "shown", shown: Shown}
 *   | {type: "done", warpMs: number}
 *   | {type: "jpeg", captureMs: number, jpeg: import("../encoder.js").Encoded | null}
 *   | {type: "dropped", reason: string}} FromStage `done` with a picture: the next one may come; its late warp took so long
 */

/**
 * @typedef {object} StageParts
 * @property {HTMLCanvasElement | OffscreenCanvas} canvas on which nothing was drawn yet
 * @property {Pick<import("../clock.js").Clock, "nowMs">} clock
 * @property {import("./light_match.js").Colours | null} target the artwork's colours as the curator gave it
 * @property {boolean} calm whether the visitor wants as little movement as possible
 * @property {(message: FromStage) => void} tell
 */

export class Stage {
  #tell;
  #view;
  #encoder = new Encoder();
  #small = new SmallPicture();
  #kept = new KeptPictures();
  /** @type {LateWarp | null} null where poses are shown with the pictures that they belong to */
  #warp;

  /** @param {StageParts} parts */
  constructor({ tell, ...parts }) {
    const onDropped = (/** @type {string} */ reason) => tell({ type: "dropped", reason });
    this.#tell = tell;
    this.#view = new AnchoredView({ ...parts, onDropped });
    this.#warp = new LateWarp(onDropped);
  }

  /** Whether there is WebGL 2. */
  get isDeep() {
    return this.#view.isDeep;
  }

  /**
   * A still overlay.
   * @param {Picture} overlay closed here
   * @param {number} revision of the settings that it was painted with
   */
  lay(overlay, revision) {
    this.#view.lay(overlay, revision);
  }

  /** There is no overlay any more. */
  bare() {
    this.#view.bare();
  }

  /** @param {Sight} sight its pictures are closed here */
  see({ captureMs, picture, rotation, wanted, clip }) {
    if (clip) this.#view.play(clip);
    let warpMs = 0;
    try {
      if (this.#warp) warpMs = this.#follow(this.#warp, captureMs, picture, rotation);
    } catch (error) {
      picture.close();
      throw error;
    }
    if (wanted) void this.#encode(captureMs, picture, wanted);
    else picture.close();
    this.#tell({ type: "done", warpMs });
  }

  /** @param {AnchorPose} pose */
  hear(pose) {
    if (this.#warp) this.#warp.hear(pose);
    else this.#showKept(pose);
  }

  /** Another connection: what was heard before counts no more. */
  reset() {
    this.#warp?.reset();
    this.#kept.clear();
  }

  /** From now on poses are shown with the pictures that they belong to. */
  keepToPoses() {
    this.#warp = null;
  }

  end() {
    this.#kept.clear();
    this.#view.end();
  }

  /**
   * @param {LateWarp} warp
   * @param {number} captureMs
   * @param {Picture} picture
   * @param {number[] | null} rotation
   * @returns {number} milliseconds that the warp took, drawing left aside
   */
  #follow(warp, captureMs, picture, rotation) {
    const begunMs = performance.now();
    const small = this.#small.read(picture, fitted(sizeOf(picture), SMALL));
    const { corners, opacity, light, seq } = warp.see({ ...small, captureMs, rotation });
    const tookMs = performance.now() - begunMs;
    this.#show({ picture, corners, opacity, light }, captureMs, seq);
    return tookMs;
  }

  /** @param {AnchorPose} pose */
  #showKept({ capture_ms: captureMs, homography, state, seq }) {
    const picture = this.#kept.take(captureMs);
    if (!picture) {
      this.#tell({ type: "dropped", reason: "stale_pose" });
      return;
    }
    const corners = state === PoseState.LOOKING ? null : cornersOf(homography);
    this.#show({ picture, corners, opacity: corners ? 1 : 0, light: null }, captureMs, corners ? seq : 0);
    picture.close();
  }

  /**
   * @param {import("./anchored_view.js").View} view
   * @param {number} captureMs
   * @param {number} seq
   */
  #show(view, captureMs, seq) {
    const covered = this.#view.draw(view);
    if (covered === null) return;
    const { corners, opacity } = view;
    const { revision } = this.#view;
    this.#tell({ type: "shown", shown: { captureMs, seq, revision, corners, opacity, covered } });
  }

  /**
   * @param {number} captureMs
   * @param {Picture} picture closed here
   * @param {import("../camera_pictures.js").Size} limit
   */
  async #encode(captureMs, picture, limit) {
    let jpeg = null;
    try {
      if (!this.#warp) await this.#keep(captureMs, picture);
      const encoding = this.#encoder.encode(picture, limit);
      picture.close();
      jpeg = await encoding;
    } catch (error) {
      picture.close();
      console.error(error);
      this.#tell({ type: "dropped", reason: "unencoded" });
    } finally {
      this.#tell({ type: "jpeg", captureMs, jpeg });
    }
  }

  /**
   * A copy waits for the pose: a camera has few frames of its own to give.
   * @param {number} captureMs
   * @param {Picture} picture
   */
  async #keep(captureMs, picture) {
    this.#kept.keep(captureMs, await createImageBitmap(picture));
  }
}
