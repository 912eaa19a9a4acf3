/**
 * Whether and where the artwork is shown: the server's poses, carried on to the present frame, small corrections eased in.
 * States and transitions of being held, lost for a moment, gone. Knows no canvas and no socket.
 */

import { Carrier } from "./carrier.js";
import { longestBetween } from "./corner_moves.js";
import { Easing } from "./easing.js";
import { Fading } from "./fading.js";
import { cornersOf, fromCorners, after, rescaled } from "./homography.js";
import { isGlimpse } from "./shape.js";

/** @typedef {import("./homography.js").Homography} Homography */
/** @typedef {import("./homography.js").Corners} Corners */
/** @typedef {import("./frame_ring.js").RingFrame} RingFrame */

/** @enum {string} */
export const AnchorState = Object.freeze({
  ABSENT: "absent", // nothing is shown: never found, or faded out
  HELD: "held", // followed to the present frame
  COASTING: "coasting", // lost a moment ago: moves on as it moved, and fades if that lasts
  LEAVING: "leaving", // the server looks for it again, or contradicts what is shown: fades out
});

/** States of a pose, as in PROTOCOL.md. */
export const PoseState = Object.freeze({ LOOKING: 0, LOCKED: 1, COASTING: 2 });

/**
 * @typedef {object} AnchorPose
 * @property {number} state one of PoseState
 * @property {number} seq
 * @property {number} capture_ms
 * @property {Float64Array} homography unit square of the target to unit square of the frame
 */

/**
 * @typedef {object} Anchored
 * @property {string} state one of AnchorState
 * @property {Corners | null} corners in units of the frame; null while absent
 * @property {number} opacity
 * @property {number} seq of the pose in use; 0 while absent
 * @property {boolean} begun whether the artwork appears anew with this frame
 */

/** So long after it was seen last the overlay starts to fade. */
const PATIENCE_MS = 150;
/** The same where poses are shown as they come: the next one may be a slow network away. */
const POSE_PATIENCE_MS = 800;
/** A guess that was off by more than this, as a share of the frame's sides, is not mended but begun anew. */
const BADLY_GUESSED = 0.05;
/** While it moves further than this from one frame to the next, as a share of the frame's sides, no guess is shown. */
const MOST_GUESSED = 0.03;
/** How fast it moved is forgotten by so much with each frame: a hand that shakes stands still at each turn. */
const PACE_KEPT = 0.8;
/** Time between two frames that fading, easing and coasting make use of at most. */
const LONGEST_STEP_MS = 300;
/** Without any pose for so long nobody knows whether the artwork is still there. */
const POSE_LASTS_MS = 2500;
/** A pose that is further from what is shown than this, as a share of the frame's sides, contradicts it... */
const CONTRADICTION = 0.1;
/** ...and is believed when the next one does so too. */
const CONTRADICTIONS = 2;
/** So many poses in a row that cannot be carried on: the server sees what this phone cannot follow. */
const FAILURES = 8;
const UNIT = Object.freeze({ width: 1, height: 1 });

export class Anchor {
  #ring;
  #onDropped;
  #carrier;
  #easing = new Easing();
  #fading = new Fading();
  /** @type {string} */
  #state = AnchorState.ABSENT;
  /** @type {AnchorPose | null} the newest, not yet taken up */
  #pending = null;
  /** Capture time of the newest pose heard, whatever it said. */
  #heardMs = -Infinity;
  /** @type {Corners | null} before they were smoothed, in the frame before */
  #corners = null;
  /** How far they moved from one frame to the next, as a share of the frame; sinks slowly. */
  #pace = 0;
  #frameMs = -Infinity;
  /** Capture time of the last frame in which it was found, or put where a pose said. */
  #seenMs = -Infinity;
  /** Poses in a row that contradicted what is shown. */
  #contradictions = 0;
  /** Poses in a row that could not be carried to the present frame. */
  #failures = 0;

