/** The loop behind the live picture: camera to link to canvas, measured each second. Knows no journey and no wish. */

import { CanvasExperience } from "./core/canvas_experience.js";
import { LensExperience } from "./core/lens_experience.js";
import { Link } from "./core/link.js";
import { memoryOf } from "./core/memory.js";
import { Meter } from "./core/meter.js";
import { WakeLock } from "./core/wake_lock.js";

const SECOND_MS = 1000;
/** For a status that does not say what to send. */
const USUAL_PACE = Object.freeze({ fps: 15, width: 480, height: 360 });

/**
 * @typedef {object} PaintingParts
 * @property {Window} window
 * @property {string} ticket
 * @property {import("./core/clock.js").Clock} clock
 * @property {Pick<import("./core/camera.js").Camera, "eachFrame">} camera
 * @property {HTMLVideoElement} video
 * @property {() => HTMLCanvasElement} freshCanvas gives the page a canvas on which nothing was drawn yet
 * @property {Station} station
 * @property {new (url: string, subprotocol: string) => WebSocket} [Socket]
 * @property {(captureMs: number) => Promise<import("./core/camera_pictures.js").Picture | null>} [grab] in place of the video's present picture
 * @property {PaintingHandlers} handlers
 */

/**
 * @typedef {object} PaintingHandlers
 * @property {(welcome: import("./core/link.js").TextMessage) => void} onWelcome
 * @property {(status: import("./core/link.js").TextMessage) => void} onStatus
 * @property {(code: string, retryAfterMs: number) => void} onLost
 * @property {import("./core/link.js").LinkHandlers["onOver"]} onOver
 * @property {() => void} onPainted called when `painted` may have changed
 * @property {(on: boolean) => void} [onAnchored] whether the overlay of a canvas is on its artwork
 * @property {(message: import("./core/link.js").TextMessage) => void} [onNearby] another station's code was seen
 * @property {(message: import("./core/link.js").TextMessage) => void} [onChanged] the station does something else from now on
 * @property {(message: import("./core/link.js").TextMessage) => void} [onDream] how a wish goes on, or that a picture was kept
 * @property {(message: import("./core/link.js").TextMessage) => void} [onHouse] an announcement, or what to show while no worker is there
 * @property {(texture: import("./core/protocol.js").Texture) => boolean} [onTexture] whether it is to be shown
 * @property {() => void} [onRenewed] the first picture since then is on the screen
 */

/** @typedef {import("./core/ticket.js").Station} Station */

export class Painting {
  #parts;
  #clock;
  #handlers;
  #meter;
  #wakeLock;
  /** @type {CanvasExperience | null} set at a station whose experience is canvas or dream */
  #canvas = null;
  /** @type {LensExperience | null} set at any other */
  #lens = null;
  /** @type {import("./core/beat.js").Pace | null} what the server wants; null while it wants no frames */
  #pace = null;
  /** Whether a painted picture was shown since the link was opened. */
  #everShown = false;
  /** Answers to frames up to this one may be of before the station changed. */
  #oldSeq = 0;
  /** Whether an answer to a later one is still to be shown. */
  #isRenewing = false;
  /** @type {import("./core/protocol.js").Texture | null} the newest since then: it may come before its canvas */
  #texture = null;
  /** @type {() => void} */
  #stopReporting = () => {};

