/** The late warp in a thread of its own: unpacks small pictures and hands them on, measures how long that took. */

import { LateWarp } from "./late_warp.js";
import { SmallPicture } from "./small_picture.js";

/** @typedef {import("./warp_worker.js").ToWorker} ToWorker */
/** @typedef {import("./warp_worker.js").FromWorker} FromWorker */

/** @param {FromWorker} message */
const tell = (message) => postMessage(message);
const warp = new LateWarp((reason) => tell({ type: "dropped", reason }));
const picture = new SmallPicture();

onmessage = (/** @type {MessageEvent<ToWorker>} */ { data }) => {
  if (data.type === "pose") warp.hear(data.pose);
  else if (data.type === "reset") warp.reset();
  else {
    const begunMs = performance.now();
    const pixels = data.bitmap ? picture.read(data.bitmap) : data.pixels;
    const shown = warp.see({ ...pixels, captureMs: data.captureMs, rotation: data.rotation });
    tell({ type: "shown", shown, tookMs: performance.now() - begunMs });
  }
};
