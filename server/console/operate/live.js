/** Readings as they are pushed, one a second; finds the server again where it is lost. Shows nothing. */

import { Problem } from "../core/problem.js";

const STREAM = "/api/v1/operate/stream";
const LOOK_MS = 1000;
/** Without a reading for so long, what is shown is old. */
const OLD_MS = 5000;
/** Without one for so long, the connection is dead, though nobody said so. */
const DEAD_MS = 15_000;
const PAUSES_MS = [250, 1000, 2000, 4000];

/** @typedef {import("./model/types.js").Reading} Reading */

/**
 * @typedef {object} Listener
 * @property {(reading: Reading) => void} onReading
 * @property {(isOld: boolean, readAtMs: number) => void} onAge once a second; when the last reading came, here
 */

export class Live {
  #app;
  #reading;
  #readAtMs = Date.now();
  #closing = new AbortController();
  /** @type {Listener | null} */
  #listener = null;
  /** @type {EventSource | null} */
  #source = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;
  #connectedAtMs = 0;
  #tries = 0;

  /**
   * @param {import("../core/app.js").App} app
   * @param {Reading} reading
   */
  constructor(app, reading) {
    this.#app = app;
    this.#reading = reading;
  }

  /**
   * Asks for the first reading; a server that has just begun has none for a moment.
   * @param {import("../core/app.js").App} app
   */
  static async open(app) {
    for (let tries = 1; ; tries += 1) {
      try {
        return new Live(app, (await app.api.get("/operate/reading")).data);
      } catch (error) {
        const early = error instanceof Problem && error.code === "not_yet" && tries < 5;
        if (!early) throw error;
        await new Promise((done) => setTimeout(done, LOOK_MS));
      }
    }
  }

  /** The newest. */
  get reading() {
    return this.#reading;
  }

  /**
   * Begins; the listener hears of the present reading at once.
   * @param {Listener} listener
   */
  start(listener) {
    this.#listener = listener;
    listener.onReading(this.#reading);
    this.#tell();
    this.#connect();
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  close() {
    this.#closing.abort();
    this.#source?.close();
    clearInterval(this.#looking);
  }

  #connect() {
    const source = new EventSource(STREAM);
    this.#source = source;
    this.#connectedAtMs = Date.now();
    source.addEventListener("message", ({ data }) => {
      this.#tries = 0;
      this.#take(JSON.parse(data));
    });
    source.addEventListener("error", () => this.#lose());
  }

  /** The stream has ended, as it does every few minutes, or is lost. */
  #lose() {
    if (!this.#source) return;
    this.#source.close();
    this.#source = null;
    void this.#findAgain();
  }

  async #findAgain() {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await new Promise((done) => setTimeout(done, PAUSES_MS[Math.min(this.#tries, PAUSES_MS.length - 1)]));
      this.#tries += 1;
      const reading = await this.#ask(signal);
      if (signal.aborted || !reading) continue;
      this.#take(reading);
      this.#connect();
      return;
    }
  }

  /**
   * Asks as any page does, so that a session that has ended is begun anew first.
   * @param {AbortSignal} signal
   * @returns {Promise<Reading | null>}
   */
  async #ask(signal) {
    try {
      return (await this.#app.api.get("/operate/reading", { signal })).data;
    } catch (error) {
      if (!(error instanceof Problem)) this.#app.report(error);
      return null;
    }
  }

  /** @param {Reading} reading */
  #take(reading) {
    if (reading.at !== this.#reading.at) this.#readAtMs = Date.now();
    this.#reading = reading;
    this.#listener?.onReading(reading);
    this.#tell();
  }

  #look() {
    this.#tell();
    const sinceMs = Date.now() - Math.max(this.#readAtMs, this.#connectedAtMs);
    if (sinceMs > DEAD_MS) this.#lose();
  }

  #tell() {
    this.#listener?.onAge(Date.now() - this.#readAtMs > OLD_MS, this.#readAtMs);
  }
}
