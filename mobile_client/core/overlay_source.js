/** Where a canvas's overlay comes from: textures that the server paints, or the curator's own picture or looped clip. */

import { grabPicture } from "./camera_pictures.js";

/** @typedef {{kind: "picture" | "clip", url: string}} CuratorsOverlay */

/**
 * @typedef {object} OverlaySourceParts
 * @property {CuratorsOverlay | null} overlay null where textures come over the link
 * @property {(still: ImageBitmap, revision: number) => void} onOverlay
 * @property {(reason: string) => void} onDropped
 */

export class OverlaySource {
  #parts;
  /** @type {HTMLVideoElement | null} */
  #clip = null;
  /** Where the clip was when its last picture was taken. */
  #grabbedS = -1;
  #loaded = false;
  /** @type {import("./protocol.js").Texture | null} the newest that waits to be decoded */
  #waiting = null;
  #decoding = false;
  /** Counts how often what was under way was forgotten. */
  #epoch = 0;

  /** @param {OverlaySourceParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Loads the curator's overlay, if there is one and it was not loaded before. */
  begin() {
    const { overlay } = this.#parts;
    if (this.#clip) void this.#play(this.#clip);
    if (!overlay || this.#loaded) return;
    this.#loaded = true;
    if (overlay.kind === "clip") this.#openClip(overlay.url);
    else void this.#openPicture(overlay.url);
  }

  end() {
    this.#clip?.pause();
  }

  /** @returns {Promise<import("./camera_pictures.js").Picture | null>} the clip's next picture, where there is a new one */
  async grab() {
    const clip = this.#clip;
    if (!clip || clip.currentTime === this.#grabbedS) return null;
    const atS = clip.currentTime;
    const picture = await grabPicture(clip);
    if (picture) this.#grabbedS = atS;
    return picture;
  }

  /** @param {import("./protocol.js").Texture} texture */
  hear(texture) {
    if (this.#waiting) this.#parts.onDropped("replaced");
    this.#waiting = texture;
    if (!this.#decoding) void this.#decodeWaiting();
  }

  /** What is under way is not wanted any more. */
  forget() {
    this.#epoch += 1;
    this.#waiting = null;
  }

  async #decodeWaiting() {
    this.#decoding = true;
    while (this.#waiting) {
      const { picture, revision } = this.#waiting;
      this.#waiting = null;
      const jpeg = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (picture)], { type: "image/jpeg" });
      await this.#decode(jpeg, revision);
    }
    this.#decoding = false;
  }

  /**
   * @param {Blob} picture
   * @param {number} revision
   */
  async #decode(picture, revision) {
    const epoch = this.#epoch;
    let bitmap;
    try {
      bitmap = await createImageBitmap(picture);
    } catch {
      this.#parts.onDropped("undecodable");
      return;
    }
    if (epoch === this.#epoch) this.#parts.onOverlay(bitmap, revision);
    else bitmap.close();
  }

  /** @param {string} url */
  async #openPicture(url) {
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new TypeError(`expected a picture at ${url}, got ${answer.status}`);
      await this.#decode(await answer.blob(), 0);
    } catch (error) {
      this.#unloaded(error);
    }
  }

  /** @param {string} url */
  #openClip(url) {
    const clip = document.createElement("video");
    Object.assign(clip, { muted: true, loop: true, playsInline: true, src: url });
    clip.addEventListener("error", () => this.#unloaded(clip.error), { once: true });
    this.#clip = clip;
    void this.#play(clip);
  }

  /** @param {HTMLVideoElement} clip */
  async #play(clip) {
    try {
      await clip.play();
    } catch (error) {
      // Paused or replaced while it started, or not loaded, which the error event tells.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  /** @param {unknown} error the next beginning tries again */
  #unloaded(error) {
    console.error(error);
    this.#loaded = false;
    this.#clip = null;
    this.#parts.onDropped("overlay_unloaded");
  }
}
