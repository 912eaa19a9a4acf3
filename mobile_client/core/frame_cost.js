/** What each camera picture costs the page's own thread, part by part. Knows no clock. */

const REMEMBERED = 100;

export class FrameCost {
  /** @type {number[]} of the last frames, the newest last */
  #frames = [0];

  /** The next picture begins. */
  begin() {
    this.#frames.push(0);
    if (this.#frames.length > REMEMBERED) this.#frames.shift();
  }

  /** @param {number} ms more for the present picture */
  add(ms) {
    this.#frames[this.#frames.length - 1] += ms;
  }

  get p95Ms() {
    const sorted = [...this.#frames].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)];
  }
}
