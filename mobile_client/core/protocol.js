/** Protocol version 1: messages to bytes and back. Knows no socket; exhibit/PROTOCOL.md has the words. */

export const VERSION = 1;
export const SUBPROTOCOL = "vernissage.v1";
export const HEADER_BYTES = 32;
export const CREDITS = 2;
const FRAME = 1;
const OVERLAY = 2;
const JPEG = 1;

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
 * @param {ArrayBuffer} message
 * @returns {Overlay}
 */
export function decodeOverlay(message) {
  if (message.byteLength < HEADER_BYTES) {
    throw new ProtocolError(`expected at least ${HEADER_BYTES} bytes, got ${message.byteLength}`);
  }
  const view = new DataView(message);
  const [version, kind, codec] = [view.getUint8(0), view.getUint8(1), view.getUint8(2)];
  if (version !== VERSION || kind !== OVERLAY || codec !== JPEG) {
    throw new ProtocolError(`expected an overlay of version ${VERSION} in JPEG, got ${version}, ${kind}, ${codec}`);
  }
  const [length, present] = [view.getUint32(28), message.byteLength - HEADER_BYTES];
  if (length !== present) {
    throw new ProtocolError(`expected ${length} bytes of picture, got ${present}`);
  }
  return {
    orientation: view.getUint8(3),
    seq: view.getUint32(4),
    capture_ms: view.getFloat64(8),
    width: view.getUint16(16),
    height: view.getUint16(18),
    revision: view.getUint32(20),
    wait_ms: view.getUint16(24),
    work_ms: view.getUint16(26),
    picture: new Uint8Array(message, HEADER_BYTES),
  };
}

/**
 * A JSON message; fields that are undefined are left out.
 * @param {"hello" | "set" | "telemetry" | "bye"} type
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
