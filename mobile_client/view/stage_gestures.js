/** Gestures on the picture itself: a swipe turns the style, a long press shows the original, two fingers zoom. */

const SWIPE_PX = 48;
const PRESS_MS = 350;
const STILL_PX = 12;
/** What is touched there is meant itself, and not the picture beneath. */
const CONTROLS = "button, input, label, a, .plaque";

/** @typedef {{x: number, y: number}} Point */

/**
 * @typedef {object} GestureHandlers
 * @property {(step: 1 | -1) => void} onSwipe in reading direction
 * @property {(on: boolean) => void} onPress
 * @property {() => void} onPinchStart two fingers are down
 * @property {(factor: number) => void} onPinch how far they are apart now, over how far they were
 */

export class StageGestures {
  #handlers;
  /** @type {Map<number, Point>} fingers on the picture, by pointer id */
  #fingers = new Map();
  /** @type {Point | null} where the only finger went down; null once it is part of something else */
  #start = null;
  /** Between two fingers when the second came down; 0 while there are not two. */
  #spreadPx = 0;
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
    stage.addEventListener("pointerdown", (event) => this.#down(event, clock));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    stage.addEventListener("pointerup", (event) => this.#up(event, getComputedStyle(stage).direction === "rtl"));
    for (const end of ["pointercancel", "pointerleave"]) {
      stage.addEventListener(end, (event) => this.#lift(/** @type {PointerEvent} */ (event)));
    }
    stage.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /**
   * @param {PointerEvent} event
   * @param {import("../core/clock.js").Clock} clock
   */
  #down(event, clock) {
    if (event.target instanceof Element && event.target.closest(CONTROLS)) return;
    if (this.#fingers.size === 2) return;
    const point = { x: event.clientX, y: event.clientY };
    this.#fingers.set(event.pointerId, point);
    this.#release();
    if (this.#fingers.size === 2) {
      this.#spreadPx = this.#spread;
      this.#handlers.onPinchStart();
    } else {
      this.#start = point;
      this.#cancelPress = clock.after(PRESS_MS, () => this.#press(true));
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#fingers.has(event.pointerId)) return;
    const point = { x: event.clientX, y: event.clientY };
    this.#fingers.set(event.pointerId, point);
    if (this.#spreadPx > 0) this.#handlers.onPinch(this.#spread / this.#spreadPx);
    else if (this.#start && distance(point, this.#start) > STILL_PX) this.#cancelPress();
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} rightToLeft
   */
  #up(event, rightToLeft) {
    const start = this.#fingers.has(event.pointerId) && !this.#pressed ? this.#start : null;
    this.#lift(event);
    if (!start) return;
    const [right, down] = [event.clientX - start.x, event.clientY - start.y];
    if (Math.abs(right) < SWIPE_PX || Math.abs(right) < 1.5 * Math.abs(down)) return;
    this.#handlers.onSwipe(right > 0 === rightToLeft ? 1 : -1);
  }

  /** @param {PointerEvent} event a finger is gone; one that stays after a pinch does nothing more */
  #lift(event) {
    if (this.#fingers.delete(event.pointerId)) this.#release();
  }

  #release() {
    this.#cancelPress();
    this.#press(false);
    this.#start = null;
    this.#spreadPx = 0;
  }

  /** @param {boolean} on */
  #press(on) {
    if (on === this.#pressed) return;
    this.#pressed = on;
    this.#handlers.onPress(on);
  }

  /** Between the two fingers; never 0, for it divides. */
  get #spread() {
    const [first, second] = [...this.#fingers.values()];
    return Math.max(1, distance(first, second));
  }
}

/**
 * @param {Point} a
 * @param {Point} b
 */
function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
