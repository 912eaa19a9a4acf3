/**
 * How far the phone turned between two camera pictures, from its motion sensors: a hint where to look, never a fact.
 * Listens only when told to, which is after the visitor allowed it; without sensors it says nothing.
 */

const KEPT_MS = 1500;
const RADIANS = Math.PI / 180;
/** A gap in the sensor's events that is longer than this is not bridged. */
const LONGEST_GAP_MS = 100;

/** @typedef {{atMs: number, rates: [number, number, number]}} Sample radians a second about the picture's axes */

/**
 * @typedef {object} MotionSource What is needed of `window`.
 * @property {Window["addEventListener"]} addEventListener
 * @property {{orientation?: {angle: number}}} [screen]
 */

export class MotionHint {
  #originMs;
  /** @type {Sample[]} oldest first */
  #samples = [];
  /** @type {AbortController | null} set while the sensors are listened to */
  #listening = null;

  /** @param {number} [originMs] time of the phone's clock at which event times are 0 */
  constructor(originMs = performance.timeOrigin) {
    this.#originMs = originMs;
  }

  /** @param {MotionSource} window */
  listenTo(window) {
    if (this.#listening) return;
    this.#listening = new AbortController();
    const hear = (/** @type {DeviceMotionEvent} */ event) => this.#hear(event, window.screen?.orientation?.angle ?? 0);
    window.addEventListener("devicemotion", hear, { signal: this.#listening.signal });
  }

  stop() {
    this.#listening?.abort();
    this.#listening = null;
    this.#samples = [];
  }

  /**
   * The turn between two capture times, on the phone's clock.
   * @param {number} fromMs
   * @param {number} untilMs
   * @returns {[number, number, number] | null} radians about the picture's axes; null where the sensors did not tell
   */
  between(fromMs, untilMs) {
    const last = this.#samples[this.#samples.length - 1];
    if (!last || this.#samples[0].atMs > fromMs || untilMs - last.atMs > LONGEST_GAP_MS) return null;
    /** @type {[number, number, number]} */
    const turn = [0, 0, 0];
    for (let index = 0; index < this.#samples.length; index += 1) {
      const { atMs, rates } = this.#samples[index];
      const endMs = this.#samples[index + 1]?.atMs ?? Infinity;
      const overlapS = (Math.min(endMs, untilMs) - Math.max(atMs, fromMs)) / 1000;
      if (overlapS > 0) for (const axis of [0, 1, 2]) turn[axis] += rates[axis] * overlapS;
    }
    return turn;
  }

  /**
   * @param {DeviceMotionEvent} event
   * @param {number} angle of the screen against the phone, in degrees
   */
  #hear({ rotationRate, timeStamp }, angle) {
    const { alpha, beta, gamma } = rotationRate ?? {};
    if (!Number.isFinite(alpha) || !Number.isFinite(beta) || !Number.isFinite(gamma)) return;
    const [x, y, z] = [alpha, beta, gamma].map((rate) => /** @type {number} */ (rate) * RADIANS);
    const [cos, sin] = [Math.cos(angle * RADIANS), Math.sin(angle * RADIANS)];
    // From the phone's axes (right, up, out of the screen) to those of a picture of its back camera (right, down, away).
    const atMs = this.#originMs + timeStamp;
    this.#samples.push({ atMs, rates: [x * cos - y * sin, -(x * sin + y * cos), -z] });
    while (this.#samples[0].atMs < atMs - KEPT_MS) this.#samples.shift();
  }
}
