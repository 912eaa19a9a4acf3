/**
 * The stage as the page sees it, wherever it runs: in a worker, or in the page where a worker cannot draw. One picture at a
 * time goes in. A stage that breaks is opened again, more modestly.
 */

import { hasThreads, StageThread } from "./stage_thread.js";

/** A stage that took a picture and is not done with it after so long, and so many more pictures, never will be. */
const DEAF_MS = 4000;
const DEAF_PICTURES = 30;

/** @typedef {import("./stage.js").Sight} Sight */
/** @typedef {StageThread | import("./stage.js").Stage} AnyStage */

/**
 * @typedef {object} StageDoorParts
 * @property {() => HTMLCanvasElement} freshCanvas gives the page a canvas on which nothing was drawn yet
 * @property {import("../clock.js").Clock} clock
 * @property {import("./light_match.js").Colours | null} target the artwork's colours as the curator gave it
 * @property {boolean} calm whether the visitor wants as little movement as possible
 * @property {(shown: import("./stage.js").Shown) => void} onShown
 * @property {(captureMs: number, jpeg: import("../encoder.js").Encoded) => void} onJpeg
 * @property {(warpMs: number) => void} onDone with a picture
 * @property {(reason: string) => void} onDropped
 * @property {(why: string) => void} onPosesOnly from now on there is no late warp
 */

export class StageDoor {
  #parts;
  /** @type {HTMLCanvasElement | null} null while the stage is closed */
  #canvas = null;
  /** @type {AnyStage | null} null while it is closed, or still being fetched */
  #stage = null;
  /** Whether it is there: a worker's modules may take long to come. */
  #isReady = false;
  /** @type {{still: ImageBitmap, revision: number} | null} kept, to be laid again on another stage */
  #overlay = null;
  /** Whether a worker was tried in vain. */
  #isHere = !hasThreads();
  #isPosesOnly = false;
  /** @type {number | null} when the picture was taken with which the stage is busy */
  #busySinceMs = null;
  /** Pictures that it had no room for since then. */
  #refused = 0;
  #isEncoding = false;

  /** @param {StageDoorParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What it draws on; null while it is closed. */
  get canvas() {
    return this.#canvas;
  }

  /** Whether a JPEG is being made. */
  get isEncoding() {
    return this.#isEncoding;
  }

  /** Opens it, if it is not open. */
  open() {
    if (this.#canvas) return;
    const { clock, target, calm, freshCanvas } = this.#parts;
    const canvas = freshCanvas();
    this.#canvas = canvas;
    canvas.dataset.stage = this.#isHere ? "page" : "worker";
    const parts = { canvas, clock, target, calm, tell: this.#earFor(canvas) };
    if (this.#isHere) void this.#fetch(parts);
    else this.#use(new StageThread(parts));
  }

  /** Whether it would take a picture now. */
  get hasRoom() {
    return this.#isReady && this.#busySinceMs === null;
  }

  /** There is another picture: gives a stage up that took one long ago and is still busy with it. */
  retireIfDeaf() {
    if (this.#busySinceMs === null) return;
    this.#refused += 1;
    const isLate = this.#parts.clock.nowMs() - this.#busySinceMs > DEAF_MS;
    if (isLate && this.#refused > DEAF_PICTURES) this.#breakDown("it does not answer");
  }

  /** @param {Sight} sight its pictures are given away */
  see(sight) {
    this.#busySinceMs = this.#parts.clock.nowMs();
    this.#refused = 0;
    this.#isEncoding ||= sight.wanted !== null;
    try {
      this.#stage?.see(sight);
    } catch (error) {
      console.error(error);
      this.#breakDown("it failed");
    }
  }

  /**
   * @param {ImageBitmap} still closed here
   * @param {number} revision of the settings that it was painted with
   */
  lay(still, revision) {
    this.#overlay?.still.close();
    this.#overlay = { still, revision };
    if (this.#stage) void this.#layOn(this.#stage);
  }

  /** There is no overlay any more. */
  bare() {
    this.#overlay?.still.close();
    this.#overlay = null;
    this.#stage?.bare();
  }

  /** @param {import("../warp/anchor.js").AnchorPose} pose */
  hear(pose) {
    this.#stage?.hear(pose);
  }

  /** Another connection: what was heard before counts no more. */
  reset() {
    this.#stage?.reset();
  }

  /** From now on poses are shown with the pictures that they belong to. */
  keepToPoses() {
    this.#isPosesOnly = true;
    this.#stage?.keepToPoses();
  }

  close() {
    this.#stage?.end();
    this.#stage = this.#canvas = null;
    this.#isReady = false;
    this.#beIdle();
  }

  /**
   * In the page: fetched only where it is needed.
   * @param {import("./stage.js").StageParts} parts
   */
  async #fetch(parts) {
    try {
      const { Stage } = await import("./stage.js");
      if (parts.canvas !== this.#canvas) return;
      const stage = new Stage(parts);
      this.#use(stage);
      this.#isReady = true;
      if (!stage.isDeep) this.#goOnWithPoses("there is no WebGL 2");
    } catch (error) {
      console.error(error);
      this.#parts.onDropped("no_stage");
      if (parts.canvas === this.#canvas) this.close(); // until it is opened again
    }
  }

  /** @param {AnyStage} stage */
  #use(stage) {
    this.#stage = stage;
    if (this.#isPosesOnly) stage.keepToPoses();
    void this.#layOn(stage);
  }

  /** @param {AnyStage} stage */
  async #layOn(stage) {
    const overlay = this.#overlay;
    if (!overlay) return;
    const copy = await createImageBitmap(overlay.still);
    if (stage === this.#stage && overlay === this.#overlay) stage.lay(copy, overlay.revision);
    else copy.close();
  }

  /**
   * What a stage tells; one that was closed is not listened to.
   * @param {HTMLCanvasElement} canvas the stage's
   */
  #earFor(canvas) {
    return (/** @type {import("./stage_thread.js").FromThread} */ message) => {
      if (canvas === this.#canvas) this.#hear(message);
    };
  }

  /** @param {import("./stage_thread.js").FromThread} message */
  #hear(message) {
    const { onShown, onJpeg, onDone, onDropped } = this.#parts;
    if (message.type === "shown") onShown(message.shown);
    else if (message.type === "dropped") onDropped(message.reason);
    else if (message.type === "opened") this.#isReady = true;
    else if (message.type === "unable") this.#moveHere(message.why);
    else if (message.type === "failed") this.#breakDown(message.why);
    else if (message.type === "jpeg") {
      this.#isEncoding = false;
      if (message.jpeg) onJpeg(message.captureMs, message.jpeg);
    } else {
      this.#busySinceMs = null;
      onDone(message.warpMs);
    }
  }

  #beIdle() {
    this.#busySinceMs = null;
    this.#isEncoding = false;
  }

  /** @param {string} why */
  #breakDown(why) {
    if (this.#isHere) this.#beIdle();
    else this.#moveHere(why);
    this.#goOnWithPoses(why);
  }

  /**
   * Goes on in the page's own thread.
   * @param {string} why
   */
  #moveHere(why) {
    console.warn(`the stage is not in a worker: ${why}`);
    this.close();
    this.#isHere = true;
    this.open();
  }

  /** @param {string} why */
  #goOnWithPoses(why) {
    this.keepToPoses();
    this.#parts.onPosesOnly(why);
  }
}
