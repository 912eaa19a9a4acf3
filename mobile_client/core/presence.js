/** Tells when the visitor looks away from the page and comes back: hidden, asleep, kept in the back/forward cache, offline. */

/**
 * @typedef {object} PresenceHandlers
 * @property {(awayMs: number) => void} onReturn the page is visible again, after so much wall time
 * @property {() => void} onOnline the system has a network again
 * @property {() => void} onLeave the page is being left
 */

export class Presence {
  #clock;
  #handlers;
  /** @type {number | null} wall time when the page was hidden; null while it is visible */
  #hiddenAtMs = null;
  #listening = new AbortController();

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {PresenceHandlers} handlers
   */
  constructor(clock, handlers) {
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /**
   * @param {Window} window
   */
  listenTo(window) {
    const options = { signal: this.#listening.signal };
    window.document.addEventListener("visibilitychange", () => this.#turned(window.document.visibilityState), options);
    window.addEventListener("online", () => this.#handlers.onOnline(), options);
    window.addEventListener("pagehide", () => this.#leave(), options);
    window.addEventListener("pageshow", (event) => event.persisted && this.#comeBack(), options);
  }

  stop() {
    this.#listening.abort();
  }

  /** @param {DocumentVisibilityState} visibility */
  #turned(visibility) {
    if (visibility === "visible") this.#comeBack();
    else this.#hiddenAtMs ??= this.#clock.wallMs();
  }

  #leave() {
    this.#hiddenAtMs ??= this.#clock.wallMs();
    this.#handlers.onLeave();
  }

  #comeBack() {
    const awayMs = this.#hiddenAtMs === null ? 0 : this.#clock.wallMs() - this.#hiddenAtMs;
    this.#hiddenAtMs = null;
    this.#handlers.onReturn(awayMs);
  }
}
