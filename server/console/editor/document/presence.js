/** Who else has something open: tells the server every 20 seconds, and what it answers. Shows nothing. */

const EVERY_MS = 20_000;

/** @typedef {{person: string, station: string, seen_at: string}} Other */

export class Presence {
  #app;
  #path;
  #station;
  #onOthers;
  #timer = 0;
  #closed = false;

  /**
   * @param {import("../../core/app.js").App} app
   * @param {string} exhibition
   * @param {string} station "": none of them, but the exhibition
   * @param {(others: Other[]) => void} onOthers
   */
  constructor(app, exhibition, station, onOthers) {
    this.#app = app;
    this.#path = `/exhibitions/${exhibition}/presence`;
    this.#station = station;
    this.#onOthers = onOthers;
    void this.#beat();
  }

  close() {
    this.#closed = true;
    window.clearTimeout(this.#timer);
  }

  async #beat() {
    try {
      const { data } = await this.#app.api.put(this.#path, { station: this.#station });
      if (!this.#closed) this.#onOthers(data ?? []);
    } catch (error) {
      if ([404, 405].includes(/** @type {any} */ (error).status)) return; // a server that does not tell
    }
    if (!this.#closed) this.#timer = window.setTimeout(() => void this.#beat(), EVERY_MS);
  }
}
