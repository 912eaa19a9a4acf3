/** Where pictures are, and what kind they are, by their names. Knows no upload. */

import { element } from "../../core/elements.js";

/** @param {string} name */
export const isClip = (name) => /\.(mp4|webm)$/.test(name);

/**
 * @param {string} name
 * @param {boolean} [small] a preview, which clips do not have
 */
export function pictureAddress(name, small = false) {
  return `/api/v1/pictures/${encodeURIComponent(name)}${small && !isClip(name) ? "/preview" : ""}`;
}

/**
 * The words beside a picture say what it shows, wherever it is used.
 * @param {string | null} name null: there is none yet
 * @param {string} className
 */
export function smallPicture(name, className) {
  if (!name) return element("span", { class: `${className} no-picture`, "aria-hidden": "true" });
  return element("img", {
    class: className,
    src: pictureAddress(name, true),
    alt: "",
    loading: "lazy",
    decoding: "async",
  });
}

/**
 * Reads a picture's pixels.
 * @param {string} address
 * @returns {Promise<HTMLImageElement>}
 */
export async function loadedPicture(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return picture;
}
