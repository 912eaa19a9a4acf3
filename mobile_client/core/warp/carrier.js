/**
 * Carries the artwork's place from a key frame to each new frame, always from the key frame itself, so that small errors
 * do not add up. Knows where, not whether it is shown. All places are in pixels of the small frames.
 */

import { longestBetween } from "./corner_moves.js";
import { after, cornersOf, identity, inverse } from "./homography.js";
import { KeyFrame } from "./key_frame.js";
import { Step } from "./step.js";

/** @typedef {import("./homography.js").Homography} Homography */
/** @typedef {import("./frame_ring.js").RingFrame} RingFrame */

/** Levels that a search needs from a guess that is as old as one frame. */
const NEAR_LEVELS = 2;
/** From this share of the points in view on, most agree on a motion. */
const MAJORITY = 0.5;
/** Speed left after each frame of coasting. */
const SLOWING = 0.8;
/** Points of a key frame that are hardly enough for anything. */
const FEW_POINTS = 12;
/** Frames looked at on the way from an old frame to the present one. */
const MOST_HOPS = 16;
const MOST_MISSED = 2;
/** Farthest from where a corner is expected after one usual period, as most points have it, and as fewer have it. */
const FARTHEST_PX = 40;
const FARTHEST_OF_FEW_PX = 20;
const USUAL_PERIOD_MS = 33;
/**
 * Two poses that put a corner no farther apart agree: then places are not rewritten. A correction that is itself a little
 * off goes into the next one, and so on; as long as each is smaller than this, none is made.
 */
const AGREEMENT_PX = 2.5;
/** With a smaller share of its points a key frame is soon lost: the present frame takes its place. */
const WORN_SHARE = 0.4;
const WORN_AFTER_MS = 200;

/**
 * @typedef {object} Lead What is known of the way from a key frame to the frame before the present one.
 * @property {KeyFrame} key
 * @property {Homography | null} motion null where it is not known at all
 * @property {number} seq of the pose that placed the artwork in the key frame
 */

export class Carrier {
  #ring;
  /** @type {KeyFrame | null} one that is not in use */
  #spare = null;
  /** @type {Lead | null} null while there is nothing to carry */
  #lead = null;
  /** @type {Lead | null} the one before, until the new one was followed once */
  #former = null;
  /** @type {Homography | null} in the frame before, as followed or coasted */
  #place = null;
  /** @type {Homography | null} what the last rewriting did to the places */
  #correction = null;
  /** How the frame before moved from the one before that. */
  #step = Step.still();
  /** Capture time of the last frame in which it was found. */
  #followedMs = 0;
  #trustsSensors = false;

  /** @param {import("./frame_ring.js").FrameRing} ring */
  constructor(ring) {
    this.#ring = ring;
  }

  get isCarrying() {
    return this.#lead !== null;
  }

  /** Number of the pose in use; 0 while nothing is carried. */
  get seq() {
    return this.#lead?.seq ?? 0;
  }

  /** Whether there is too little on the artwork to be followed. */
  get isBlank() {
    return (this.#lead?.key.count ?? 0) < FEW_POINTS;
  }

  /** Capture time of the frame before the present one. */
  get #previousMs() {
    return this.#ring.frames.at(-2)?.captureMs ?? -Infinity;
  }

  /** How the artwork moved with the last frame. */
  get step() {
    return this.#step.motion;
  }

  /** Whether the motion sensors said rightly how the picture moved when it was last followed. */
  get trustsSensors() {
    return this.#trustsSensors;
  }

  letGo() {
    this.#spare = this.#lead?.key ?? this.#spare;
    this.#lead = this.#former = this.#place = null;
    this.#step = Step.still();
    this.#trustsSensors = false;
  }

