/** The last picture over the new ones: taken when the station changes, faded out once there is a new one. Knows no station. */

import { element } from "./elements.js";

const FADE_MS = 700;
/** For visitors who want as little movement as possible. */
const QUICK_MS = 150;

export class Cover {
  #stage;
  /** @type {HTMLCanvasElement | null} null while nothing is covered */
  #still = null;

  /** @param {HTMLElement} stage */
  constructor(stage) {
    this.#stage = stage;
  }

  /**
   * Keeps what is on the screen there; of a cover that is still fading, what is left of it.
   * @param {HTMLCanvasElement} painted
   */
  raise(painted) {
    const { width, height } = painted;
    const still = element("canvas", { class: "cover", "aria-hidden": "true", width, height });
    const context = still.getContext("2d");
    if (!context || width === 0 || height === 0) return;
    context.drawImage(painted, 0, 0);
    if (this.#still) {
      context.globalAlpha = Number(getComputedStyle(this.#still).opacity);
      context.drawImage(this.#still, 0, 0, width, height);
    }
    this.drop();
    this.#still = still;
    this.#stage.toggleAttribute("data-changing", true);
    painted.after(still);
  }

  lower() {
    const still = this.#still;
    if (!still) return;
    const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? QUICK_MS : FADE_MS;
    const fade = still.animate({ opacity: [1, 0] }, { duration, easing: "ease-in-out", fill: "forwards" });
    fade.onfinish = () => still === this.#still && this.drop();
  }

  /** At once. */
  drop() {
    this.#still?.remove();
    this.#still = null;
    this.#stage.toggleAttribute("data-changing", false);
  }
}
