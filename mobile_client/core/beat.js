/** When the next frame is to be sent, by the pace that the server asked for. Knows no camera. */

/** A picture so little before its time is not too early. */
const EARLY_MS = 4;

/** @typedef {{fps: number, width: number, height: number}} Pace what to send at most; longer side first */

export class Beat {
  #dueMs = 0;

  /**
   * Keeps the beat on average although camera pictures come on their own beat; never catches up on more than one.
   * @param {Pace} pace
   * @param {number} nowMs
   * @returns {boolean} whether a frame is due; if so, it counts as sent
   */
  take({ fps }, nowMs) {
    if (nowMs < this.#dueMs - EARLY_MS) return false;
    this.#dueMs = Math.max(this.#dueMs + 1000 / fps, nowMs);
    return true;
  }
}
