/** Protocol version 1: messages to bytes and back. Knows no socket; exhibit/PROTOCOL.md has the words. */

export const VERSION = 1;
export const SUBPROTOCOL = "vernissage.v1";
export const HEADER_BYTES = 32;
export const CREDITS = 2;
const FRAME = 1;
const OVERLAY = 2;
const POSE = 3;
const TEXTURE = 4;
const NO_CODEC = 0;
const JPEG = 1;
const POSE_BYTES = 48;

/**
 * @typedef {object} Frame One camera picture on its way to the server.
 * @property {number} seq
 * @property {number} capture_ms on the phone's clock
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} picture a JPEG
 * @property {number} [orientation] quarter turns clockwise that bring it upright
 */

/**
 * @typedef {object} Overlay One painted picture.
 * @property {number} seq of the frame that it answers
 * @property {number} capture_ms echoed
 * @property {number} width
 * @property {number} height
 * @property {number} orientation
 * @property {number} revision of the settings that it was painted with
 * @property {number} wait_ms
 * @property {number} work_ms
 * @property {Uint8Array} picture a JPEG; a view of the message, not a copy
 */

/**
 * @typedef {object} Pose Where the artwork is in one frame.
 * @property {number} seq of the frame that it answers
 * @property {number} capture_ms echoed
 * @property {number} width of the frame
 * @property {number} height
 * @property {number} orientation
 * @property {number} revision of the texture to show; 0 for the first
 * @property {number} wait_ms
 * @property {number} work_ms
 * @property {number} state 0 looking, 1 locked, 2 coasting
 * @property {number} confidence 0 to 1
 * @property {number} error_px
 * @property {Float64Array | null} homography from the target's unit square to the frame's, row by row; null while looking
 */

/**
 * @typedef {object} Texture The artwork's picture, repainted; it answers no frame.
 * @property {number} number in this connection, from 1
 * @property {number} width
 * @property {number} height
 * @property {number} revision of the settings that it was painted with
 * @property {number} wait_ms
 * @property {number} work_ms
 * @property {Uint8Array} picture a JPEG; a view of the message, not a copy
 */

/** @typedef {{kind: "overlay", overlay: Overlay} | {kind: "pose", pose: Pose} | {kind: "texture", texture: Texture}} Binary */

/** @typedef {Record<string, number>} StyleMix style id to weight */

/** @typedef {{type: string} & Record<string, any>} TextMessage */

/** A message that this page cannot read. */
export class ProtocolError extends Error {}

/**
 * @param {Frame} frame
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encodeFrame(frame) {
  const message = new Uint8Array(HEADER_BYTES + frame.picture.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, FRAME);
  view.setUint8(2, JPEG);
  view.setUint8(3, frame.orientation ?? 0);
  view.setUint32(4, frame.seq);
  view.setFloat64(8, frame.capture_ms);
  view.setUint16(16, frame.width);
  view.setUint16(18, frame.height);
  view.setUint32(28, frame.picture.length);
  message.set(frame.picture, HEADER_BYTES);
  return message;
}

/**
 * A message in bytes, of whichever kind.
 * @param {ArrayBuffer} message
 * @returns {Binary}
 */
export function decodeBinary(message) {
  const kind = message.byteLength < HEADER_BYTES ? 0 : new DataView(message).getUint8(1);
  if (kind === POSE) return { kind: "pose", pose: decodePose(message) };
  if (kind === TEXTURE) return { kind: "texture", texture: decodeTexture(message) };
  return { kind: "overlay", overlay: decodeOverlay(message) };
}

/**
 * @param {ArrayBuffer} message
 * @returns {Overlay}
 */
export function decodeOverlay(message) {
  const { fields } = readHeader(message, OVERLAY, JPEG);
  return { ...fields, picture: new Uint8Array(message, HEADER_BYTES) };
}

/**
 * @param {ArrayBuffer} message
 * @returns {Texture}
 */
export function decodeTexture(message) {
  const { seq, width, height, revision, wait_ms, work_ms } = readHeader(message, TEXTURE, JPEG).fields;
  return { number: seq, width, height, revision, wait_ms, work_ms, picture: new Uint8Array(message, HEADER_BYTES) };
}

/**
 * @param {ArrayBuffer} message
 * @returns {Pose}
 */
export function decodePose(message) {
  const { view, fields, length } = readHeader(message, POSE, NO_CODEC);
  if (length !== POSE_BYTES) throw new ProtocolError(`expected a pose of ${POSE_BYTES} bytes, got ${length}`);
  const state = view.getUint8(HEADER_BYTES);
  const [confidence, error_px] = [view.getFloat32(HEADER_BYTES + 4), view.getFloat32(HEADER_BYTES + 8)];
  const homography = Float64Array.from({ length: 9 }, (_, at) => view.getFloat32(HEADER_BYTES + 12 + 4 * at));
  if (state > 2) throw new ProtocolError(`expected a pose's state to be 0, 1 or 2, got ${state}`);
  if (!(confidence >= 0 && confidence <= 1 && error_px >= 0 && Number.isFinite(error_px))) {
    throw new ProtocolError(`expected a confidence and an error, got ${confidence} and ${error_px}`);
  }
  if (!homography.every(Number.isFinite)) throw new ProtocolError(`expected finite numbers, got ${homography}`);
  return { ...fields, state, confidence, error_px, homography: state === 0 ? null : homography };
}

/**
 * @param {ArrayBuffer} message
 * @param {number} wantedKind
 * @param {number} wantedCodec
 */
function readHeader(message, wantedKind, wantedCodec) {
  if (message.byteLength < HEADER_BYTES) {
    throw new ProtocolError(`expected at least ${HEADER_BYTES} bytes, got ${message.byteLength}`);
  }
  const view = new DataView(message);
  const [version, kind, codec] = [view.getUint8(0), view.getUint8(1), view.getUint8(2)];
  if (version !== VERSION || kind !== wantedKind || codec !== wantedCodec) {
    const wanted = `${VERSION}, ${wantedKind}, ${wantedCodec}`;
    throw new ProtocolError(`expected version, type and codec ${wanted}, got ${version}, ${kind}, ${codec}`);
  }
  const [length, present] = [view.getUint32(28), message.byteLength - HEADER_BYTES];
  if (length !== present) throw new ProtocolError(`expected ${length} bytes after the header, got ${present}`);
  const fields = {
    orientation: view.getUint8(3),
    seq: view.getUint32(4),
    capture_ms: view.getFloat64(8),
    width: view.getUint16(16),
    height: view.getUint16(18),
    revision: view.getUint32(20),
    wait_ms: view.getUint16(24),
    work_ms: view.getUint16(26),
  };
  return { view, length, fields };
}

/**
 * A JSON message; fields that are undefined are left out.
 * @param {"hello" | "set" | "wish" | "cancel" | "keep" | "telemetry" | "bye"} type
 * @param {Record<string, unknown>} [fields]
 */
export function encodeText(type, fields = {}) {
  return JSON.stringify({ type, ...fields });
}

/**
 * @param {string} data
 * @returns {TextMessage}
 */
export function decodeText(data) {
  let message;
  try {
    message = JSON.parse(data);
  } catch {
    throw new ProtocolError("expected JSON");
  }
  if (typeof message !== "object" || message === null || typeof message.type !== "string") {
    throw new ProtocolError("expected an object with a type");
  }
  return message;
}
