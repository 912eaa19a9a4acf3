/** Which of a phone's cameras to take, from their labels alone. Knows no device. */

/** @typedef {"user" | "environment"} Side what a camera looks at: who holds the phone, or what is before them */

/**
 * @typedef {object} Lens
 * @property {string} deviceId
 * @property {string} label empty until the camera was allowed
 */

/** iOS names its wide camera so in English; it is the one without the zoom and without switching lenses by itself. */
const IOS_WIDE = "Back Camera";
/** Android's main camera, where several face back. */
const ANDROID_MAIN = "camera2 0, facing back";

/**
 * The lens that should be open instead of the present one, or null where the present one is right.
 * @param {readonly Lens[]} lenses
 * @param {string} presentLabel
 * @param {import("./platform.js").System} system
 * @returns {Lens | null}
 */
export function betterLens(lenses, presentLabel, system) {
  const wanted = { ios: IOS_WIDE, android: ANDROID_MAIN, other: "" }[system];
  if (!wanted || presentLabel.includes(wanted)) return null;
  const exact = lenses.find((lens) => lens.label === wanted);
  return exact ?? lenses.find((lens) => lens.label.includes(wanted)) ?? null;
}

/**
 * What to ask getUserMedia for, best first: each is tried when the one before it found no camera.
 * @param {import("./platform.js").System} system
 * @param {string | null} remembered device id chosen on an earlier visit
 * @param {Side | null} side that the visitor turned to; then no other will do
 * @returns {MediaTrackConstraints[]}
 */
export function wishes(system, remembered, side = null) {
  const large = { width: { ideal: 960 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, ...zoomOf(system) };
  const small = { width: { ideal: 640 }, height: { ideal: 480 }, ...zoomOf(system) };
  if (side) return [{ ...large, facingMode: { exact: side } }];
  const list = [];
  if (remembered) list.push({ ...large, deviceId: { exact: remembered } });
  if (system === "android") list.push({ ...large, facingMode: { exact: "environment" } });
  list.push({ ...large, facingMode: { ideal: "environment" } }, small);
  return list;
}

/**
 * Chrome on Android gives the zoom only to who asks for it with the camera; elsewhere the same wish words another question.
 * @param {import("./platform.js").System} system
 * @returns {{zoom?: boolean}}
 */
function zoomOf(system) {
  return system === "android" ? { zoom: true } : {};
}
