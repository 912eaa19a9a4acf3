/**
 * The camera's picture and the overlay on the artwork in it, drawn together, so that both are of the same moment. Newest
 * wins; pictures are closed when they are drawn or replaced. Knows no pose: it is told corners.
 */

import { AnchoredPainter } from "./anchored_painter.js";
import { FlatPainter } from "./flat_painter.js";
import { lightMatch } from "./light_match.js";

/** A view that was not drawn anew for so long is taken down: a still picture over a moving camera would be a lie. */
export const STALE_AFTER_MS = 2500;
const CROSS_FADE_MS = 300;

/**
 * @typedef {object} View What is to be shown of one camera picture.
 * @property {ImageBitmap} picture
 * @property {number} captureMs
 * @property {Float64Array | null} corners of the artwork in units of the picture; null while it is not shown
 * @property {number} opacity
 * @property {number} seq of the pose in use
 * @property {import("./light_match.js").Colours | null} light on the artwork, as the camera sees it
 */

/**
 * @typedef {object} AnchoredViewParts
 * @property {HTMLCanvasElement} canvas on which nothing was drawn yet
 * @property {import("./clock.js").Clock} clock
 * @property {import("./light_match.js").Colours | null} target the artwork's colours as the curator gave it
 * @property {boolean} calm whether the visitor wants as little movement as possible: no cross-fade
 * @property {(ageMs: number) => void} onShown
 * @property {(reason: string) => void} onDropped
 * @property {(ms: number) => void} onWorked time that drawing took on this thread
 */

export class AnchoredView {
  #parts;
  /** @type {WebGL2RenderingContext | null} null where there is no WebGL 2 */
  #gl;
  /** @type {AnchoredPainter | FlatPainter | null} null while the context is lost */
  #painter;
  /** @type {View | null} to be drawn on the next animation frame */
  #next = null;
  /** @type {ImageBitmap | HTMLVideoElement | null} kept to be uploaded again after the context was lost */
  #overlay = null;
  #revision = 0;
  /** When the overlay took the place of another; the first one appears at once. */
  #changedAtMs = -Infinity;
  #shownAtMs = -Infinity;

  /** @param {AnchoredViewParts} parts */
  constructor(parts) {
    const { canvas } = parts;
    this.#parts = parts;
    this.#gl = canvas.getContext("webgl2", {
      alpha: false,
      antialias: false,
      depth: false,
      preserveDrawingBuffer: true,
    });
    this.#painter = this.#gl ? new AnchoredPainter(this.#gl) : flatPainterOf(canvas);
    canvas.addEventListener("webglcontextlost", (event) => this.#lose(event));
    canvas.addEventListener("webglcontextrestored", () => this.#restore());
  }

  /** Whether the overlay is drawn as it should be, and not in pieces by a browser without WebGL 2. */
  get isDeep() {
    return this.#gl !== null;
  }

  /** Whether a view is on the screen that is not too old. */
  get isFresh() {
    return this.#parts.clock.nowMs() - this.#shownAtMs < STALE_AFTER_MS;
  }

  /** A new connection: what is on the screen belongs to the old one. */
  startAnew() {
    this.#shownAtMs = -Infinity;
    this.#next?.picture.close();
    this.#next = null;
  }

  /**
   * A still overlay, or a clip that plays; it is shown from the next view on.
   * @param {ImageBitmap | HTMLVideoElement} overlay
   * @param {number} [revision] of the settings that it was painted with
   */
  lay(overlay, revision = 0) {
    if (this.#overlay) this.#changedAtMs = this.#parts.clock.nowMs();
    if (this.#overlay instanceof ImageBitmap) this.#overlay.close();
    this.#overlay = overlay;
    this.#revision = revision;
    this.#painter?.change(overlay);
  }

  /** @param {View} view its picture is closed here */
  offer(view) {
    if (this.#next) {
      this.#next.picture.close();
      this.#parts.onDropped("replaced");
    } else {
      requestAnimationFrame(() => this.#draw());
    }
    this.#next = view;
  }

  #draw() {
    const view = this.#next;
    this.#next = null;
    if (!view) return;
    const begunMs = performance.now();
    if (this.#painter && !this.#gl?.isContextLost()) this.#paint(this.#painter, view);
    view.picture.close();
    this.#parts.onWorked(performance.now() - begunMs);
  }

  /**
   * @param {AnchoredPainter | FlatPainter} painter
   * @param {View} view
   */
  #paint(painter, view) {
    const { canvas, clock, target, onShown } = this.#parts;
    const { picture, captureMs, opacity, light } = view;
    if (canvas.width !== picture.width) canvas.width = picture.width;
    if (canvas.height !== picture.height) canvas.height = picture.height;
    if (this.#overlay instanceof HTMLVideoElement) painter.refresh(this.#overlay);
    const corners = this.#overlay && view.corners;
    painter.draw({ picture, corners, opacity, light: lightMatch(target, light), share: this.#share() });
    this.#shownAtMs = clock.nowMs();
    this.#describe(view, corners);
    onShown(this.#shownAtMs - captureMs);
  }

  /** Of the present overlay over the former one: 1 when the change is over. */
  #share() {
    const passed = (this.#parts.clock.nowMs() - this.#changedAtMs) / CROSS_FADE_MS;
    return this.#parts.calm ? 1 : Math.min(1, passed);
  }

  /**
   * What is shown, for those who watch the page from outside.
   * @param {View} view
   * @param {Float64Array | null} corners
   */
  #describe({ captureMs, opacity, seq }, corners) {
    const { dataset } = this.#parts.canvas;
    dataset.shownSeq = String(seq);
    dataset.shownRevision = String(this.#revision);
    dataset.shownCaptureMs = String(captureMs);
    dataset.corners = corners ? Array.from(corners, (value) => value.toFixed(6)).join() : "";
    dataset.opacity = corners ? opacity.toFixed(3) : "0";
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
    if (this.#overlay) this.#painter.change(this.#overlay);
  }
}

/** @param {HTMLCanvasElement} canvas */
function flatPainterOf(canvas) {
  const context = canvas.getContext("2d", { alpha: false });
  return context && new FlatPainter(context);
}
