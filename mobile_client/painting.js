/** The loop behind the live picture: camera to link to canvas, measured each second. Knows no journey. */

import { Encoder } from "./core/encoder.js";
import { FramePump } from "./core/frame_pump.js";
import { Link } from "./core/link.js";
import { memoryOf } from "./core/memory.js";
import { Meter } from "./core/meter.js";
import { OverlayView } from "./core/overlay_view.js";
import { WakeLock } from "./core/wake_lock.js";

const SECOND_MS = 1000;
/** For a status that does not say what to send. */
const USUAL_PACE = Object.freeze({ fps: 15, width: 480, height: 360 });

/**
 * @typedef {object} PaintingParts
 * @property {Window} window
 * @property {string} ticket
 * @property {import("./core/clock.js").Clock} clock
 * @property {import("./core/camera.js").Camera} camera
 * @property {HTMLVideoElement} video
 * @property {HTMLCanvasElement} canvas
 * @property {PaintingHandlers} handlers
 */

/**
 * @typedef {object} PaintingHandlers
 * @property {(welcome: import("./core/link.js").TextMessage) => void} onWelcome
 * @property {(status: import("./core/link.js").TextMessage) => void} onStatus
 * @property {(code: string, retryAfterMs: number) => void} onLost
 * @property {(code: string, state: string) => void} onOver
 * @property {() => void} onPainted called when `painted` may have changed
 */

export class Painting {
  #clock;
  #handlers;
  #meter;
  #overlays;
  #wakeLock;
  #pump;
  /** Whether an overlay was shown since the link was opened. */
  #everShown = false;
  /** @type {() => void} */
  #stopReporting = () => {};

  /** @param {PaintingParts} parts */
  constructor({ window, ticket, clock, camera, video, canvas, handlers }) {
    this.#clock = clock;
    this.#handlers = handlers;
    this.#meter = new Meter(clock.nowMs());
    this.#wakeLock = new WakeLock(window.navigator.wakeLock);
    /** @param {string} reason */
    const onDropped = (reason, count = 1) => this.#meter.dropped(reason, count);
    this.#overlays = new OverlayView({ canvas, clock, onShown: (ageMs) => this.#shown(ageMs), onDropped });
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    this.link = new Link({
      url: `${scheme}://${window.location.host}/ws`,
      ticket,
      clock,
      memory: memoryOf(window, "sessionStorage"),
      handlers: {
        onWelcome: (welcome) => this.#welcomed(welcome),
        onStatus: (status) => this.#heardStatus(status),
        onOverlay: (overlay) => this.#overlays.offer(overlay),
        onDropped,
        onLost: (code, retryAfterMs) => this.#lost(() => handlers.onLost(code, retryAfterMs)),
        onOver: (code, state) => this.#lost(() => handlers.onOver(code, state)),
      },
    });
    this.#pump = new FramePump({ camera, encoder: new Encoder(), link: this.link, video, clock });
  }

  /** What the canvas holds: nothing yet, a picture of now, or one that is too old to be shown. */
  get painted() {
    if (this.#overlays.isFresh) return "fresh";
    return this.#everShown ? "late" : "none";
  }

  /** @param {string} language of the visitor */
  begin(language) {
    this.#everShown = false;
    this.link.connect(language);
    this.keepAwake();
    this.#stopReporting();
    this.#stopReporting = this.#clock.every(SECOND_MS, () => this.#report());
  }

  /** Says goodbye and lets the screen sleep. */
  end() {
    this.pause();
    this.#stopReporting();
    this.#wakeLock.release();
  }

  /** Says goodbye for as long as the page is kept aside. */
  pause() {
    this.#pump.stop();
    this.link.leave();
    this.#overlays.startAnew();
  }

  keepAwake() {
    void this.#wakeLock.hold();
  }

  /** @param {import("./core/link.js").TextMessage} welcome */
  #welcomed(welcome) {
    this.#overlays.startAnew();
    this.#handlers.onWelcome(welcome);
  }

  /** @param {import("./core/link.js").TextMessage} status */
  #heardStatus(status) {
    const live = status.state === "live" || status.state === "slow";
    const { fps, width, height } = { ...USUAL_PACE, ...status };
    if (live) this.#pump.run({ fps, width, height });
    else this.#pump.stop();
    this.#handlers.onStatus(status);
  }

  /** @param {() => void} tell */
  #lost(tell) {
    this.#pump.stop();
    tell();
  }

  /** @param {number} ageMs */
  #shown(ageMs) {
    this.#meter.shown(ageMs);
    if (this.#everShown) return;
    this.#everShown = true;
    this.#handlers.onPainted();
  }

  #report() {
    this.link.report(this.#meter.report(this.#clock.nowMs()));
    this.#handlers.onPainted();
  }
}
