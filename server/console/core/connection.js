/** Whether the server answers: while it does not, says so calmly, and looks again by itself. */

import { button, fill } from "./elements.js";

const PERIOD_MS = 4000;

export class Connection {
  #place;
  #words;
  #onBack;
  #away = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} place a live region
   * @param {(key: string) => string} words
   * @param {() => void} onBack the server answers again
   */
  constructor(place, words, onBack) {
    this.#place = place;
    this.#words = words;
    this.#onBack = onBack;
    window.addEventListener("online", () => this.#away && void this.look());
  }

  /** @param {boolean} answered */
  note(answered) {
    if (answered === !this.#away) return;
    this.#away = !answered;
    clearTimeout(this.#timer);
    if (answered) {
      fill(this.#place);
      this.#onBack();
      return;
    }
    fill(
      this.#place,
      this.#words("away"),
      button(this.#words("try_again"), () => void this.look(), "quiet"),
    );
    this.#wait();
  }

  async look() {
    clearTimeout(this.#timer);
    const answered = await fetch("/healthz", { cache: "no-store" }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) this.note(true);
    else if (this.#away) this.#wait();
  }

  #wait() {
    this.#timer = setTimeout(() => void this.look(), PERIOD_MS);
  }
}
