/** Camera to link: the newest picture, when the link has room for it, and no faster than the server asked. */

import { Beat } from "./beat.js";

/**
 * @typedef {object} PumpParts
 * @property {Pick<import("./camera.js").Camera, "eachFrame">} camera
 * @property {Pick<import("./encoder.js").Encoder, "encode">} encoder
 * @property {Pick<import("./link.js").Link, "hasRoom" | "sendFrame">} link
 * @property {HTMLVideoElement} video
 * @property {import("./clock.js").Clock} clock
 */

/** @typedef {import("./beat.js").Pace} Pace */

export class FramePump {
  #parts;
  #beat = new Beat();
  /** @type {Pace | null} null while no frames are wanted */
  #pace = null;
  #encoding = false;

  /** @param {PumpParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Pace} pace */
  run(pace) {
    this.#pace = pace;
    this.#parts.camera.eachFrame((captureMs) => void this.#offer(captureMs));
  }

  stop() {
    this.#pace = null;
    this.#parts.camera.eachFrame(null);
  }

  /** @param {number} captureMs */
  async #offer(captureMs) {
    const { clock, encoder, link, video } = this.#parts;
    const pace = this.#pace;
    if (!pace || this.#encoding || !link.hasRoom || !this.#beat.take(pace, clock.nowMs())) return;
    this.#encoding = true;
    try {
      const encoded = await encoder.encode(video, pace);
      if (encoded && this.#pace) link.sendFrame({ ...encoded, capture_ms: captureMs });
    } finally {
      this.#encoding = false;
    }
  }
}
