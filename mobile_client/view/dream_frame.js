/** A dream's picture, large before the camera picture; from there it flies to the artwork. Knows no wish. */

import { element } from "./elements.js";

const FLIGHT_MS = 800;
/** Of the longer side, as it is drawn. */
const LEAST_PX = 1280;

/** @typedef {import("../core/protocol.js").Texture} Texture */

export class DreamFrame {
  #canvas = element("canvas", { role: "img", width: 0, height: 0 });
  #calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {Texture | null} what is drawn, or about to be */
  #texture = null;
  #isLarge = false;
  /** @type {Animation[]} on the way to the artwork */
  #flight = [];

  constructor() {
    this.element = element("div", { class: "dream-frame", hidden: true }, this.#canvas);
  }

  /** What is drawn, for a picture of it; null while it is not shown. */
  get drawn() {
    return this.#isLarge && this.#canvas.width > 0 ? this.#canvas : null;
  }

  /**
   * @param {Texture | null} texture
   * @param {boolean} isLarge
   * @param {string} alt
   * @param {() => DOMRect | null} place where the artwork is on the screen; null where that is not known
   */
  render(texture, isLarge, alt, place) {
    this.#canvas.setAttribute("aria-label", alt);
    if (texture && texture !== this.#texture) void this.#draw(texture);
    this.#texture = texture;
    if (isLarge === this.#isLarge) return;
    this.#isLarge = isLarge;
    this.#land();
    if (isLarge) this.element.hidden = false;
    else this.#leave(texture ? place() : null);
  }

  /** @param {Texture} texture the newest wins */
  async #draw(texture) {
    const jpeg = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (texture.picture)], { type: "image/jpeg" });
    const bitmap = await createImageBitmap(jpeg).catch(() => null); // the link counts what cannot be decoded
    if (bitmap && texture === this.#texture) {
      this.#paint(bitmap);
    }
    bitmap?.close();
  }

  /** @param {ImageBitmap} bitmap drawn so large that any screen shows it smaller, in its own proportions */
  #paint(bitmap) {
    const scale = Math.max(1, LEAST_PX / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.round(side * scale));
    Object.assign(this.#canvas, { width, height });
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
  }

  /** @param {DOMRect | null} goal it fades where there is none */
  #leave(goal) {
    if (this.#calm || this.element.hidden) {
      this.element.hidden = true;
      return;
    }
    const fill = /** @type {const} */ ("forwards");
    const options = { duration: FLIGHT_MS, easing: "cubic-bezier(0.4, 0, 0.2, 1)", fill };
    const fade = this.element.animate({ backgroundColor: "rgb(18 16 14 / 0)" }, options);
    const way = goal ? flight(this.#canvas.getBoundingClientRect(), goal) : { opacity: [1, 0] };
    this.#flight = [fade, this.#canvas.animate(way, options)];
    fade.onfinish = () => {
      this.element.hidden = true;
      this.#land();
    };
  }

  #land() {
    for (const animation of this.#flight) animation.cancel();
    this.#flight = [];
  }
}

/**
 * @param {DOMRect} start
 * @param {DOMRect} goal
 * @returns {PropertyIndexedKeyframes}
 */
function flight(start, goal) {
  const right = goal.left + goal.width / 2 - (start.left + start.width / 2);
  const down = goal.top + goal.height / 2 - (start.top + start.height / 2);
  const end = `translate(${right}px, ${down}px) scale(${goal.width / start.width}, ${goal.height / start.height})`;
  return { transform: ["none", end, end], opacity: [1, 1, 0], offset: [0, 0.85, 1] };
}

/**
 * Where the artwork is on the screen, around all of it; null where that is not known.
 * @param {HTMLCanvasElement} painted the camera's view, which covers its box; its data say where the artwork is in it
 * @param {boolean} mirrored
 */
export function placeOnScreen(painted, mirrored) {
  const corners = (painted.dataset.corners ?? "").split(",").filter(Boolean).map(Number);
  if (corners.length !== 8) return null;
  const box = painted.getBoundingClientRect();
  const scale = Math.max(box.width / painted.width, box.height / painted.height);
  const side = mirrored ? -1 : 1;
  const xs = [0, 2, 4, 6].map((at) => box.left + box.width / 2 + side * (corners[at] - 0.5) * painted.width * scale);
  const ys = [1, 3, 5, 7].map((at) => box.top + box.height / 2 + (corners[at] - 0.5) * painted.height * scale);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return new DOMRect(left, top, Math.max(...xs) - left, Math.max(...ys) - top);
}
