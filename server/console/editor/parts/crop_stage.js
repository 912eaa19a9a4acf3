/** A photo with four handles at the corners of a painting in it, moved by pointer or keyboard, under a magnifier. */

import { element } from "../../core/elements.js";

const SVG = "http://www.w3.org/2000/svg";
const GLASS_PX = 148; // the magnifier's diameter
const GLASS_ZOOM = 2.5; // times the photo on the screen
const OUTSIDE = 0.05; // so far outside of the photo a corner may be
const BIG_STEP_PX = 10;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NAMES = ["crop.upper_left", "crop.upper_right", "crop.lower_right", "crop.lower_left"];

/** @typedef {import("../model/perspective.js").Point} Point */

export class CropStage {
  #texts;
  #photo;
  #onMove;
  /** @type {Point[]} */
  #corners;
  #handles;
  #outline;
  #shade;
  #glass;
  #frame;

  /**
   * @param {import("../../core/texts.js").Texts} texts
   * @param {HTMLImageElement} photo loaded
   * @param {readonly Point[]} corners
   * @param {(corners: Point[]) => void} onMove
   */
  constructor(texts, photo, corners, onMove) {
    this.#texts = texts;
    this.#photo = photo;
    this.#onMove = onMove;
    this.#corners = corners.map(([x, y]) => [x, y]);
    this.#outline = document.createElementNS(SVG, "polygon");
    this.#shade = document.createElementNS(SVG, "path");
    this.#handles = NAMES.map((name, at) => this.#handle(name, at));
    this.#glass = element("canvas", {
      class: "glass",
      hidden: true,
      width: GLASS_PX * 2,
      height: GLASS_PX * 2,
      "aria-hidden": "true",
    });
    photo.alt = "";
    photo.draggable = false;
    this.#frame = element(
      "div",
      { class: "crop-frame" },
      photo,
      drawing(this.#shade, "crop-shade"),
      drawing(this.#outline, "crop-outline"),
      ...this.#handles,
      this.#glass,
    );
    this.#frame.style.setProperty("--ratio", `${photo.naturalWidth} / ${photo.naturalHeight}`);
    this.element = element("div", { class: "crop-stage" }, this.#frame);
    this.#render();
  }

  /** @param {readonly Point[]} corners */
  setCorners(corners) {
    this.#corners = corners.map(([x, y]) => [x, y]);
    this.#moved();
  }

  /**
   * @param {string} name
   * @param {number} at
   */
  #handle(name, at) {
    const handle = element(
      "button",
      { type: "button", class: "crop-handle", "data-at": at },
      element("span", { class: "unseen" }, this.#texts.say(name)),
    );
    handle.addEventListener("pointerdown", (event) => this.#grab(event, handle, at));
    handle.addEventListener("keydown", (event) => this.#onKey(event, at));
    handle.addEventListener("focus", () => handle.matches(":focus-visible") && this.#magnify(at));
    handle.addEventListener("blur", () => (this.#glass.hidden = true));
    return handle;
  }

  /**
   * @param {PointerEvent} event
   * @param {HTMLElement} handle
   * @param {number} at
   */
  #grab(event, handle, at) {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    const box = this.#frame.getBoundingClientRect();
    const [x, y] = this.#corners[at];
    const [offX, offY] = [event.clientX - box.left - x * box.width, event.clientY - box.top - y * box.height];
    this.#magnify(at);
    const move = (/** @type {PointerEvent} */ moved) =>
      this.#put(at, (moved.clientX - box.left - offX) / box.width, (moved.clientY - box.top - offY) / box.height);
    const end = () => {
      handle.removeEventListener("pointermove", move);
      this.#glass.hidden = true;
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end, { once: true });
  }

  /**
   * A pixel of the photo, or ten with Shift.
   * @param {KeyboardEvent} event
   * @param {number} at
   */
  #onKey(event, at) {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const step = event.shiftKey ? BIG_STEP_PX : 1;
    const [x, y] = this.#corners[at];
    this.#put(at, x + (arrow[0] * step) / this.#photo.naturalWidth, y + (arrow[1] * step) / this.#photo.naturalHeight);
    this.#magnify(at);
  }

  /**
   * @param {number} at
   * @param {number} x
   * @param {number} y
   */
  #put(at, x, y) {
    const within = (/** @type {number} */ value) => Math.min(1 + OUTSIDE, Math.max(-OUTSIDE, value));
    this.#corners[at] = [within(x), within(y)];
    this.#moved();
    if (!this.#glass.hidden) this.#magnify(at);
  }

  #moved() {
    this.#render();
    this.#onMove(this.#corners.map(([x, y]) => [x, y]));
  }

  #render() {
    const points = this.#corners.map(([x, y]) => `${x},${y}`);
    this.#outline.setAttribute("points", points.join(" "));
    this.#shade.setAttribute("d", `M0,0H1V1H0Z M${points.join(" L")}Z`);
    this.#handles.forEach((handle, at) => {
      const [x, y] = this.#corners[at];
      handle.style.setProperty("--x", String(x));
      handle.style.setProperty("--y", String(y));
      const [pixelX, pixelY] = [Math.round(x * this.#photo.naturalWidth), Math.round(y * this.#photo.naturalHeight)];
      handle.setAttribute("aria-description", this.#texts.say("crop.at", { x: pixelX, y: pixelY }));
    });
  }

  /** @param {number} at */
  #magnify(at) {
    const box = this.#frame.getBoundingClientRect();
    const [x, y] = this.#corners[at];
    this.#glass.hidden = false;
    // Towards the middle of the photo, so that neither the hand nor the window's edge is over it.
    this.#glass.style.setProperty("--x", String(x));
    this.#glass.style.setProperty("--y", String(y));
    this.#glass.dataset.side = `${y < 0.5 ? "below" : "above"} ${x < 0.5 ? "after" : "before"}`;
    const context = this.#glass.getContext("2d");
    if (context && box.width > 0) this.#drawGlass(context, x, y, box.width);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} x
   * @param {number} y
   * @param {number} widthPx of the photo on the screen
   */
  #drawGlass(context, x, y, widthPx) {
    const size = this.#glass.width;
    const { naturalWidth, naturalHeight } = this.#photo;
    const seen = (GLASS_PX / GLASS_ZOOM) * (naturalWidth / widthPx); // pixels of the photo across the glass
    const scale = size / seen;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, size, size);
    context.setTransform(scale, 0, 0, scale, size / 2 - x * naturalWidth * scale, size / 2 - y * naturalHeight * scale);
    context.drawImage(this.#photo, 0, 0);
    this.#drawSides(context, scale);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} scale
   */
  #drawSides(context, scale) {
    context.beginPath();
    for (const [x, y] of this.#corners) context.lineTo(x * this.#photo.naturalWidth, y * this.#photo.naturalHeight);
    context.closePath();
    context.lineWidth = 5 / scale;
    context.strokeStyle = "rgb(0 0 0 / 0.6)";
    context.stroke();
    context.lineWidth = 2 / scale;
    context.strokeStyle = "#fff";
    context.stroke();
  }
}

/**
 * A shape over the whole photo, in shares of its sides.
 * @param {SVGElement} shape
 * @param {string} className
 */
function drawing(shape, className) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", className);
  shape.setAttribute("fill-rule", "evenodd");
  svg.append(shape);
  return svg;
}
