/** The last choice of this page and its revision; says when and what to send, so that a moving slider does not flood. */

/** At most one `set` in this time; the last one always goes. */
export const SET_PERIOD_MS = 80;

/** @typedef {{style: import("./protocol.js").StyleMix, strength: number}} Choice */

export class Settings {
  #clock;
  #send;
  /** @type {Choice | null} null until something was chosen on this page */
  #choice = null;
  #revision = 0;
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
    if (this.#choice && kept.revision !== this.#revision) this.#untold = true;
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
    const isOnItsWay = this.#untold || revision !== this.#revision;
    if (isOnItsWay && Object.keys(this.#choice.style).every((id) => offered.includes(id))) return;
    this.#choice = Object.keys(style).length > 0 ? { style, strength } : null;
    this.#untold = false;
  }

  /** Null while this page has chosen nothing: then the server's settings are the ones to show. */
  get choice() {
    return this.#choice;
  }

  stop() {
    this.#cancelPause?.();
    this.#cancelPause = null;
  }

  #tell() {
    if (!this.#choice || !this.#send({ revision: this.#revision + 1, ...this.#choice })) return;
    this.#revision += 1;
    this.#untold = false;
    this.stop();
    this.#cancelPause = this.#clock.after(SET_PERIOD_MS, () => {
      this.#cancelPause = null;
      if (this.#untold) this.#tell();
    });
  }
}
