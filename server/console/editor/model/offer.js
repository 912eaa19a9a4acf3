/** What an experience offers: which styles, in which order, and what visitors begin with. Knows no page.

A dream may begin with none: the picture then stays as it was made. */

/** @typedef {import("./types.js").Experience} Experience */
/** @typedef {import("./types.js").Mix} Mix */

export const MOST_IN_MIX = 4;

/**
 * Whether visitors may begin with no style at all.
 * @param {Experience} experience
 */
export const mayBeginWithNone = ({ kind }) => kind === "dream";

/**
 * @param {Experience} experience
 * @param {string} style
 * @returns {Experience} with the style on offer, last; the first one on offer is also begun with
 */
export function offered(experience, style) {
  if (experience.styles.includes(style)) return experience;
  const styles = [...experience.styles, style];
  const begun = mayBeginWithNone(experience) || sum(experience.default) > 0;
  return { ...experience, styles, default: begun ? experience.default : { [style]: 1 } };
}

/**
 * @param {Experience} experience
 * @param {string} style
 * @returns {Experience} without it; what it weighed goes to the rest of the mix, or to the first style on offer
 */
export function withdrawn(experience, style) {
  const styles = experience.styles.filter((id) => id !== style);
  const { [style]: _gone, ...rest } = experience.default;
  const none = styles.length === 0 || mayBeginWithNone(experience);
  return { ...experience, styles, default: sum(rest) > 0 ? normalised(rest) : none ? {} : { [styles[0]]: 1 } };
}

/**
 * @param {Experience} experience
 * @param {string[]} styles the same ids in another order
 * @returns {Experience}
 */
export function reordered(experience, styles) {
  return { ...experience, styles };
}

/**
 * Into the mix with an equal share, or out of it. Neither the last is taken out, if there has to be one, nor a fifth
 * taken in.
 * @param {Experience} experience
 * @param {string} style
 * @returns {Experience}
 */
export function toggled(experience, style) {
  const mixed = inMix(experience.default);
  if (mixed.includes(style)) {
    if (mixed.length === 1 && !mayBeginWithNone(experience)) return experience;
    const { [style]: _gone, ...rest } = experience.default;
    return { ...experience, default: normalised(rest) };
  }
  if (mixed.length >= MOST_IN_MIX) return experience;
  const share = 1 / (mixed.length + 1);
  const rest = scaled(normalised(experience.default), 1 - share);
  return { ...experience, default: tidied({ ...rest, [style]: share }) };
}

/**
 * One style's share of the mix; the others share the rest as they did.
 * @param {Mix} mix
 * @param {string} style
 * @param {number} share 0 to 1
 * @returns {Mix}
 */
export function weighed(mix, style, share) {
  const { [style]: _own, ...others } = mix;
  const names = Object.keys(others);
  const left = 1 - share;
  const rest =
    sum(others) > 0
      ? scaled(normalised(others), left)
      : Object.fromEntries(names.map((id) => [id, left / names.length]));
  const weights = { ...rest, [style]: share };
  return tidied(Object.fromEntries(Object.keys(mix).map((id) => [id, weights[id]])));
}

/**
 * The styles of a mix that count, or that are to count once their slider is moved.
 * @param {Mix} mix
 */
export const inMix = (mix) => Object.keys(mix);

/**
 * Weights with a sum of 1, as far as there are any.
 * @param {Mix} mix
 * @returns {Mix}
 */
export function normalised(mix) {
  const total = sum(mix);
  return total > 0 ? tidied(scaled(mix, 1 / total)) : mix;
}

/**
 * Whether a picture can be painted with it.
 * @param {Mix} mix
 */
export const paints = (mix) => sum(mix) > 0;

/** @param {Mix} mix */
function sum(mix) {
  return Object.values(mix).reduce((total, weight) => total + weight, 0);
}

/**
 * @param {Mix} mix
 * @param {number} factor
 * @returns {Mix}
 */
function scaled(mix, factor) {
  return Object.fromEntries(Object.entries(mix).map(([id, weight]) => [id, weight * factor]));
}

/**
 * @param {Mix} mix
 * @returns {Mix}
 */
function tidied(mix) {
  return Object.fromEntries(
    Object.entries(mix).map(([id, weight]) => [id, Math.min(1, Math.max(0, Math.round(weight * 1000) / 1000))]),
  );
}
