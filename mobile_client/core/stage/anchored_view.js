/**
 * The camera's picture and the overlay on the artwork in it, drawn together, so that both are of the same moment. Knows no
 * pose: it is told corners.
 */

import { fitted, sizeOf } from "../camera_pictures.js";
import { AnchoredPainter } from "./anchored_painter.js";
import { FlatPainter } from "./flat_painter.js";
import { lightMatch } from "./light_match.js";

const CROSS_FADE_MS = 300;
/** Nothing larger is drawn: phones' cameras may give more than their screens show. */
const LARGEST = Object.freeze({ width: 1280, height: 1280 });

/** @typedef {import("../camera_pictures.js").Picture} Picture */

/**
 * @typedef {object} View What is to be shown of one camera picture.
 * @property {Picture} picture stays the caller's
 * @property {Float64Array | null} corners of the artwork in units of the picture; null while it is not shown
 * @property {number} opacity
 * @property {import("./light_match.js").Colours | null} light on the artwork, as the camera sees it
 */

/**
 * @typedef {object} AnchoredViewParts
 * @property {HTMLCanvasElement | OffscreenCanvas} canvas on which nothing was drawn yet
 * @property {Pick<import("../clock.js").Clock, "nowMs">} clock
 * @property {import("./light_match.js").Colours | null} target the artwork's colours as the curator gave it
 * @property {boolean} calm whether the visitor wants as little movement as possible: no cross-fade
 * @property {(reason: string) => void} onDropped
 */

export class AnchoredView {
  #parts;
  /** @type {WebGL2RenderingContext | null} null where there is no WebGL 2 */
  #gl;
  /** @type {AnchoredPainter | FlatPainter | null} null while the context is lost */
  #painter;
  /** @type {Picture | null} kept to be uploaded again after the context was lost */
  #overlay = null;
  /** Whether it is a picture of a clip. */
  #moves = false;
  #revision = 0;
  /** When the overlay took the place of another; the first one appears at once. */
  #changedAtMs = -Infinity;

  /** @param {AnchoredViewParts} parts */
  constructor(parts) {
    const { canvas } = parts;
    this.#parts = parts;
    const wishes = { alpha: false, antialias: false, depth: false, preserveDrawingBuffer: true };
    this.#gl = /** @type {WebGL2RenderingContext | null} */ (canvas.getContext("webgl2", wishes));
    this.#painter = this.#gl ? new AnchoredPainter(this.#gl) : flatPainterOf(canvas);
    canvas.addEventListener("webglcontextlost", (event) => this.#lose(event));
    canvas.addEventListener("webglcontextrestored", () => this.#restore());
  }

  /** Whether the overlay is drawn as it should be, and not in pieces by a browser without WebGL 2. */
  get isDeep() {
    return this.#gl !== null;
  }

  /** Of the overlay: the revision of the settings that it was painted with. */
  get revision() {
    return this.#revision;
  }

  /**
   * A still overlay; it is shown from the next view on.
   * @param {Picture} overlay closed here
   * @param {number} revision of the settings that it was painted with
   */
  lay(overlay, revision) {
    if (this.#overlay) this.#changedAtMs = this.#parts.clock.nowMs();
    this.#hold(overlay, false);
    this.#revision = revision;
    this.#painter?.change(overlay, { isStill: true });
  }

  /** There is no overlay any more: the camera's picture alone is drawn. */
  bare() {
    this.#overlay?.close();
    this.#overlay = null;
    this.#revision = 0;
  }

  /**
   * The next picture of a clip that is the overlay.
   * @param {Picture} overlay closed here
   */
  play(overlay) {
    const goesOn = this.#moves;
    this.#hold(overlay, true);
    if (goesOn) this.#painter?.refresh(overlay);
    else this.#painter?.change(overlay, { isStill: false });
  }

  /**
   * @param {View} view
   * @returns {boolean | null} whether there was an overlay to draw; null where nothing could be drawn at all
   */
  draw({ picture, corners, opacity, light }) {
    if (!this.#painter || this.#gl?.isContextLost()) return null;
    const { canvas, target } = this.#parts;
    const { width, height } = fitted(sizeOf(picture), LARGEST);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const place = this.#overlay && corners;
    this.#painter.draw({ picture, corners: place, opacity, light: lightMatch(target, light), share: this.#share() });
    return place !== null;
  }

  end() {
    this.#overlay?.close();
    this.#overlay = null;
  }

  /** Of the present overlay over the former one: 1 when the change is over. */
  #share() {
    const passed = (this.#parts.clock.nowMs() - this.#changedAtMs) / CROSS_FADE_MS;
    return this.#parts.calm ? 1 : Math.min(1, passed);
  }

  /**
   * @param {Picture} overlay
   * @param {boolean} moves
   */
  #hold(overlay, moves) {
    this.#overlay?.close();
    this.#overlay = overlay;
    this.#moves = moves;
  }

  /** @param {Event} event */
  #lose(event) {
    event.preventDefault(); // or it would not be restored
    this.#painter = null;
    this.#parts.onDropped("context_lost");
  }

  #restore() {
    if (!this.#gl) return;
    this.#painter = new AnchoredPainter(this.#gl);
    if (this.#overlay) this.#painter.change(this.#overlay, { isStill: !this.#moves });
  }
}

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas */
function flatPainterOf(canvas) {
  const context = /** @type {CanvasRenderingContext2D | null} */ (canvas.getContext("2d", { alpha: false }));
  return context && new FlatPainter(context);
}
