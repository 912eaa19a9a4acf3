/** The phone's camera in a video element: opens the right lens, tells of each new picture, comes back after a sleep. */

import { CameraError } from "./camera_error.js";
import { betterLens, wishes } from "./lenses.js";

const REMEMBERED_LENS = "vernissage.lens";
const BUSY_RETRY_MS = 600;
/** A captureTime older than this is on another clock than ours. */
const OLDEST_CAPTURE_MS = 1000;

/**
 * @typedef {object} CameraParts
 * @property {HTMLVideoElement} video
 * @property {MediaDevices | undefined} devices `navigator.mediaDevices`; absent on insecure pages and in some apps
 * @property {import("./platform.js").System} system
 * @property {import("./clock.js").Clock} clock
 * @property {import("./memory.js").Memory} memory
 * @property {(error: CameraError) => void} onLost the camera ended and did not come back
 * @property {(track: MediaStreamTrack) => void} onOpened a camera was opened, the first or another
 */

export class Camera {
  #parts;
  /** @type {MediaStream | null} set while the camera is open */
  #stream = null;
  /** Device id asked for; null for the system's own choice. Kept for the next visit. */
  #chosen;
  /** @type {import("./lenses.js").Side | null} that the visitor turned to, for this visit */
  #side = null;
  /** Counts openings, so that a slow one does not undo a later one. */
  #opening = 0;
  /** @type {((captureMs: number) => void) | null} */
  #onFrame = null;
  #watching = false;

  /** @param {CameraParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#chosen = parts.memory.getItem(REMEMBERED_LENS);
  }

  get isOpen() {
    return this.track?.readyState === "live";
  }

  /** Whether the camera looks at the visitor, so that the picture is to be mirrored. */
  get facesVisitor() {
    return this.track?.getSettings().facingMode === "user";
  }

  /** Whether the phone tells its sides apart, so that there is another to turn to. */
  get knowsItsSide() {
    return ["user", "environment"].includes(this.track?.getSettings().facingMode ?? "");
  }

  get lensId() {
    return this.track?.getSettings().deviceId ?? "";
  }

  /** Undefined while the camera is closed. */
  get track() {
    return this.#stream?.getVideoTracks()[0];
  }

