/** Cuts a painting out of a photo: corners are marked, what comes out is shown at once, and the server cuts. */

import { dialog } from "../../core/dialog.js";
import { button, element, fill, setText } from "../../core/elements.js";
import { FIRST_CORNERS, flatSize, flattened, isSound } from "../model/perspective.js";
import { CropStage } from "./crop_stage.js";
import { loadedPicture, pictureAddress } from "./pictures.js";

const WORKING_PX = 1200; // the longer side of the photo that the preview is taken from
const PREVIEW_PX = 300; // the longer side of the preview

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/perspective.js").Point} Point */

/**
 * What a picture was cut out of since the page was loaded, and where: cutting again begins there.
 * @type {Map<string, {photo: string, corners: readonly Point[]}>}
 */
const origins = new Map();

/**
 * @param {App} app
 * @param {string} picture the photo, or what was cut out of one just now
 * @returns {Promise<import("../model/types.js").Picture | null>} what was cut out; null: nothing
 */
export async function cropDialog(app, picture) {
  const { texts } = app;
  const { photo: name, corners: first } = origins.get(picture) ?? { photo: picture, corners: FIRST_CORNERS };
  const photo = await loadedPicture(pictureAddress(name));
  const preview = new CropPreview(texts, photo);
  /** @type {Point[]} */
  let corners = [...first];
  const fault = element("p", { class: "error", role: "alert" });
  const stage = new CropStage(texts, photo, corners, (moved) => {
    corners = moved;
    fill(fault);
    preview.show(corners);
    asked.buttons[1].disabled = !isSound(corners);
  });
  let cut = null;
  const act = async () => {
    try {
      ({ data: cut } = await app.api.post(`/pictures/${name}/crop`, { corners }));
      origins.set(cut.name, { photo: name, corners });
      return true;
    } catch (error) {
      fill(fault, app.sentence(error));
      return false;
    }
  };
  const reset = button(texts.say("crop.reset"), () => stage.setCorners(FIRST_CORNERS), "quiet");
  const asked = dialog(
    texts.say("crop.title"),
    [
      element("p", { class: "hint" }, texts.say("crop.how")),
      element("div", { class: "crop" }, stage.element, element("div", { class: "crop-side" }, preview.element, reset)),
      fault,
    ],
    [
      { label: texts.say("cancel"), value: "", kind: "secondary" },
      { label: texts.say("crop.cut"), value: "cut", kind: "primary", act },
    ],
    { className: "wide cropping" },
  );
  preview.show(corners);
  return (await asked.closed) === "cut" ? cut : null;
}

/** What comes out, drawn at most once a frame. */
class CropPreview {
  #texts;
  #photo;
  #pixels;
  #canvas;
  #words;
  /** @type {readonly Point[] | null} */
  #next = null;

  /**
   * @param {import("../../core/texts.js").Texts} texts
   * @param {HTMLImageElement} photo
   */
  constructor(texts, photo) {
    this.#texts = texts;
    this.#photo = photo;
    this.#pixels = pixelsOf(photo, WORKING_PX);
    this.#canvas = element("canvas", { class: "crop-preview", role: "img", "aria-label": texts.say("crop.preview") });
    this.#words = element("p", { class: "hint" });
    this.element = element("figure", {}, this.#canvas, this.#words);
  }

  /** @param {readonly Point[]} corners */
  show(corners) {
    if (!this.#next) requestAnimationFrame(() => this.#draw());
    this.#next = corners;
  }

  #draw() {
    const corners = this.#next ?? [];
    this.#next = null;
    if (!isSound(corners)) {
      setText(this.#words, this.#texts.say("crop.unsound"));
      return;
    }
    const [width, height] = flatSize(corners, this.#photo.naturalWidth, this.#photo.naturalHeight);
    const scale = Math.min(1, PREVIEW_PX / Math.max(width, height));
    const [shownWidth, shownHeight] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    this.#canvas.width = shownWidth;
    this.#canvas.height = shownHeight;
    this.#canvas.getContext("2d")?.putImageData(flattened(this.#pixels, corners, shownWidth, shownHeight), 0, 0);
    setText(this.#words, this.#texts.say("crop.size", { width: String(width), height: String(height) }));
  }
}

/**
 * @param {HTMLImageElement} photo
 * @param {number} longerPx
 */
function pixelsOf(photo, longerPx) {
  const scale = Math.min(1, longerPx / Math.max(photo.naturalWidth, photo.naturalHeight));
  const [width, height] = [Math.round(photo.naturalWidth * scale), Math.round(photo.naturalHeight * scale)];
  const canvas = element("canvas", { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.imageSmoothingQuality = "high";
  context.drawImage(photo, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
