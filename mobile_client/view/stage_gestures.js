/** Gestures on the picture itself: a swipe turns the style, a long press shows the original. Buttons do the same. */

const SWIPE_PX = 48;
const PRESS_MS = 350;
const STILL_PX = 12;

/**
 * @typedef {object} GestureHandlers
 * @property {(step: 1 | -1) => void} onSwipe in reading direction
 * @property {(on: boolean) => void} onPress
 */

export class StageGestures {
  #handlers;
  /** @type {{x: number, y: number, id: number} | null} where the finger went down */
  #start = null;
  /** @type {() => void} */
  #cancelPress = () => {};
  #pressed = false;

  /**
   * @param {HTMLElement} stage
   * @param {import("../core/clock.js").Clock} clock
   * @param {GestureHandlers} handlers
   */
  constructor(stage, clock, handlers) {
    this.#handlers = handlers;
    stage.addEventListener("pointerdown", (event) => {
      if (!event.isPrimary) return;
      this.#start = { x: event.clientX, y: event.clientY, id: event.pointerId };
      this.#cancelPress = clock.after(PRESS_MS, () => this.#press(true));
    });
    stage.addEventListener("pointermove", (event) => {
      if (this.#distance(event) > STILL_PX) this.#cancelPress();
    });
    stage.addEventListener("pointerup", (event) => this.#finish(event, getComputedStyle(stage).direction === "rtl"));
    for (const end of ["pointercancel", "pointerleave"]) stage.addEventListener(end, () => this.#forget());
    stage.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** @param {PointerEvent} event */
  #distance(event) {
    return this.#start ? Math.hypot(event.clientX - this.#start.x, event.clientY - this.#start.y) : 0;
  }

  /** @param {boolean} on */
  #press(on) {
    if (on === this.#pressed) return;
    this.#pressed = on;
    this.#handlers.onPress(on);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} rightToLeft
   */
  #finish(event, rightToLeft) {
    const start = this.#start;
    const swiping = start?.id === event.pointerId && !this.#pressed;
    this.#forget();
    if (!start || !swiping) return;
    const [right, down] = [event.clientX - start.x, event.clientY - start.y];
    if (Math.abs(right) < SWIPE_PX || Math.abs(right) < 1.5 * Math.abs(down)) return;
    this.#handlers.onSwipe(right > 0 === rightToLeft ? 1 : -1);
  }

  #forget() {
    this.#cancelPress();
    this.#press(false);
    this.#start = null;
  }
}