  /** Opens the camera, or throws CameraError. */
  async open() {
    const opening = ++this.#opening;
    const stream = await this.#acquire();
    if (opening !== this.#opening) {
      stopStream(stream);
      return;
    }
    this.#use(stream);
    if (!this.#chosen || this.#side) await this.#takeBetterLens(opening);
    if (opening === this.#opening && this.track) this.#parts.onOpened(this.track);
    await this.#play();
  }

  close() {
    this.#opening += 1;
    if (this.#stream) stopStream(this.#stream);
    this.#stream = null;
    this.#parts.video.srcObject = null;
  }

  /** The lenses to choose from; labels are known only after the camera was allowed. */
  async lenses() {
    const all = (await this.#parts.devices?.enumerateDevices()) ?? [];
    return all.filter((device) => device.kind === "videoinput" && device.deviceId);
  }

  /**
   * Opens another lens and remembers it.
   * @param {string} lensId
   */
  async choose(lensId) {
    this.#chosen = lensId;
    this.#side = null;
    this.#parts.memory.setItem(REMEMBERED_LENS, lensId);
    this.close(); // many phones cannot hold two cameras open
    await this.open();
  }

  /** Opens the camera on the phone's other side, for this visit; where it cannot be had the present one comes back. */
  async turn() {
    const before = this.#side;
    this.#side = this.facesVisitor ? "environment" : "user";
    this.close(); // many phones cannot hold two cameras open
    try {
      await this.open();
    } catch (error) {
      if (CameraError.of(error).reason !== "none") throw error;
      this.#side = before;
      await this.open();
    }
  }

  /** After the page was hidden or kept aside: plays on, or opens again what the system has ended. */
  async wake() {
    if (!this.#stream) return;
    if (this.isOpen) await this.#play();
    else await this.open();
  }

  /**
   * Calls with the capture time of each new picture, on the phone's clock, until the next call of this method.
   * @param {((captureMs: number) => void) | null} onFrame
   */
  eachFrame(onFrame) {
    this.#onFrame = onFrame;
    if (onFrame && !this.#watching) {
      this.#watching = true;
      this.#watch();
    }
  }

  async #acquire() {
    const { devices, system } = this.#parts;
    if (!devices?.getUserMedia) throw new CameraError("unsupported");
    let failure = new CameraError("none");
    for (const video of wishes(system, this.#chosen, this.#side)) {
      try {
        return await this.#ask(video);
      } catch (error) {
        failure = CameraError.of(error);
        if (failure.reason !== "none") throw failure;
        if (video.deviceId) this.#forgetLens();
      }
    }
    throw failure;
  }

  /** @param {MediaTrackConstraints} video */
  async #ask(video) {
    const devices = /** @type {MediaDevices} */ (this.#parts.devices);
    try {
      return await devices.getUserMedia({ video, audio: false });
    } catch (error) {
      if (CameraError.of(error).reason !== "busy") throw error;
      await new Promise((resume) => this.#parts.clock.after(BUSY_RETRY_MS, () => resume(undefined)));
      return devices.getUserMedia({ video, audio: false });
    }
  }

  /** @param {number} opening */
  async #takeBetterLens(opening) {
    if (this.facesVisitor) return; // the better lens is one of those at the back
    const lens = betterLens(await this.lenses(), this.track?.label ?? "", this.#parts.system);
    if (!lens || opening !== this.#opening) return;
    if (this.#stream) stopStream(this.#stream);
    const wish = { ...wishes(this.#parts.system, lens.deviceId)[0] };
    const stream = await this.#ask(wish).catch(() => this.#acquire());
    if (opening === this.#opening) this.#use(stream);
    else stopStream(stream);
  }

  #forgetLens() {
    this.#chosen = null;
    this.#parts.memory.removeItem(REMEMBERED_LENS);
  }

  /** @param {MediaStream} stream */
  #use(stream) {
    if (this.#stream && this.#stream !== stream) stopStream(this.#stream);
    this.#stream = stream;
    this.#parts.video.srcObject = stream;
    this.track?.addEventListener("ended", () => this.#recover(stream), { once: true });
  }

  async #play() {
    try {
      await this.#parts.video.play(); // WeChat on iOS plays only when told to
    } catch (error) {
      // AbortError: a newer stream took this one's place while it started.
      if (!(error instanceof DOMException && error.name === "AbortError")) throw CameraError.of(error);
    }
  }

  /**
   * The system ended the track (a call came in, another app took the camera, the permission was taken back).
   * @param {MediaStream} stream
   */
  async #recover(stream) {
    if (stream !== this.#stream || document.visibilityState === "hidden") return;
    try {
      await this.open();
    } catch (error) {
      this.#parts.onLost(CameraError.of(error));
    }
  }

  #watch() {
    const { video } = this.#parts;
    if (typeof video.requestVideoFrameCallback !== "function") {
      this.#watchByTime(-1);
      return;
    }
    const next = () =>
      video.requestVideoFrameCallback((_now, metadata) => {
        this.#onFrame?.(this.#captureMs(metadata.captureTime));
        next();
      });
    next();
  }

  /**
   * Where the browser does not tell of video frames: looks on each animation frame whether the picture moved on.
   * @param {number} seenTime
   */
  #watchByTime(seenTime) {
    requestAnimationFrame(() => {
      const time = this.#parts.video.currentTime;
      if (time !== seenTime && this.isOpen) this.#onFrame?.(this.#parts.clock.nowMs());
      this.#watchByTime(time);
    });
  }

  /**
   * @param {number | undefined} captureTime of the frame, on the page's time line, where the browser knows it
   * @returns {number} on the phone's clock
   */
  #captureMs(captureTime) {
    const nowMs = this.#parts.clock.nowMs();
    if (captureTime === undefined) return nowMs;
    const captureMs = performance.timeOrigin + captureTime;
    return captureMs <= nowMs && nowMs - captureMs < OLDEST_CAPTURE_MS ? captureMs : nowMs;
  }
}

/** @param {MediaStream} stream */
function stopStream(stream) {
  for (const track of stream.getTracks()) track.stop();
}
