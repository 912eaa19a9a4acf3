/**
 * The experiences `canvas` and `dream`: an overlay on the artwork, wherever the camera moves. Each camera picture goes to the
 * stage, which follows the artwork in it, draws both, and makes a JPEG of it when there is room on the link. Knows no journey.
 */

import { Beat } from "./beat.js";
import { grabPicture } from "./camera_pictures.js";
import { OverlaySource } from "./overlay_source.js";
import { Stamina } from "./stage/stamina.js";
import { StageDoor } from "./stage/stage_door.js";
import { MotionHint } from "./warp/motion_hint.js";

/** @enum {string} How poses are shown, as telemetry names it. */
export const WarpMode = Object.freeze({
  TRACKED: "tracked", // carried on to the present picture
  POSE: "pose", // with the picture that they belong to: the phone cannot keep up
});

/** The overlay counts as being on the artwork from here on. */
const ANCHORED_OPACITY = 0.5;
/** A view that was not drawn anew for so long is taken down: a still picture over a moving camera would be a lie. */
const STALE_AFTER_MS = 2500;

/** @typedef {import("./camera_pictures.js").Picture} Picture */

/**
 * @typedef {object} CanvasParts
 * @property {import("./clock.js").Clock} clock
 * @property {Pick<import("./camera.js").Camera, "eachFrame">} camera
 * @property {HTMLVideoElement} video
 * @property {() => HTMLCanvasElement} freshCanvas gives the page a canvas on which nothing was drawn yet
 * @property {Pick<import("./link.js").Link, "hasRoom" | "sendFrame">} link
 * @property {import("./ticket.js").Station} station
 * @property {boolean} calm whether the visitor wants as little movement as possible
 * @property {(captureMs: number) => Promise<Picture | null>} [grab] in place of the video's present picture
 * @property {(ageMs: number) => void} onShown
 * @property {(reason: string) => void} onDropped
 * @property {(on: boolean) => void} onAnchored whether the overlay is on the artwork
 */

export class CanvasExperience {
  #parts;
  #door;
  #overlays;
  #beat = new Beat();
  /** What the present picture has cost this thread so far, and the one before in all. */
  #costMs = 0;
  #lastCostMs = 0;
  #isTiming = false;
  #stamina = new Stamina();
  /** @type {import("./beat.js").Pace | null} null while no pictures are wanted */
  #pace = null;
  /** @type {string} */
  #mode = WarpMode.TRACKED;
  #isGrabbing = false;
  /** Capture time of the last picture. */
  #lastMs = -Infinity;
  /** When a pose was heard last, and a view was shown last. */
  #heardMs = -Infinity;
  #shownMs = -Infinity;
  #anchored = false;
  /** Frame whose pose put the overlay on the artwork; 0 while it is not there. */
  #overlaidSeq = 0;

  motion = new MotionHint();

