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
import { TrackedView } from "./tracked_view.js";
import { MotionHint } from "./warp/motion_hint.js";

/** @enum {string} How poses are shown, as telemetry names it. */
export const WarpMode = Object.freeze({
  TRACKED: "tracked", // carried on to the present picture
  POSE: "pose", // with the picture that they belong to: the phone cannot keep up
});

/** The overlay counts as being on the artwork from here on. */
const ANCHORED_OPACITY = 0.5;

/** @typedef {(captureMs: number, picture: ImageBitmap) => Promise<boolean>} Send whether the picture was sent */

/**
 * @typedef {object} CanvasParts
 * @property {import("./clock.js").Clock} clock
 * @property {Pick<import("./camera.js").Camera, "eachFrame">} camera
 * @property {HTMLVideoElement} video
 * @property {HTMLCanvasElement} canvas on which nothing was drawn yet
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
  #poseView;
  #pump;
  #overlays;
  #cost = new FrameCost();
  /** @type {TrackedView | null} null before the first picture, and for good in mode POSE */
  #trackedView = null;
  /** @type {string} */
  #mode = WarpMode.TRACKED;
  /** @type {Send | null} null while no pictures are wanted */
  #send = null;
  #grabbing = false;
  /** Capture time of the last picture. */
  #lastMs = -Infinity;
  /** When a pose was heard last. */
  #heardMs = -Infinity;
  #anchored = false;
  #stamina = { p50Ms: 0, p95Ms: 0 };

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
    if (!this.#view.isDeep) this.#giveUp("there is no WebGL 2");
    else if (typeof Worker !== "function") this.#giveUp("there are no workers");
  }

  /** Whether the view is of now, and the server tells where the artwork is. */
  get isFresh() {
    return this.#view.isFresh && this.#parts.clock.nowMs() - this.#heardMs < STALE_AFTER_MS;
  }

  /** For telemetry. */
  get warp() {
    const { p50Ms, p95Ms } = this.#stamina;
    return { mode: this.#mode, p50_ms: tenth(p50Ms), p95_ms: tenth(p95Ms) };
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
    this.#trackedView?.startAnew();
    this.#poseView.startAnew();
    this.#view.startAnew();
    this.#anchor(false);
  }

  end() {
    this.stop();
    this.motion.stop();
    this.#trackedView?.end();
    this.#trackedView = null;
    this.#poseView.startAnew();
  }

  /** @param {import("./protocol.js").Pose} pose */
  hearPose(pose) {
    this.#heardMs = this.#parts.clock.nowMs();
    if (this.#mode === WarpMode.TRACKED) this.#trackedView?.hear(pose);
    else if (this.#poseView.hear(pose)) this.#anchor(pose.homography !== null);
    else this.#parts.onDropped("stale_pose");
  }

  /** @param {import("./protocol.js").Texture} texture */
  hearTexture(texture) {
    this.#overlays.hear(texture);
  }

  /**
   * The camera, as the pump sees it: only pictures that are tracked are sent.
   * @param {Send | null} send
   */
  eachFrame(send) {
    this.#send = send;
    this.#parts.camera.eachFrame(send && ((captureMs) => void this.#take(captureMs)));
  }

  /** @param {number} captureMs */
  async #take(captureMs) {
    if (this.#grabbing || !this.#hasRoom(captureMs)) return;
    this.#grabbing = true;
    this.#cost.begin();
    try {
      const picture = await this.#timed(() => this.#grab(captureMs));
      if (!picture) return;
      if (!this.#send) picture.close();
      else if (this.#mode === WarpMode.TRACKED) this.#track(captureMs, picture, this.#send);
      else await this.#keep(captureMs, picture, this.#send);
    } finally {
      this.#grabbing = false;
    }
  }

  /** @param {number} captureMs */
  #hasRoom(captureMs) {
    if (this.#mode === WarpMode.POSE) return this.#parts.link.hasRoom;
    return this.#trackedView?.hasRoom(captureMs) ?? true;
  }

  /** @param {number} captureMs */
  #grab(captureMs) {
    const { grab, video } = this.#parts;
    return grab ? grab(captureMs) : grabPicture(video);
  }

  /**
   * @param {number} captureMs
   * @param {ImageBitmap} picture
   * @param {Send} send
   */
  #track(captureMs, picture, send) {
    const rotation = this.motion.between(this.#lastMs, captureMs);
    this.#lastMs = captureMs;
    this.#trackedView ??= this.#makeTrackedView();
    const view = this.#trackedView;
    this.#timed(() => view.take(captureMs, picture, rotation));
    void this.#timed(() => send(captureMs, picture));
  }

  /**
   * Without a late warp: a picture that was sent waits for its pose.
   * @param {number} captureMs
   * @param {ImageBitmap} picture
   * @param {Send} send
   */
  async #keep(captureMs, picture, send) {
    if (await this.#timed(() => send(captureMs, picture))) this.#poseView.keep(captureMs, picture);
    else picture.close();
  }

  #makeTrackedView() {
    const { canvas, onDropped } = this.#parts;
    const view = new TrackedView({
      view: this.#view,
      onAnchored: (on, opacity) => {
        canvas.dataset.mainMs = this.#cost.p95Ms.toFixed(2);
        this.#anchor(on && opacity > ANCHORED_OPACITY);
      },
      onDropped,
      onExhausted: (why) => this.#giveUp(why),
    });
    canvas.dataset.warp = this.#mode;
    this.#stamina = view.stamina;
    return view;
  }

  /**
   * From now on poses are shown with the pictures that they belong to.
   * @param {string} why
   */
  #giveUp(why) {
    console.warn(`the late warp is given up: ${why}`);
    this.#mode = WarpMode.POSE;
    this.#parts.canvas.dataset.warp = this.#mode;
    this.#trackedView?.end();
    this.#trackedView = null;
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

/** @param {number} value */
function tenth(value) {
  return Math.round(value * 10) / 10;
}
