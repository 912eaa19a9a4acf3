/** Which frames are unanswered, and whether another may be sent. Knows no socket. */

/** A frame counts as answered when this much time has gone by. */
export const ANSWERED_AFTER_MS = 2000;

export class Credits {
  #most;
  /** @type {{seq: number, sentMs: number}[]} unanswered frames, oldest first */
  #unanswered = [];
  /** Number of the last frame sent; 0 before the first. */
  #lastSeq = 0;

  /** @param {number} most frames that may be unanswered */
  constructor(most) {
    this.#most = most;
  }

  /** How many frames are unanswered. */
  get unanswered() {
    return this.#unanswered.length;
  }

  get lastSeq() {
    return this.#lastSeq;
  }

  /** Whether another frame may be sent. */
  get left() {
    return this.#unanswered.length < this.#most;
  }

  /**
   * Takes one credit.
   * @param {number} nowMs
   * @returns {number} the frame's sequence number
   */
  take(nowMs) {
    this.#lastSeq += 1;
    this.#unanswered.push({ seq: this.#lastSeq, sentMs: nowMs });
    return this.#lastSeq;
  }

  /**
   * An answer to a frame answers those before it too.
   * @param {number} seq
   */
  answer(seq) {
    this.#unanswered = this.#unanswered.filter((frame) => frame.seq > seq);
  }

  /**
   * Gives up frames that were never answered.
   * @param {number} nowMs
   * @returns {number} how many
   */
  expire(nowMs) {
    const before = this.#unanswered.length;
    this.#unanswered = this.#unanswered.filter((frame) => nowMs - frame.sentMs < ANSWERED_AFTER_MS);
    return before - this.#unanswered.length;
  }
}
