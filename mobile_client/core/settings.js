/**
 * The last choice of this page and its revision; says when and what to send, so that a moving slider does not flood. Wishes
 * take their numbers from the same sequence.
 */

/** At most one `set` in this time; the last one always goes. */
export const SET_PERIOD_MS = 80;

/** @typedef {{style: import("./protocol.js").StyleMix, strength: number}} Choice */

export class Settings {
  #clock;
  #send;
  /** @type {Choice | null} null until something was chosen on this page */
  #choice = null;
  /** Of the newest `set` or wish. */
  #revision = 0;
  /** Of the newest `set` that this page sent. */
  #told = 0;
  /** Whether the server has not been told of the last choice. */
  #untold = false;
  /** @type {(() => void) | null} set while a `set` went out less than a period ago */
  #cancelPause = null;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {(fields: {revision: number} & Choice) => boolean} send whether it went out
   */
  constructor(clock, send) {
    this.#clock = clock;
    this.#send = send;
  }

  /** @param {Choice} choice */
  choose(choice) {
    this.#choice = choice;
    this.#untold = true;
    if (!this.#cancelPause) this.#tell();
  }

  /**
   * What the server has, after a welcome. A choice made on this page counts for more.
   * @param {{revision: number}} kept
   */
  compare(kept) {
    if (this.#choice && kept.revision < this.#told) this.#untold = true;
    this.#revision = Math.max(this.#revision, kept.revision);
    if (this.#untold) this.#tell();
  }

  /**
   * What counts at a station that changed: what the server kept, or a choice that is on its way there, if all of it is
   * still offered.
   * @param {{revision: number} & Choice} kept
   * @param {readonly string[]} offered ids of styles
   */
  adopt({ revision, style, strength }, offered) {
    if (!this.#choice) return;
    const isOnItsWay = this.#untold || revision < this.#told;
    if (isOnItsWay && Object.keys(this.#choice.style).every((id) => offered.includes(id))) return;
    this.#choice = Object.keys(style).length > 0 ? { style, strength } : null;
    this.#untold = false;
  }

  /** Null while this page has chosen nothing: then the server's settings are the ones to show. */
  get choice() {
    return this.#choice;
  }

  /**
   * The next number of the sequence, for a message that is no choice.
   * @param {(revision: number) => boolean} send whether it went out
   * @returns {number} the number; 0 where it did not go out
   */
  take(send) {
    if (!send(this.#revision + 1)) return 0;
    this.#revision += 1;
    return this.#revision;
  }

  stop() {
    this.#cancelPause?.();
    this.#cancelPause = null;
  }

  #tell() {
    const choice = this.#choice;
    const revision = choice ? this.take((revision) => this.#send({ revision, ...choice })) : 0;
    if (revision === 0) return;
    this.#told = revision;
    this.#untold = false;
    this.stop();
    this.#cancelPause = this.#clock.after(SET_PERIOD_MS, () => {
      this.#cancelPause = null;
      if (this.#untold) this.#tell();
    });
  }
}
