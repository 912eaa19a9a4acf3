/** How opaque the overlay is: comes and goes over some frames. */

const APPEAR_MS = 150;
const VANISH_MS = 250;

export class Fading {
  /** 0 to 1. */
  opacity = 0;

  /**
   * @param {boolean} wanted
   * @param {number} elapsedMs
   */
  step(wanted, elapsedMs) {
    const change = wanted ? elapsedMs / APPEAR_MS : -elapsedMs / VANISH_MS;
    this.opacity = Math.min(1, Math.max(0, this.opacity + change));
  }
}
