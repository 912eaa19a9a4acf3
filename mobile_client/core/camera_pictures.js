/** Takes the present picture out of the camera's video element, once, so that all that is done with a picture is the same one. */

import { fitted } from "./encoder.js";

/** Nothing larger is drawn: phones' cameras may give more than their screens show. */
const LARGEST = Object.freeze({ width: 1280, height: 1280 });

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<ImageBitmap | null>} null while the video has no picture
 */
export async function grabPicture(video) {
  const size = { width: video.videoWidth, height: video.videoHeight };
  if (!size.width || !size.height || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  if (Math.max(size.width, size.height) <= LARGEST.width) return createImageBitmap(video);
  const { width, height } = fitted(size, LARGEST);
  return createImageBitmap(video, { resizeWidth: width, resizeHeight: height });
}
