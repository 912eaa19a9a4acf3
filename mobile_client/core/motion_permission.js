/** Asks for the motion sensors where the system wants to be asked, which is only from a tap. A refusal changes nothing. */

/**
 * @typedef {object} MotionScope What is needed of `window`.
 * @property {any} [DeviceMotionEvent]
 * @property {Window["addEventListener"]} addEventListener
 */

/**
 * @param {MotionScope} scope
 * @returns {Promise<boolean>} whether the sensors may be listened to
 */
export async function askForMotion(scope) {
  const { DeviceMotionEvent } = scope;
  if (!DeviceMotionEvent) return false;
  if (typeof DeviceMotionEvent.requestPermission !== "function") return true;
  return (await asked(scope)) ?? (await nextTap(scope));
}

/**
 * @param {MotionScope} scope
 * @returns {Promise<boolean | null>} null where the system took it for a question without a tap
 */
async function asked({ DeviceMotionEvent }) {
  try {
    return (await DeviceMotionEvent.requestPermission()) === "granted";
  } catch {
    return null;
  }
}

/**
 * The tap that agreed to the camera may be too long ago; the next one serves as well.
 * @param {MotionScope} scope
 * @returns {Promise<boolean>}
 */
function nextTap(scope) {
  return new Promise((answer) => {
    const ask = async () => answer((await asked(scope)) ?? false);
    scope.addEventListener("click", () => void ask(), { once: true });
  });
}