  /** @param {PaintingParts} parts */
  constructor({ window, ticket, station, Socket, handlers, ...parts }) {
    this.#clock = parts.clock;
    this.#handlers = handlers;
    this.#meter = new Meter(parts.clock.nowMs());
    this.#wakeLock = new WakeLock(window.navigator.wakeLock);
    this.link = this.#linkTo(window, ticket, Socket);
    this.#parts = {
      ...parts,
      link: this.link,
      calm: window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      onShown: (/** @type {number} */ ageMs) => this.#shown(ageMs),
      onDropped: (/** @type {string} */ reason) => this.#meter.dropped(reason),
      onAnchored: handlers.onAnchored ?? (() => {}),
    };
    this.#paintAt(station);
  }

  /** What the canvas holds: nothing yet, a picture of now, or one that is too old to be shown. */
  get painted() {
    if (this.#experience.isFresh) return "fresh";
    return this.#everShown ? "late" : "none";
  }

  /** The motion sensors as a hint, to be listened to once the visitor allowed it; null where none is of use. */
  get motion() {
    return this.#canvas?.motion ?? null;
  }

  /** How the late warp of a canvas is doing, as telemetry tells it; null at a lens. */
  get warp() {
    return this.#canvas?.warp ?? null;
  }

  /** @param {string} language of the visitor */
  begin(language) {
    this.#everShown = false;
    this.link.connect(language);
    this.keepAwake();
    this.#stopReporting();
    this.#stopReporting = this.#clock.every(SECOND_MS, () => this.#report());
  }

  /**
   * Paints otherwise from now on, over the same connection.
   * @param {Station} station as it is now
   */
  change(station) {
    this.#experience.end();
    this.#everShown = false;
    this.#isRenewing = true;
    this.#paintAt(station);
    if (this.#texture) this.#canvas?.hearTexture(this.#texture);
    if (this.#pace) this.#experience.run(this.#pace);
  }

  /** @param {import("./core/protocol.js").Texture | null} texture what lies on the artwork from now on; null: nothing */
  lay(texture) {
    this.#texture = texture;
    if (texture) this.#canvas?.hearTexture(texture);
    else this.#canvas?.bare();
  }

  /** Says goodbye and lets the screen sleep. */
  end() {
    this.pause();
    this.#experience.end();
    this.#stopReporting();
    this.#wakeLock.release();
  }

  /** Says goodbye for as long as the page is kept aside. */
  pause() {
    this.#stop();
    this.link.leave();
    this.#experience.startAnew();
  }

  keepAwake() {
    void this.#wakeLock.hold();
  }

  /** @param {Station} station */
  #paintAt(station) {
    const isLens = station.experience === "lens";
    this.#canvas = isLens ? null : new CanvasExperience({ ...this.#parts, station });
    this.#lens = isLens ? new LensExperience(this.#parts) : null;
  }

  get #experience() {
    return /** @type {CanvasExperience | LensExperience} */ (this.#canvas ?? this.#lens);
  }

  /**
   * @param {Window} window
   * @param {string} ticket
   * @param {PaintingParts["Socket"]} Socket
   */
  #linkTo(window, ticket, Socket) {
    const { location } = window;
    return new Link({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
      ticket,
      clock: this.#clock,
      memory: memoryOf(window, "sessionStorage"),
      Socket,
      handlers: {
        onWelcome: (welcome) => this.#welcomed(welcome),
        onStatus: (status) => this.#heardStatus(status),
        onOverlay: (overlay) => this.#lens?.hearOverlay(overlay),
        onPose: (pose) => this.#canvas?.hearPose(pose),
        onTexture: (texture) => this.#heardTexture(texture),
        onChanged: (message, seq) => this.#heardChange(message, seq),
        onNearby: (message) => this.#handlers.onNearby?.(message),
        onDream: (message) => this.#handlers.onDream?.(message),
        onHouse: (message) => this.#handlers.onHouse?.(message),
        onDropped: (reason, count) => this.#meter.dropped(reason, count),
        onLost: (code, retryAfterMs) => this.#lost(() => this.#handlers.onLost(code, retryAfterMs)),
        onOver: (...end) => this.#lost(() => this.#handlers.onOver(...end)),
      },
    });
  }

  /** @param {import("./core/link.js").TextMessage} welcome */
  #welcomed(welcome) {
    this.#oldSeq = 0;
    this.#texture = null;
    this.#experience.startAnew();
    this.#handlers.onWelcome(welcome);
  }

  /** @param {import("./core/link.js").TextMessage} status */
  #heardStatus(status) {
    const live = status.state === "live" || status.state === "slow";
    const { fps, width, height } = { ...USUAL_PACE, ...status };
    if (live) this.#experience.run((this.#pace = { fps, width, height }));
    else this.#stop();
    this.#handlers.onStatus(status);
  }

  /** @param {import("./core/protocol.js").Texture} texture */
  #heardTexture(texture) {
    if (this.#handlers.onTexture?.(texture) ?? true) this.lay(texture);
  }

  /**
   * @param {import("./core/link.js").TextMessage} message
   * @param {number} seq of the last frame that was sent
   */
  #heardChange(message, seq) {
    this.#oldSeq = seq;
    this.#isRenewing = true;
    this.#texture = null;
    this.#handlers.onChanged?.(message);
  }

  #stop() {
    this.#pace = null;
    this.#experience.stop();
  }

  /** @param {() => void} tell */
  #lost(tell) {
    this.#stop();
    tell();
  }

  /** @param {number} ageMs */
  #shown(ageMs) {
    this.#meter.shown(ageMs);
    if (!this.#everShown && this.#experience.isFresh) {
      this.#everShown = true;
      this.#handlers.onPainted();
    }
    if (!this.#isRenewing || !this.#experience.hasShownAfter(this.#oldSeq)) return;
    this.#isRenewing = false;
    this.#handlers.onRenewed?.();
  }

  #report() {
    this.link.report(this.#meter.report(this.#clock.nowMs()), this.warp ?? undefined);
    this.#handlers.onPainted();
  }
}
