/**
 * One-Euro filter over several numbers that move together (Casiez, Roussel and Vogel 2012): a low pass whose cutoff
 * rises with speed, so that what rests does not tremble and what moves does not lag. One cutoff for all numbers.
 */

const TAU = 2 * Math.PI;

/**
 * @typedef {object} Smoothing
 * @property {number} leastCutoffHz at rest
 * @property {number} beta Hz more for each unit a second
 * @property {number} speedCutoffHz of the speed itself
 */

export class OneEuro {
  #smoothing;
  #values;
  #speeds;
  /** @type {number | null} time of the last values; null before the first */
  #atS = null;

  /**
   * @param {number} size how many numbers
   * @param {Smoothing} smoothing
   */
  constructor(size, smoothing) {
    this.#smoothing = smoothing;
    this.#values = new Float64Array(size);
    this.#speeds = new Float64Array(size);
  }

  /** Forgets everything: the next values are taken as they are. */
  reset() {
    this.#atS = null;
  }

  /**
   * @param {ArrayLike<number>} values
   * @param {number} atS when they held
   * @returns {Float64Array} smoothed; the same array each time
   */
  filter(values, atS) {
    const elapsedS = this.#atS === null ? 0 : atS - this.#atS;
    if (this.#atS === null) {
      this.#values.set(values);
      this.#speeds.fill(0);
    } else if (elapsedS > 0) {
      this.#step(values, elapsedS);
    }
    this.#atS = atS;
    return this.#values;
  }

  /**
   * @param {ArrayLike<number>} values
   * @param {number} elapsedS
   */
  #step(values, elapsedS) {
    const { leastCutoffHz, beta, speedCutoffHz } = this.#smoothing;
    const share = shareOf(speedCutoffHz, elapsedS);
    let squares = 0;
    for (let at = 0; at < this.#values.length; at += 1) {
      const speed = (values[at] - this.#values[at]) / elapsedS;
      this.#speeds[at] += share * (speed - this.#speeds[at]);
      squares += this.#speeds[at] ** 2;
    }
    const speed = Math.sqrt((2 * squares) / this.#values.length); // of a point, when the numbers are x, y, x, y, ...
    const kept = shareOf(leastCutoffHz + beta * speed, elapsedS);
    for (let at = 0; at < this.#values.length; at += 1) this.#values[at] += kept * (values[at] - this.#values[at]);
  }
}

/**
 * How much of a new value a low pass takes.
 * @param {number} cutoffHz
 * @param {number} elapsedS
 */
function shareOf(cutoffHz, elapsedS) {
  const ratio = TAU * cutoffHz * elapsedS;
  return ratio / (1 + ratio);
}
