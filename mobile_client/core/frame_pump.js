/** Camera to link: the newest picture, when the link has room for it, and no faster than the server asked. */

/**
 * @typedef {object} PumpParts
 * @property {FrameSource} camera
 * @property {Pick<import("./encoder.js").Encoder, "encode">} encoder
 * @property {Pick<import("./link.js").Link, "hasRoom" | "sendFrame">} link
 * @property {HTMLVideoElement} video
 * @property {import("./clock.js").Clock} clock
 */

/** @typedef {(captureMs: number, picture?: ImageBitmap) => Promise<boolean>} OnFrame its picture, if it is not the video's */
/** @typedef {{eachFrame: (onFrame: OnFrame | null) => void}} FrameSource the camera, or what stands between */

/** @typedef {{fps: number, width: number, height: number}} Pace what to send at most; longer side first */

export class FramePump {
  #parts;
  /** @type {Pace | null} null while no frames are wanted */
  #pace = null;
  #encoding = false;
  /** When the next frame may go. */
  #dueMs = 0;

  /** @param {PumpParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Pace} pace */
  run(pace) {
    this.#pace = pace;
    this.#parts.camera.eachFrame((captureMs, picture) => this.#offer(captureMs, picture ?? this.#parts.video));
  }

  stop() {
    this.#pace = null;
    this.#parts.camera.eachFrame(null);
  }

  /**
   * @param {number} captureMs
   * @param {HTMLVideoElement | ImageBitmap} source
   * @returns {Promise<boolean>} whether it went out
   */
  async #offer(captureMs, source) {
    const pace = this.#pace;
    if (!pace || this.#encoding || !this.#parts.link.hasRoom || !this.#isDue(pace)) return false;
    this.#encoding = true;
    try {
      const encoded = await this.#parts.encoder.encode(source, pace);
      return encoded && this.#pace ? this.#parts.link.sendFrame({ ...encoded, capture_ms: captureMs }) : false;
    } finally {
      this.#encoding = false;
    }
  }

  /**
   * Keeps the beat on average although camera pictures come on their own beat; never catches up on more than one.
   * @param {Pace} pace
   */
  #isDue(pace) {
    const nowMs = this.#parts.clock.nowMs();
    const periodMs = 1000 / pace.fps;
    if (nowMs < this.#dueMs - 4) return false;
    this.#dueMs = Math.max(this.#dueMs + periodMs, nowMs);
    return true;
  }
}