  /**
   * @param {import("./frame_ring.js").FrameRing} ring
   * @param {(reason: string) => void} onDropped a pose came to nothing
   */
  constructor(ring, onDropped) {
    this.#ring = ring;
    this.#onDropped = onDropped;
    this.#carrier = new Carrier(ring);
  }

  /** Another connection, or pictures of another size: what was heard before counts no more. */
  reset() {
    this.#vanish();
    this.#pending = null;
    this.#failures = 0;
    this.#heardMs = -Infinity;
  }

  /**
   * An answer of the server; it counts from the next frame on.
   * @param {AnchorPose} pose
   */
  hear(pose) {
    if (pose.capture_ms <= this.#heardMs) {
      this.#onDropped("stale_pose");
      return;
    }
    this.#heardMs = pose.capture_ms;
    if (pose.state === PoseState.LOCKED) this.#pending = pose;
    if (pose.state === PoseState.LOOKING) this.#leave();
  }

  /**
   * @param {RingFrame} frame the present one, newer than the one before
   * @param {Homography | null} turned how the camera's own turning moved the picture since the frame before, if known
   * @returns {Anchored}
   */
  follow(frame, turned) {
    const elapsedMs = Math.max(0, Math.min(LONGEST_STEP_MS, frame.captureMs - this.#frameMs));
    this.#frameMs = frame.captureMs;
    const corrected = this.#takeUpPending();
    if (frame.captureMs - this.#heardMs > POSE_LASTS_MS) this.#leave();
    const begun = this.#state === AnchorState.ABSENT && this.#carrier.isCarrying;
    const moved = this.#carrier.isCarrying && this.#carry(frame, turned, corrected, elapsedMs);
    return { ...this.#describe(), begun: (begun || moved) && this.#corners !== null };
  }

  /**
   * @param {RingFrame} frame
   * @param {Homography | null} turned
   * @param {boolean} corrected whether the carrier starts from a new pose
   * @param {number} elapsedMs
   * @returns {boolean} whether the artwork turned out to be elsewhere
   */
  #carry(frame, turned, corrected, elapsedMs) {
    const onward = this.#carrier.step;
    const found = this.#carrier.follow(frame, turned);
    if (!found && corrected) this.#failures += 1;
    if (!found && this.#state === AnchorState.ABSENT && !this.#trustsPoseAlone) {
      this.#carrier.letGo();
      return false;
    }
    const truth = inUnits(found ?? this.#carrier.coast(frame, turned, elapsedMs), frame);
    const recovered = found !== null && this.#state === AnchorState.COASTING;
    // What follows a guess says not only how the artwork moved, but also by how much the guess was off.
    const shown = this.#corners && this.#moved(frame, recovered ? onward : this.#carrier.step);
    const astray = shown !== null && (corrected || recovered) && this.#isAstray(shown, truth, recovered);
    if (astray) this.#easing.reset();
    else if (shown && (corrected || recovered)) this.#easing.correct(shown, truth);
    const corners = Float64Array.from(this.#easing.follow(truth, elapsedMs));
    const moved = this.#corners && !astray ? longestBetween(this.#corners, corners) : 0;
    this.#pace = Math.max(PACE_KEPT * this.#pace, moved);
    this.#corners = corners;
    const guessed = !found && !this.#trustsPoseAlone && !(turned && this.#carrier.trustsSensors);
    this.#see(found !== null, corrected);
    if (astray) this.#fading.opacity = 0; // it comes back there
    if ((astray && !found) || (guessed && this.#pace > MOST_GUESSED)) this.#vanish();
    else this.#fade(elapsedMs);
    return astray;
  }

  /**
   * Whether what is shown is too far from where the artwork is to go over to it: then it comes back there.
   * @param {Corners} shown
   * @param {Corners} truth
   * @param {boolean} recovered whether what is shown is a guess
   */
  #isAstray(shown, truth, recovered) {
    const limit = recovered ? BADLY_GUESSED : CONTRADICTION;
    return !this.#trustsPoseAlone && !(longestBetween(shown, truth) < limit);
  }

  /**
   * Gives the carrier the newest pose, if there is one and it does not contradict what is shown.
   * @returns {boolean} whether the carrier starts from a new pose
   */
  #takeUpPending() {
    const pose = this.#pending;
    this.#pending = null;
    if (!pose) return false;
    const frame = this.#ring.find(pose.capture_ms);
    if (!frame) {
      this.#onDropped("stale_pose");
      return false;
    }
    const place = rescaled(pose.homography, UNIT, frame.pyramid);
    if (isGlimpse(place, frame.pyramid)) {
      this.#onDropped("glimpse");
      return false;
    }
    if (this.#contradicts(place, frame)) return false;
    this.#carrier.takeUp(frame, place, pose.seq);
    if (this.#state === AnchorState.LEAVING) this.#state = AnchorState.HELD;
    return true;
  }

  /**
   * @param {Homography} place
   * @param {RingFrame} frame
   */
  #contradicts(place, frame) {
    const far = frame.place && longestBetween(inUnits(frame.place, frame), inUnits(place, frame)) > CONTRADICTION;
    this.#contradictions = far && this.#carrier.isCarrying ? this.#contradictions + 1 : 0;
    if (this.#contradictions >= CONTRADICTIONS) this.#leave();
    return this.#contradictions > 0;
  }

  /**
   * What was shown, moved on with the artwork.
   * @param {RingFrame} frame
   * @param {Homography} step
   */
  #moved({ pyramid }, step) {
    const corners = fromCorners(/** @type {Corners} */ (this.#corners));
    const moved = after(step, rescaled(corners, UNIT, pyramid));
    return cornersOf(rescaled(moved, UNIT, { width: 1 / pyramid.width, height: 1 / pyramid.height }));
  }

  /**
   * A pose that could not be carried from its own frame to this one waits for the next; unless there is nothing to be
   * followed, or this goes on: then poses are shown as they come, late as they are.
   */
  get #trustsPoseAlone() {
    return this.#carrier.isBlank || this.#failures >= FAILURES;
  }

  /**
   * @param {boolean} found in this frame
   * @param {boolean} corrected by a new pose
   */
  #see(found, corrected) {
    if (found) this.#failures = 0;
    if (found || (corrected && this.#trustsPoseAlone)) this.#seenMs = this.#frameMs;
    if (this.#state === AnchorState.LEAVING) return;
    this.#state = found ? AnchorState.HELD : AnchorState.COASTING;
  }

  /** @param {number} elapsedMs */
  #fade(elapsedMs) {
    const patienceMs = this.#trustsPoseAlone ? POSE_PATIENCE_MS : PATIENCE_MS;
    const patient = this.#state === AnchorState.COASTING && this.#frameMs - this.#seenMs < patienceMs;
    this.#fading.step(this.#state === AnchorState.HELD || patient, elapsedMs);
    if (this.#fading.opacity === 0) this.#vanish();
  }

  #leave() {
    this.#pending = null;
    if (this.#state !== AnchorState.ABSENT) this.#state = AnchorState.LEAVING;
  }

  #vanish() {
    this.#state = AnchorState.ABSENT;
    this.#fading.opacity = 0;
    this.#corners = null;
    this.#pace = 0;
    this.#easing.reset();
    this.#contradictions = 0;
    this.#carrier.letGo();
  }

  #describe() {
    const { opacity } = this.#fading;
    return { state: this.#state, corners: this.#corners, opacity, seq: this.#carrier.seq };
  }
}

/**
 * @param {Homography} place in pixels
 * @param {RingFrame} frame
 * @returns {Corners} in units of the frame
 */
function inUnits(place, { pyramid }) {
  return cornersOf(rescaled(place, UNIT, { width: 1 / pyramid.width, height: 1 / pyramid.height }));
}
