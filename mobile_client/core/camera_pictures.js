/** Takes the present picture out of a video element, once, so that all that is done with a picture is done with the same one. */

/** @typedef {ImageBitmap | VideoFrame} Picture to be closed by whoever has it last */
/** @typedef {{width: number, height: number}} Size in pixels; as a limit: longer side first */

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<Picture | null>} null while the video has no picture
 */
export async function grabPicture(video) {
  const hasPicture = video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  return hasPicture ? (frameOf(video) ?? createImageBitmap(video)) : null;
}

/**
 * @param {HTMLVideoElement | Picture} source
 * @returns {Size} as it is seen
 */
export function sizeOf(source) {
  if ("videoWidth" in source) return { width: source.videoWidth, height: source.videoHeight };
  if ("displayWidth" in source) return { width: source.displayWidth, height: source.displayHeight };
  return { width: source.width, height: source.height };
}

/**
 * The largest size of the same shape whose sides fit the limit. Never larger than the source; sides are even.
 * @param {Size} source
 * @param {Size} limit
 * @returns {Size}
 */
export function fitted(source, limit) {
  const [longer, shorter] = [Math.max(source.width, source.height), Math.min(source.width, source.height)];
  const scale = Math.min(1, limit.width / longer, limit.height / shorter);
  /** @param {number} side */
  const even = (side) => Math.max(2, Math.round((side * scale) / 2) * 2);
  return { width: even(source.width), height: even(source.height) };
}

/**
 * The video's own frame, which costs no copy. Null where a browser cannot give it, or does not say how it is turned: it
 * would be tracked, sent and drawn lying on its side.
 * @param {HTMLVideoElement} video
 */
function frameOf(video) {
  if (typeof VideoFrame !== "function" || !("rotation" in VideoFrame.prototype)) return null;
  let frame;
  try {
    frame = new VideoFrame(video);
  } catch {
    return null; // the browser has the picture in a form of its own
  }
  const { rotation, flip } = /** @type {{rotation?: number, flip?: boolean}} */ (frame);
  const { width, height } = sizeOf(frame);
  if (!rotation && !flip && width === video.videoWidth && height === video.videoHeight) return frame;
  frame.close();
  return null;
}
