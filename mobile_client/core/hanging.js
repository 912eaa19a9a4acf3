/** Where a dream's picture is seen: large before the camera picture, or hung on the artwork. Knows no picture and no element. */

export class Hanging {
  #onChange;
  #isLarge = false;
  /** Whether it is to be hung as soon as the artwork is in view. */
  #waits = false;
  #anchored = false;

  /** @param {() => void} onChange called when it is hung by itself */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Whether the picture is shown large. */
  get isLarge() {
    return this.#isLarge;
  }

  /** Whether the artwork is wanted in view: for the picture hangs there, or would. */
  get wantsArtwork() {
    return this.#waits || !this.#isLarge;
  }

  /** A picture begins to form. */
  form() {
    this.#isLarge = true;
    this.#waits = false;
  }

  /** It is finished. */
  finish() {
    this.#isLarge = this.#waits = !this.#anchored;
  }

  /** @param {boolean} on whether the artwork is in view */
  anchor(on) {
    this.#anchored = on;
    if (!on || !this.#waits) return;
    this.#isLarge = this.#waits = false;
    this.#onChange();
  }

  /** The visitor wants it the other way. */
  turn() {
    this.#isLarge = !this.#isLarge;
    this.#waits = false;
  }
}
