/** The experience `lens`: camera pictures go out, repainted ones come back and are shown as they are. Knows no journey. */

import { Encoder } from "./encoder.js";
import { FramePump } from "./frame_pump.js";
import { OverlayView } from "./overlay_view.js";

/**
 * @typedef {object} LensParts
 * @property {import("./clock.js").Clock} clock
 * @property {Pick<import("./camera.js").Camera, "eachFrame">} camera
 * @property {HTMLVideoElement} video
 * @property {() => HTMLCanvasElement} freshCanvas gives the page a canvas on which nothing was drawn yet
 * @property {Pick<import("./link.js").Link, "hasRoom" | "sendFrame">} link
 * @property {(ageMs: number) => void} onShown
 * @property {(reason: string) => void} onDropped
 */

export class LensExperience {
  #overlays;
  #pump;

  /** @param {LensParts} parts */
  constructor({ clock, camera, video, freshCanvas, link, onShown, onDropped }) {
    this.#overlays = new OverlayView({ canvas: freshCanvas(), clock, onShown, onDropped });
    this.#pump = new FramePump({ camera, encoder: new Encoder(), link, video, clock });
  }

  /** Whether a painted picture is on the screen that is not too old. */
  get isFresh() {
    return this.#overlays.isFresh;
  }

  /** @param {number} seq of a frame: whether the picture on the screen answers a later one */
  hasShownAfter(seq) {
    return this.#overlays.hasShownAfter(seq);
  }

  /** @param {import("./beat.js").Pace} pace */
  run(pace) {
    this.#pump.run(pace);
  }

  stop() {
    this.#pump.stop();
  }

  /** Another connection. */
  startAnew() {
    this.#overlays.startAnew();
  }

  /** It will not be run again. */
  end() {
    this.stop();
    this.startAnew();
  }

  /** @param {import("./protocol.js").Overlay} overlay */
  hearOverlay(overlay) {
    this.#overlays.offer(overlay);
  }
}
