/** Whether the artwork is in view, and what to advise while it is not. Knows no pose and no element. */

/** A glance away is no loss: so long nothing is said. */
export const GLANCE_MS = 1200;
/** So long the first advice stands before a longer one. */
export const PATIENCE_MS = 6000;

/** @enum {string} */
export const Advice = Object.freeze({
  NONE: "none", // the artwork is in view, or has only just left it
  POINT: "point", // the camera is to be pointed at it
  TIP: "tip", // it was not found for a while: what usually helps
});

export class Framing {
  #clock;
  #onChange;
  /** @type {string} */
  #advice = Advice.NONE;
  #seeking = false;
  #anchored = false;
  #everAnchored = false;
  /** @type {() => void} */
  #cancel = () => {};

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {() => void} onChange
   */
  constructor(clock, onChange) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get advice() {
    return this.#advice;
  }

  /** Whether the overlay is on the artwork. */
  get anchored() {
    return this.#anchored;
  }

  /** Whether it ever was. */
  get everAnchored() {
    return this.#everAnchored;
  }

  /** The picture is live: the artwork is looked for. Said again, nothing changes. */
  begin() {
    if (this.#seeking) return;
    this.#seeking = true;
    if (!this.#anchored) this.#advise(Advice.TIP);
  }

  /** The same where nobody tells whether the artwork was found: the advice is given for a while. */
  beginBriefly() {
    if (this.#seeking) return;
    this.#seeking = true;
    this.#advise(Advice.NONE);
  }

  /** @param {boolean} on whether the overlay is on the artwork now */
  anchor(on) {
    if (on === this.#anchored) return;
    this.#anchored = on;
    this.#everAnchored ||= on;
    this.#cancel();
    if (on) this.#advice = Advice.NONE;
    else if (this.#seeking) this.#cancel = this.#clock.after(GLANCE_MS, () => this.#advise(Advice.TIP));
    this.#onChange();
  }

  /** Nothing is live. */
  end() {
    this.#seeking = false;
    this.#cancel();
    this.#say(Advice.NONE);
  }

  /** @param {string} then what is said when that did not help */
  #advise(then) {
    this.#say(Advice.POINT);
    this.#cancel = this.#clock.after(PATIENCE_MS, () => this.#say(then));
  }

  /** @param {string} advice */
  #say(advice) {
    if (advice === this.#advice) return;
    this.#advice = advice;
    this.#onChange();
  }
}