  /**
   * Starts anew from a frame in which the place is known.
   * @param {RingFrame} frame
   * @param {Homography} place
   * @param {number} seq
   */
  takeUp(frame, place, seq) {
    const key = this.#spare ?? new KeyFrame();
    this.#spare = null;
    key.hold(frame, place);
    const [before, then] = this.#followedMs === this.#previousMs ? [this.#place, frame.place] : [null, null];
    const motion = before && then && after(before, inverse(then));
    this.#former = this.#lead;
    this.#lead = { key, motion, seq };
    if (!motion || !then || longestBetween(cornersOf(then), cornersOf(place)) > AGREEMENT_PX)
      this.#rewrite(motion && then && after(inverse(then), place));
    else this.#correction = identity();
    if (!motion) this.#place = place; // until it is followed: late, but said by the server
  }

  /**
   * Puts the places of all frames on the new key frame's word: places that go back to different poses do not compare.
   * @param {Homography | null} correction to be applied to the target before it is placed; null where none is known
   */
  #rewrite(correction) {
    this.#correction = correction;
    for (const frame of this.#ring.frames) frame.place = correction && frame.place && after(frame.place, correction);
    if (correction && this.#place) this.#place = after(this.#place, correction);
  }

  /**
   * @param {RingFrame} frame the present one
   * @param {Homography | null} turned how the camera's own turning moved the picture since the frame before, if known
   * @returns {Homography | null} the place in it; null where it was lost
   */
  follow(frame, turned) {
    const place = this.#along(this.#lead, frame, turned) ?? this.#fallBack(frame, turned);
    this.#spare = this.#former?.key ?? this.#spare;
    this.#former = null;
    frame.place = place;
    return place;
  }

  /**
   * Where the artwork is if it moves on as it did, or as the camera turned.
   * @param {RingFrame} frame
   * @param {Homography | null} turned
   * @param {number} elapsedMs since the frame before
   * @returns {Homography}
   */
  coast(frame, turned, elapsedMs) {
    const place = this.#place ?? this.#lead?.key.place ?? identity();
    const onward = this.#step.during(elapsedMs, SLOWING).asShift(place);
    const step = turned && this.#trustsSensors ? new Step(turned, elapsedMs) : onward;
    this.#step = step;
    this.#place = after(step.motion, place);
    if (this.#lead?.motion) this.#lead.motion = after(step.motion, this.#lead.motion);
    return this.#place;
  }

  /**
   * @param {Lead | null} lead
   * @param {RingFrame} frame
   * @param {Homography | null} turned
   */
  #along(lead, frame, turned) {
    if (!lead) return null;
    if (!lead.motion) this.#bridge(lead, frame);
    const motion = lead.motion
      ? this.#carry(lead, lead.motion, frame, turned)
      : lead.key.follow(frame.pyramid, lead.key.seek(frame.pyramid, identity()));
    if (!motion || (lead.motion && this.#isDoubtful(motion, lead, lead.motion, frame))) return null;
    const place = after(motion.homography, lead.key.place);
    const elapsedMs = frame.captureMs - this.#previousMs;
    const step = lead.motion && after(motion.homography, inverse(lead.motion));
    this.#step = step ? new Step(step, elapsedMs) : this.#step.during(elapsedMs, SLOWING);
    lead.motion = motion.homography;
    this.#followedMs = frame.captureMs;
    if (turned && this.#place) this.#trustsSensors = isBetter(turned, this.#place, place);
    this.#place = place;
    if (motion.inliers < WORN_SHARE * lead.key.count) this.#renew(lead, frame, place);
    return place;
  }

  /**
   * Whether the artwork would have had to move as no hand does. Then, most likely, the points are of somebody before it.
   * @param {import("./key_frame.js").Followed} motion
   * @param {Lead} lead
   * @param {Homography} before motion up to the frame before
   * @param {RingFrame} frame
   */
  #isDoubtful({ homography, share }, { key }, before, { captureMs }) {
    const expected = after(this.#step.during(captureMs - this.#previousMs).motion, before);
    /** @param {Homography} way */
    const corners = (way) => cornersOf(after(way, key.place));
    const rest = Math.max(1, (captureMs - this.#followedMs) / USUAL_PERIOD_MS);
    const limitPx = rest * (share < MAJORITY ? FARTHEST_OF_FEW_PX : FARTHEST_PX);
    return longestBetween(corners(homography), corners(expected)) > limitPx;
  }

  /**
   * @param {Lead} lead
   * @param {Homography} before motion up to the frame before
   * @param {RingFrame} frame
   * @param {Homography | null} turned
   */
  #carry({ key }, before, { pyramid, captureMs }, turned) {
    const guesses = [after(this.#step.during(captureMs - this.#previousMs).motion, before), before];
    if (turned) guesses.push(after(turned, before));
    const best = key.bestOf(pyramid, guesses);
    let found = null;
    for (const guess of [best, ...guesses.filter((other) => other !== best)]) {
      found = better(found, key.follow(pyramid, guess, NEAR_LEVELS));
      if (found && found.share >= MAJORITY) return found;
    }
    return better(found, key.follow(pyramid, key.seek(pyramid, best)));
  }

  /**
   * The way from a key frame of which nothing is known, over the frames in between, up to the frame before this one.
   * @param {Lead} lead its motion is set unless it was not seen on the way
   * @param {RingFrame} frame
   */
  #bridge(lead, frame) {
    const { key } = lead;
    let [motion, step, atMs] = [identity(), Step.still(), key.captureMs];
    const hops = this.#ring.between(key.captureMs, frame.captureMs).slice(-MOST_HOPS);
    let missed = 0;
    for (const hop of hops) {
      if (missed > MOST_MISSED) break;
      const { pyramid, captureMs } = hop;
      const onward = after(step.during(captureMs - atMs).motion, motion);
      const guess = key.bestOf(pyramid, [onward, motion]);
      const next = key.follow(pyramid, guess) ?? key.follow(pyramid, key.seek(pyramid, guess));
      if (!next) {
        missed += 1; // somebody passed before it, perhaps
        continue;
      }
      step = new Step(after(next.homography, inverse(motion)), captureMs - atMs);
      [motion, atMs] = [next.homography, captureMs];
      hop.place = after(motion, key.place);
    }
    if (hops.length > 0 && atMs === key.captureMs) return;
    this.#step = step;
    lead.motion = atMs < this.#previousMs ? after(step.during(this.#previousMs - atMs).motion, motion) : motion;
  }

  /**
   * Back to the key frame before, where the new one could not be followed.
   * @param {RingFrame} frame
   * @param {Homography | null} turned
   */
  #fallBack(frame, turned) {
    const [lead, former] = [this.#lead, this.#former];
    const place = this.#along(former, frame, turned);
    if (!place || !lead) return null;
    [this.#lead, this.#former] = [former, lead];
    this.#rewrite(this.#correction && inverse(this.#correction));
    this.#place = place;
    return place;
  }

  /**
   * Makes the present frame the key frame: too little of the old one is left to be seen.
   * @param {Lead} lead
   * @param {RingFrame} frame
   * @param {Homography} place
   */
  #renew(lead, frame, place) {
    if (frame.captureMs - lead.key.captureMs < WORN_AFTER_MS) return;
    lead.key.hold(frame, place);
    lead.motion = identity();
  }
}

/**
 * @param {import("./key_frame.js").Followed | null} one
 * @param {import("./key_frame.js").Followed | null} other
 */
function better(one, other) {
  return (other?.share ?? 0) > (one?.share ?? 0) ? other : one;
}

/**
 * Whether a step says better than no step how the artwork moved.
 * @param {Homography} step
 * @param {Homography} from place before
 * @param {Homography} to place after
 */
function isBetter(step, from, to) {
  const there = cornersOf(to);
  return longestBetween(cornersOf(after(step, from)), there) < longestBetween(cornersOf(from), there);
}
