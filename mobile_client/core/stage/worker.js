/** The stage in a thread of its own: unpacks messages for it, and sends on what it tells. */

import { Clock } from "../clock.js";
import { Stage } from "./stage.js";

/** @typedef {import("./stage_thread.js").ToThread} ToThread */
/** @typedef {import("./stage_thread.js").FromThread} FromThread */

/** @type {Stage | null} null until it was opened */
let stage = null;

/** @param {FromThread} message */
function tell(message) {
  const bytes = message.type === "jpeg" ? message.jpeg?.picture.buffer : null;
  postMessage(message, { transfer: bytes ? [bytes] : [] });
}

onmessage = (/** @type {MessageEvent<ToThread>} */ { data }) => {
  if (data.type === "open") {
    stage = new Stage({ ...data.parts, clock: new Clock(), tell });
    if (stage.isDeep) tell({ type: "opened" });
    else tell({ type: "unable", why: "there is no WebGL 2 in workers" });
  } else if (data.type === "see") stage?.see(data.sight);
  else if (data.type === "lay") stage?.lay(data.overlay, data.revision);
  else if (data.type === "bare") stage?.bare();
  else if (data.type === "pose") stage?.hear(data.pose);
  else if (data.type === "reset") stage?.reset();
  else if (data.type === "keep_to_poses") stage?.keepToPoses();
};