  /** @param {CanvasParts} parts */
  constructor(parts) {
    const { clock, calm, freshCanvas, station, onDropped } = parts;
    this.#parts = parts;
    this.#door = new StageDoor({
      freshCanvas,
      clock,
      calm,
      target: station.target ?? null,
      onShown: (shown) => this.#timed(() => this.#show(shown)),
      onJpeg: (captureMs, jpeg) => this.#timed(() => this.#send(captureMs, jpeg)),
      onDone: (warpMs) => this.#judge(warpMs),
      onDropped,
      onPosesOnly: (why) => this.#giveUp(why),
    });
    this.#overlays = new OverlaySource({
      overlay: station.overlay ?? null,
      onOverlay: (still, revision) => this.#door.lay(still, revision),
      onDropped,
    });
  }

  /** Whether the view is of now, and the server tells where the artwork is. */
  get isFresh() {
    return this.#parts.clock.nowMs() - Math.min(this.#shownMs, this.#heardMs) < STALE_AFTER_MS;
  }

  /** @param {number} seq of a frame: whether the overlay is on the artwork by the pose of a later one */
  hasShownAfter(seq) {
    return this.#overlaidSeq > seq;
  }

  /** Whether a picture is under way. */
  get isBusy() {
    return this.#isGrabbing || !this.#door.hasRoom;
  }

  /** For telemetry. */
  get warp() {
    const { p50Ms, p95Ms } = this.#stamina;
    return { mode: this.#mode, p50_ms: tenth(p50Ms), p95_ms: tenth(p95Ms) };
  }

  /** @param {import("./beat.js").Pace} pace */
  run(pace) {
    this.#pace = pace;
    this.#overlays.begin();
    this.#door.open();
    this.#parts.camera.eachFrame((captureMs) => void this.#take(captureMs));
  }

  stop() {
    this.#pace = null;
    this.#parts.camera.eachFrame(null);
    this.#overlays.end();
  }

  /** Another connection. */
  startAnew() {
    this.#heardMs = this.#shownMs = -Infinity;
    this.#overlaidSeq = 0;
    this.#door.reset();
    this.#anchor(false);
  }

  end() {
    this.stop();
    this.motion.stop();
    this.#door.close();
  }

  /** @param {import("./protocol.js").Pose} pose */
  hearPose({ state, seq, capture_ms, homography }) {
    this.#heardMs = this.#parts.clock.nowMs();
    const pose = { state, seq, capture_ms, homography: homography ?? new Float64Array(9) };
    this.#timed(() => this.#door.hear(pose));
  }

  /** @param {import("./protocol.js").Texture} texture */
  hearTexture(texture) {
    this.#overlays.hear(texture);
  }

  /** Nothing lies on the artwork from now on, until another texture comes. */
  bare() {
    this.#overlays.forget();
    this.#door.bare();
  }

  /** @param {number} captureMs */
  async #take(captureMs) {
    this.#door.retireIfDeaf();
    if (!this.isFresh) this.#anchor(false);
    if (this.isBusy) return;
    const wanted = this.#wanted();
    if (!wanted && this.#mode === WarpMode.POSE) return;
    this.#isGrabbing = true;
    [this.#lastCostMs, this.#costMs] = [this.#costMs, 0];
    try {
      const [picture, clip] = await this.#timed(() => this.#grabBoth(captureMs));
      if (picture && this.#pace && this.#door.hasRoom) {
        this.#timed(() => this.#see({ captureMs, picture, wanted, clip }));
        return;
      }
      picture?.close();
      clip?.close();
    } finally {
      this.#isGrabbing = false;
    }
  }

  /** What the server may have of a picture of now, if it may have it. */
  #wanted() {
    const { clock, link } = this.#parts;
    const mayBeSent = this.#pace && link.hasRoom && !this.#door.isEncoding && this.#beat.take(this.#pace, clock.nowMs());
    return mayBeSent ? this.#pace : null;
  }

  /**
   * The camera's picture, and the next one of a clip on the artwork; each is null where there is none.
   * @param {number} captureMs
   */
  async #grabBoth(captureMs) {
    const grabbed = await Promise.allSettled([this.#grab(captureMs), this.#overlays.grab()]);
    return grabbed.map((one) => {
      if (one.status === "fulfilled") return one.value;
      this.#parts.onDropped("ungrabbed"); // the video went away meanwhile
      return null;
    });
  }

  /** @param {number} captureMs */
  #grab(captureMs) {
    const { grab, video } = this.#parts;
    return grab ? grab(captureMs) : grabPicture(video);
  }

  /** @param {Omit<import("./stage/stage.js").Sight, "rotation">} sight */
  #see(sight) {
    const rotation = this.motion.between(this.#lastMs, sight.captureMs);
    this.#lastMs = sight.captureMs;
    this.#door.see({ ...sight, rotation });
  }

  /**
   * @param {number} captureMs
   * @param {import("./encoder.js").Encoded} jpeg
   */
  #send(captureMs, jpeg) {
    if (this.#pace) this.#parts.link.sendFrame({ ...jpeg, capture_ms: captureMs });
  }

  /** @param {import("./stage/stage.js").Shown} shown */
  #show(shown) {
    if (!this.#pace) return; // of before it was stopped
    const { clock, onShown } = this.#parts;
    this.#shownMs = clock.nowMs();
    this.#anchor(shown.corners !== null && shown.opacity > ANCHORED_OPACITY);
    // A dream's artwork is bare at first: there is nothing to wait for.
    const isReady = shown.covered || this.#parts.station.experience === "dream";
    this.#overlaidSeq = this.#anchored && isReady ? shown.seq : 0;
    this.#describe(shown);
    onShown(this.#shownMs - shown.captureMs);
  }

  /**
   * What is shown, for those who watch the page from outside.
   * @param {import("./stage/stage.js").Shown} shown
   */
  #describe({ captureMs, seq, revision, corners, opacity, covered }) {
    const dataset = this.#door.canvas?.dataset;
    if (!dataset) return;
    const place = covered ? corners : null;
    dataset.warp = this.#mode;
    dataset.mainMs = this.#lastCostMs.toFixed(2);
    dataset.shownSeq = String(seq);
    dataset.shownRevision = String(revision);
    dataset.corners = place ? Array.from(place, (value) => value.toFixed(6)).join() : "";
    dataset.opacity = place ? opacity.toFixed(3) : "0";
    dataset.shownCaptureMs = String(captureMs);
  }

  /** @param {number} warpMs */
  #judge(warpMs) {
    if (this.#mode !== WarpMode.TRACKED) return;
    this.#stamina.took(warpMs);
    if (!this.#stamina.isExhausted) return;
    this.#door.keepToPoses();
    this.#giveUp(`a warp takes ${this.#stamina.p50Ms.toFixed(0)} ms`);
  }

  /**
   * From now on poses are shown with the pictures that they belong to.
   * @param {string} why
   */
  #giveUp(why) {
    console.warn(`the late warp is given up: ${why}`);
    this.#mode = WarpMode.POSE;
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
    if (this.#isTiming) return part(); // it is a part of another one
    const begunMs = performance.now();
    this.#isTiming = true;
    try {
      return part();
    } finally {
      this.#isTiming = false;
      this.#costMs += performance.now() - begunMs;
    }
  }
}

/** @param {number} value */
function tenth(value) {
  return Math.round(value * 10) / 10;
}
