/** Keeps the screen awake while the picture is live, where the browser can. */

export class WakeLock {
  /** @type {WakeLock | undefined} */
  #api;
  /** @type {WakeLockSentinel | null} */
  #sentinel = null;
  #wanted = false;

  /** @param {any} [api] `navigator.wakeLock`; absent in older browsers */
  constructor(api) {
    this.#api = api;
  }

  /** Asks for it; the browser takes it back whenever the page is hidden, so ask again on return. */
  async hold() {
    this.#wanted = true;
    if (!this.#api || (this.#sentinel && !this.#sentinel.released)) return;
    try {
      const sentinel = await /** @type {any} */ (this.#api).request("screen");
      this.#sentinel = sentinel;
      if (!this.#wanted) this.release();
    } catch {
      this.#sentinel = null; // a low battery forbids it; the screen then dims as always
    }
  }

  release() {
    this.#wanted = false;
    void this.#sentinel?.release();
    this.#sentinel = null;
  }
}
