/** Why the camera did not open: the many names browsers give to it, made few. */

import { State } from "./journey.js";

/** Names from the Media Capture specification and from browsers that came before it. */
const REASONS = Object.freeze({
  NotAllowedError: "denied",
  PermissionDeniedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  DevicesNotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
  InvalidStateError: "busy",
  TypeError: "unsupported",
});

/** @typedef {"denied" | "none" | "busy" | "unsupported"} CameraReason */

/** The camera cannot be had; `reason` is one of our own words. */
export class CameraError extends Error {
  /**
   * @param {CameraReason} reason
   * @param {unknown} [cause]
   */
  constructor(reason, cause) {
    super(`camera: ${reason}`, { cause });
    this.reason = reason;
  }

  /**
   * @param {unknown} error what getUserMedia or play threw, or one of ours already
   */
  static of(error) {
    if (error instanceof CameraError) return error;
    const name = error instanceof Error || error instanceof DOMException ? error.name : "";
    return new CameraError(/** @type {Record<string, CameraReason>} */ (REASONS)[name] ?? "busy", error);
  }
}

/**
 * The screen for a reason. Apps' own browsers fail in different ways, so their name only counts once the camera failed.
 * @param {CameraReason} reason
 * @param {boolean} inApp whether the browser seems to be an app's own
 * @returns {string}
 */
export function stateOfCameraError(reason, inApp) {
  if (inApp && reason !== "busy") return State.IN_APP_BROWSER;
  if (reason === "denied") return State.DENIED;
  return reason === "unsupported" ? State.UNSUPPORTED : State.NO_CAMERA;
}
