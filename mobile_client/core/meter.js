/** Counts what was shown and what was lost, and how old the shown pictures were. Knows no clock of its own. */

/**
 * @typedef {object} Report The telemetry of PROTOCOL.md.
 * @property {number} fps overlays shown a second
 * @property {number} glass_p50_ms median age when shown
 * @property {number} glass_p95_ms
 * @property {Record<string, number>} dropped reason to count
 */

/**
 * Nearest-rank percentile.
 * @param {number[]} sorted ascending, not empty
 * @param {number} share 0 to 1
 */
function percentile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** @param {number} value */
function tenth(value) {
  return Math.round(value * 10) / 10;
}

export class Meter {
  /** @type {number[]} ages of the pictures shown since the last report */
  #agesMs = [];
  /** @type {Record<string, number>} */
  #dropped = {};
  #sinceMs;

  /** @param {number} nowMs */
  constructor(nowMs) {
    this.#sinceMs = nowMs;
  }

  /** @param {number} ageMs glass-to-glass: from capture to the screen */
  shown(ageMs) {
    this.#agesMs.push(Math.max(0, ageMs));
  }

  /**
   * @param {string} reason
   * @param {number} [count]
   */
  dropped(reason, count = 1) {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + count;
  }

  /**
   * What happened since the last report; starts the next.
   * @param {number} nowMs
   * @returns {Report}
   */
  report(nowMs) {
    const ages = this.#agesMs.sort((a, b) => a - b);
    const seconds = Math.max(0.001, (nowMs - this.#sinceMs) / 1000);
    const report = {
      fps: tenth(ages.length / seconds),
      glass_p50_ms: ages.length ? tenth(percentile(ages, 0.5)) : 0,
      glass_p95_ms: ages.length ? tenth(percentile(ages, 0.95)) : 0,
      dropped: this.#dropped,
    };
    this.#agesMs = [];
    this.#dropped = {};
    this.#sinceMs = nowMs;
    return report;
  }
}
