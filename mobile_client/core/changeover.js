/**
 * From what a station did to what it does now: the last picture stays on the screen until both the station's new card and the
 * first picture of the new state are there. Knows no picture.
 */

/** So long at most: a still picture over a moving camera would be a lie. */
export const PATIENCE_MS = 2000;

export class Changeover {
  #clock;
  #onChange;
  #covers = false;
  #lacksCard = false;
  #lacksPicture = false;
  /** @type {() => void} */
  #cancel = () => {};

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {() => void} onChange called at once when `covers` changed
   */
  constructor(clock, onChange) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Whether the last picture is to stay over those that come. */
  get covers() {
    return this.#covers;
  }

  /**
   * The station changed.
   * @param {boolean} atOnce whether what comes from now on would be seen to jump
   */
  begin(atOnce) {
    this.#lacksCard = this.#lacksPicture = true;
    if (atOnce) this.#cover();
  }

  /** @param {boolean} isOther whether pictures begin anew: what was shown until now does not count */
  cardRead(isOther) {
    this.#lacksCard = false;
    this.#lacksPicture ||= isOther;
    if (isOther) this.#cover();
    this.#uncoverIfReady();
  }

  /** The first one of the new state is on the screen. */
  pictureShown() {
    this.#lacksPicture = false;
    this.#uncoverIfReady();
  }

  end() {
    this.#cancel();
    if (!this.#covers) return;
    this.#covers = false;
    this.#onChange();
  }

  #cover() {
    this.#cancel();
    this.#cancel = this.#clock.after(PATIENCE_MS, () => this.end());
    if (this.#covers) return;
    this.#covers = true;
    this.#onChange();
  }

  #uncoverIfReady() {
    if (!this.#lacksCard && !this.#lacksPicture) this.end();
  }
}
