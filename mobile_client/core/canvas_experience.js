/**
 * The experience `canvas`: an overlay on the artwork, wherever the camera moves. Each camera picture is tracked, sent when
 * there is room, and drawn with the overlay where the artwork is in it. Knows no journey.
 */

import { AnchoredView, STALE_AFTER_MS } from "./anchored_view.js";
import { grabPicture } from "./camera_pictures.js";
import { Encoder } from "./encoder.js";
import { FrameCost } from "./frame_cost.js";
import { FramePump } from "./frame_pump.js";
import { OverlaySource } from "./overlay_source.js";
import { PoseView } from "./pose_view.js";
import { MotionHint } from "./warp/motion_hint.js";
import { Stamina } from "./warp/stamina.js";
import { WarpWorker } from "./warp/warp_worker.js";

/** @enum {string} How poses are shown, as telemetry names it. */
export const WarpMode = Object.freeze({
  TRACKED: "tracked", // carried on to the present picture
  POSE: "pose", // with the picture that they belong to: the phone could not keep up
});

/** The overlay counts as being on the artwork from here on. */
const ANCHORED_OPACITY = 0.5;
/** A worker that took a frame and did not answer for so long never will. */
const DEAF_MS = 4000;

/**
 * @typedef {object} CanvasParts
 * @property {import("./clock.js").Clock} clock
 * @property {Pick<import("./camera.js").Camera, "eachFrame">} camera
 * @property {HTMLVideoElement} video
 * @property {HTMLCanvasElement} canvas
 * @property {Pick<import("./link.js").Link, "hasRoom" | "sendFrame">} link
 * @property {import("./ticket.js").Station} station
 * @property {boolean} calm whether the visitor wants as little movement as possible
 * @property {(captureMs: number) => Promise<ImageBitmap | null>} [grab] in place of the video's present picture
 * @property {(ageMs: number) => void} onShown
 * @property {(reason: string) => void} onDropped
 * @property {(on: boolean) => void} onAnchored whether the overlay is on the artwork
 */

export class CanvasExperience {
  #parts;
  #view;
  #pump;
  #overlays;
  #poseView;
  #cost = new FrameCost();
  #stamina = new Stamina();
  /** @type {WarpWorker | null} null before the first frame, and for good in mode POSE */
  #worker = null;
  /** @type {string} */
  #mode = WarpMode.TRACKED;
  /** Takes each picture that was given to the worker; null while no frames are wanted. */
  #onFrame = /** @type {((captureMs: number, picture: ImageBitmap) => Promise<boolean>) | null} */ (null);
  #grabbing = false;
  /** @type {{captureMs: number, picture: ImageBitmap} | null} the one that the worker has */
  #tracked = null;
  #lastMs = -Infinity;
  #heardMs = -Infinity;
  #anchored = false;

  motion = new MotionHint();

