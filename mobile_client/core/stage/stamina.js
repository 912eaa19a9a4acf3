/** Whether this phone keeps up with the late warp, and how long a warp takes it. Knows no clock. */

/** Warps looked back on. */
const REMEMBERED = 100;
/** Verdicts need as many; the first ones, while the code is still being compiled, do not count. */
const NEEDED = 20;
const FIRST_IGNORED = 5;
/** A median above this is slower than the frames come. */
const TOO_SLOW_MS = 40;

export class Stamina {
  /** @type {number[]} the newest last */
  #times = [];
  #ignored = 0;

  /** @param {number} ms that a warp took */
  took(ms) {
    this.#ignored += 1;
    if (this.#ignored <= FIRST_IGNORED) return;
    this.#times.push(ms);
    if (this.#times.length > REMEMBERED) this.#times.shift();
  }

  /** Whether the last warps were too slow. */
  get isExhausted() {
    return this.#times.length >= NEEDED && percentile(this.#times.slice(-NEEDED), 0.5) > TOO_SLOW_MS;
  }

  get p50Ms() {
    return percentile(this.#times, 0.5);
  }

  get p95Ms() {
    return percentile(this.#times, 0.95);
  }
}

/**
 * Nearest-rank percentile; 0 of nothing.
 * @param {number[]} values
 * @param {number} share 0 to 1
 */
function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
