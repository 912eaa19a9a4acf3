/** Chance that is the same each time: what is drawn depends on the seed alone (xorshift: Marsaglia 2003). */
export class SeededRandom {
  #state;

  /** @param {number} seed a whole number */
  constructor(seed) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
  }

  /** From 0 up to 1. */
  next() {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state / 4_294_967_296;
  }
}