  /** @param {CanvasParts} parts */
  constructor(parts) {
    const { canvas, clock, calm, station, link, video, onShown, onDropped } = parts;
    this.#parts = parts;
    const onWorked = (/** @type {number} */ ms) => this.#cost.add(ms);
    this.#view = new AnchoredView({
      canvas,
      clock,
      calm,
      target: station.target ?? null,
      onShown,
      onDropped,
      onWorked,
    });
    this.#poseView = new PoseView(this.#view);
    const onOverlay = this.#view.lay.bind(this.#view);
    this.#overlays = new OverlaySource({ overlay: station.overlay ?? null, onOverlay, onDropped });
    this.#pump = new FramePump({ camera: this, encoder: new Encoder(), link, video, clock });
  }

  /** Whether the view is of now, and the server tells where the artwork is. */
  get isFresh() {
    return this.#view.isFresh && this.#parts.clock.nowMs() - this.#heardMs < STALE_AFTER_MS;
  }

  /** For telemetry. */
  get warp() {
    return { mode: this.#mode, p50_ms: tenth(this.#stamina.p50Ms), p95_ms: tenth(this.#stamina.p95Ms) };
  }

  /** @param {import("./frame_pump.js").Pace} pace */
  run(pace) {
    this.#overlays.begin();
    this.#pump.run(pace);
  }

  stop() {
    this.#pump.stop();
    this.#overlays.end();
  }

  /** Another connection. */
  startAnew() {
    this.#heardMs = -Infinity;
    this.#worker?.reset();
    this.#view.startAnew();
    this.#poseView.startAnew();
    this.#anchor(false);
  }

  end() {
    this.stop();
    this.motion.stop();
    this.#worker?.end();
    this.#worker = null;
    this.#dropTracked();
  }

  /** @param {import("./protocol.js").Pose} pose */
  hearPose(pose) {
    this.#heardMs = this.#parts.clock.nowMs();
    if (this.#mode === WarpMode.TRACKED) this.#worker?.hear(poseForWorker(pose));
    else if (this.#poseView.hear(pose)) this.#anchor(pose.homography !== null);
    else this.#parts.onDropped("stale_pose");
  }

  /** @param {import("./protocol.js").Texture} texture */
  hearTexture(texture) {
    this.#overlays.hear(texture);
  }

  /**
   * The camera, as the pump sees it: only pictures that are tracked are sent.
   * @param {((captureMs: number, picture?: ImageBitmap) => Promise<boolean>) | null} onFrame
   */
  eachFrame(onFrame) {
    this.#onFrame = onFrame;
    this.#parts.camera.eachFrame(onFrame && ((captureMs) => void this.#take(captureMs)));
  }

  /** @param {number} captureMs */
  async #take(captureMs) {
    if (this.#grabbing || !this.#view.canDraw || !this.#hasRoom(captureMs)) return;
    this.#grabbing = true;
    this.#cost.begin();
    try {
      const picture = await this.#timed(() => this.#grab(captureMs));
      if (!picture) return;
      if (!this.#onFrame) picture.close();
      else if (this.#mode === WarpMode.TRACKED) this.#track(captureMs, picture, this.#onFrame);
      else await this.#send(captureMs, picture, this.#onFrame);
    } finally {
      this.#grabbing = false;
    }
  }

  /** @param {number} captureMs */
  #hasRoom(captureMs) {
    if (this.#mode === WarpMode.POSE) return this.#parts.link.hasRoom;
    if (this.#tracked && captureMs - this.#tracked.captureMs > DEAF_MS) this.#giveUp("the worker does not answer");
    return this.#tracked === null;
  }

  /** @param {number} captureMs */
  #grab(captureMs) {
    const { grab, video } = this.#parts;
    return grab ? grab(captureMs) : grabPicture(video);
  }

  /**
   * @param {number} captureMs
   * @param {ImageBitmap} picture
   * @param {(captureMs: number, picture: ImageBitmap) => Promise<boolean>} onFrame
   */
  #track(captureMs, picture, onFrame) {
    const rotation = this.motion.between(this.#lastMs, captureMs);
    this.#lastMs = captureMs;
    this.#tracked = { captureMs, picture };
    this.#worker ??= this.#hire();
    void this.#timed(() => this.#worker?.see(captureMs, picture, rotation));
    void this.#timed(() => onFrame(captureMs, picture));
  }

  /**
   * @param {number} captureMs
   * @param {ImageBitmap} picture
   * @param {(captureMs: number, picture: ImageBitmap) => Promise<boolean>} onFrame
   */
  async #send(captureMs, picture, onFrame) {
    if (await this.#timed(() => onFrame(captureMs, picture))) this.#poseView.keep(captureMs, picture);
    else picture.close();
  }

  #hire() {
    return new WarpWorker({
      onShown: (shown, tookMs) => this.#tellShown(shown, tookMs),
      onDropped: this.#parts.onDropped,
      onFailed: (message) => this.#giveUp(message),
    });
  }

  /**
   * @param {import("./warp/late_warp.js").Shown} shown
   * @param {number} tookMs
   */
  #tellShown(shown, tookMs) {
    if (this.#tracked?.captureMs !== shown.captureMs) return;
    const { picture } = this.#tracked;
    this.#tracked = null;
    this.#stamina.took(tookMs);
    this.#parts.canvas.dataset.warp = this.#mode;
    this.#parts.canvas.dataset.mainMs = this.#cost.p95Ms.toFixed(2);
    this.#view.offer({ ...shown, picture });
    this.#anchor(shown.corners !== null && shown.opacity > ANCHORED_OPACITY);
    if (this.#stamina.isExhausted) this.#giveUp(`a warp takes ${this.#stamina.p50Ms.toFixed(0)} ms`);
  }

  /**
   * From now on poses are shown with the pictures that they belong to.
   * @param {string} why
   */
  #giveUp(why) {
    console.warn(`the late warp is given up: ${why}`);
    this.#mode = WarpMode.POSE;
    this.#parts.canvas.dataset.warp = this.#mode;
    this.#worker?.end();
    this.#worker = null;
    this.#dropTracked();
  }

  #dropTracked() {
    this.#tracked?.picture.close();
    this.#tracked = null;
  }

  /** @param {boolean} on */
  #anchor(on) {
    if (on === this.#anchored) return;
    this.#anchored = on;
    this.#parts.onAnchored(on);
  }

  /**
   * Counts what a part of a picture's way costs this thread, up to where it waits.
   * @template T
   * @param {() => T} part
   */
  #timed(part) {
    const begunMs = performance.now();
    const result = part();
    this.#cost.add(performance.now() - begunMs);
    return result;
  }
}

/** @param {import("./protocol.js").Pose} pose */
function poseForWorker({ state, seq, capture_ms, homography }) {
  return { state, seq, capture_ms, homography: homography ?? new Float64Array(9) };
}

/** @param {number} value */
function tenth(value) {
  return Math.round(value * 10) / 10;
}
