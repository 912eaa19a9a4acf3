/** What the light in the room makes of the artwork's colours, as a gain and an offset of each channel. Knows no canvas. */

/** @typedef {{mean: readonly number[], deviation: readonly number[]}} Colours of a picture: RGB, 0 to 255 */
/** @typedef {{gain: number[], offset: number[]}} LightMatch of colours from 0 to 1 */

/** @type {LightMatch} */
export const AS_IT_IS = Object.freeze({ gain: [1, 1, 1], offset: [0, 0, 0] });
const [LEAST_GAIN, MOST_GAIN] = [0.45, 1.6];
const MOST_OFFSET = 0.4;
/** A picture with less contrast says nothing of how contrast changes. */
const LEAST_DEVIATION = 4;

/**
 * @param {Colours | null | undefined} artwork as the curator gave it
 * @param {Colours | null | undefined} seen the same, as the camera sees it
 * @returns {LightMatch} what took the one to the other; the identity where either is unknown
 */
export function lightMatch(artwork, seen) {
  if (!artwork || !seen) return AS_IT_IS;
  const gain = artwork.deviation.map((deviation, at) =>
    deviation < LEAST_DEVIATION ? 1 : within(seen.deviation[at] / deviation, LEAST_GAIN, MOST_GAIN),
  );
  const offset = artwork.mean.map((mean, at) =>
    within((seen.mean[at] - gain[at] * mean) / 255, -MOST_OFFSET, MOST_OFFSET),
  );
  return { gain, offset };
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function within(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
