/** Pictures that were sent, until the poses that belong to them come: for phones on which the late warp cannot run. */

/** Pictures kept for poses that are still to come. */
const KEPT = 4;

/** @typedef {{captureMs: number, picture: ImageBitmap}} Kept */

export class KeptPictures {
  /** @type {Kept[]} oldest first */
  #kept = [];

  /**
   * Keeps a picture that is sent to the server.
   * @param {number} captureMs
   * @param {ImageBitmap} picture
   */
  keep(captureMs, picture) {
    this.#kept.push({ captureMs, picture });
    if (this.#kept.length > KEPT) this.#kept.shift()?.picture.close();
  }

  /**
   * Lets go of older pictures, and gives the one of that capture time away.
   * @param {number} captureMs
   * @returns {ImageBitmap | null} null where it is not there any more
   */
  take(captureMs) {
    const found = this.#kept.find((kept) => kept.captureMs === captureMs);
    if (!found) return null;
    for (const kept of this.#kept) if (kept.captureMs < captureMs) kept.picture.close();
    this.#kept = this.#kept.filter((kept) => kept.captureMs > captureMs);
    return found.picture;
  }

  /** Lets go of all pictures. */
  clear() {
    for (const { picture } of this.#kept) picture.close();
    this.#kept = [];
  }
}
