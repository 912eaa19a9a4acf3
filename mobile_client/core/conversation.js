/** One connection, from hello to its end: credits, order of answers, signs of life. Never connects again. */

import { Credits } from "./credits.js";
import * as protocol from "./protocol.js";
import { codeOfClose } from "./refusal.js";

/** A greeting that is not answered in this time is taken as a dead connection. */
export const GREETING_MS = 8000;
/** Frames that went out with nothing at all coming back for so long: the socket is dead. */
export const DEAF_MS = 8000;
/** No frame is sent while more than this waits in the socket. */
export const BUFFERED_BYTES = 65_536;
/** The phone's clock fell behind wall time by so much: it slept, and the server's idea of our clock is wrong. */
const SKEW_MS = 2000;
const SOCKET_OPEN = 1;

/** @typedef {protocol.TextMessage} TextMessage */

/**
 * @typedef {object} Closing What is said of a station that is closed.
 * @property {string} opensAt when it opens again; empty where nobody knows
 * @property {string} notice words of who closed it; empty where there are none
 */

/**
 * @typedef {object} ConversationHandlers
 * @property {(welcome: TextMessage) => void} onWelcome
 * @property {(status: TextMessage) => void} onStatus
 * @property {(overlay: protocol.Overlay) => void} onOverlay
 * @property {(pose: protocol.Pose) => void} onPose
 * @property {(texture: protocol.Texture) => void} onTexture
 * @property {(message: TextMessage) => void} onNearby the code of another station was seen
 * @property {(message: TextMessage, seq: number) => void} onChanged what the station does; answers up to frame `seq` may be older
 * @property {(message: TextMessage) => void} [onDream] how a wish goes on, or that a picture was kept
 * @property {(message: TextMessage) => void} [onHouse] an announcement, or what to show while no worker is there
 * @property {(reason: string, count: number) => void} onDropped frames or answers that came to nothing
 * @property {(code: string, retryAfterS: number, closing: Closing) => void} onClosed why, as in PROTOCOL.md, or "lost"
 */

export class Conversation {
  #socket;
  #clock;
  #handlers;
  #credits = new Credits(protocol.CREDITS);
  #welcomed = false;
  /** Frame of the newest answer taken. */
  #answeredSeq = 0;
  /** Newest texture taken. */
  #textureNumber = 0;
  /** @type {number | null} since when the server owes a sign of life; null while it owes none */
  #owedSinceMs = null;
  #begunMs;
  /** Wall time minus the phone's clock at the beginning. */
  #skewMs;
  /** Code of the message that announced the end, before the close came. */
  #announced = "";
  #retryAfterS = 0;
  /** @type {Readonly<Closing>} */
  #closing = Object.freeze({ opensAt: "", notice: "" });

  /**
   * @param {WebSocket} socket just made
   * @param {{ticket: string, language: string, resume?: string}} greeting
   * @param {import("./clock.js").Clock} clock
   * @param {ConversationHandlers} handlers
   */
  constructor(socket, greeting, clock, handlers) {
    this.#socket = socket;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#begunMs = clock.nowMs();
    this.#skewMs = clock.wallMs() - this.#begunMs;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#greet(greeting);
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = ({ code }) => {
      handlers.onClosed(this.#announced || codeOfClose(code), this.#retryAfterS, this.#closing);
    };
  }

  /** Whether the server has welcomed us. */
  get isOpen() {
    return this.#welcomed && this.#socket.readyState === SOCKET_OPEN;
  }

  /** Whether a frame may be sent now. */
  get hasRoom() {
    return this.isOpen && this.#credits.left && this.#socket.bufferedAmount <= BUFFERED_BYTES;
  }

  /**
   * @param {Parameters<typeof protocol.encodeText>[0]} type
   * @param {Record<string, unknown>} [fields]
   * @returns {boolean} whether it went out
   */
  say(type, fields) {
    if (this.isOpen) this.#socket.send(protocol.encodeText(type, fields));
    return this.isOpen;
  }

  /**
   * Sends a frame if there is room for it. There is no queue: what finds no room is not kept.
   * @param {Omit<protocol.Frame, "seq">} frame
   * @returns {boolean} whether it went out
   */
  sendFrame(frame) {
    if (!this.hasRoom) return false;
    const nowMs = this.#clock.nowMs();
    const seq = this.#credits.take(nowMs);
    this.#socket.send(protocol.encodeFrame({ ...frame, seq }));
    this.#owedSinceMs ??= nowMs;
    return true;
  }

  /**
   * Looks for what no event tells; to be called each second.
   * @returns {boolean} whether the connection still seems alive
   */
  check() {
    const nowMs = this.#clock.nowMs();
    const expired = this.#credits.expire(nowMs);
    if (expired) this.#handlers.onDropped("unanswered", expired);
    if (!this.#welcomed) return nowMs - this.#begunMs <= GREETING_MS;
    const deaf = this.#owedSinceMs !== null && nowMs - this.#owedSinceMs > DEAF_MS;
    const slept = this.#clock.wallMs() - nowMs - this.#skewMs > SKEW_MS;
    return !deaf && !slept;
  }

  /** Lets go of the socket without waiting for it: a dead one takes minutes to say so. */
  abandon() {
    this.#welcomed = false;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  /** @param {{ticket: string, language: string, resume?: string}} greeting */
  #greet(greeting) {
    const hello = { version: protocol.VERSION, ...greeting, now_ms: this.#clock.nowMs() };
    this.#socket.send(protocol.encodeText("hello", hello));
  }

  /** @param {string | ArrayBuffer} data */
  #hear(data) {
    this.#owedSinceMs = null;
    try {
      if (typeof data === "string") this.#hearText(protocol.decodeText(data));
      else this.#hearBinary(protocol.decodeBinary(data));
    } catch (error) {
      if (!(error instanceof protocol.ProtocolError)) throw error;
      this.#handlers.onDropped("unreadable", 1);
    }
  }

  /** @param {TextMessage} message types that this page does not know are left alone */
  #hearText(message) {
    if (message.type === "welcome") this.#hearWelcome(message);
    else if (message.type === "status") this.#hearStatus(message);
    else if (message.type === "dropped") this.#hearDropped(message.seq, message.reason);
    else if (message.type === "nearby") this.#handlers.onNearby(message);
    else if (message.type === "changed") this.#handlers.onChanged(message, this.#credits.lastSeq);
    else if (message.type === "dream" || message.type === "kept") this.#handlers.onDream?.(message);
    else if (message.type === "announcement" || message.type === "fallback") this.#handlers.onHouse?.(message);
    else if (message.type === "error") this.#hearError(message);
  }

  /** @param {TextMessage} welcome */
  #hearWelcome(welcome) {
    this.#welcomed = true;
    this.#credits = new Credits(Math.min(protocol.CREDITS, welcome.credits ?? protocol.CREDITS));
    this.#handlers.onWelcome(welcome);
  }

  /** @param {TextMessage} status */
  #hearStatus(status) {
    if (status.state === "stopping") this.#announce("stopping", status);
    this.#handlers.onStatus(status);
  }

  /**
   * @param {number} seq
   * @param {string} reason
   */
  #hearDropped(seq, reason) {
    this.#credits.answer(seq);
    this.#handlers.onDropped(String(reason), 1);
  }

  /** @param {TextMessage} error */
  #hearError(error) {
    if (error.fatal) {
      this.#announce(error.code, error);
      return;
    }
    if (Number.isInteger(error.seq)) this.#credits.answer(error.seq);
    this.#handlers.onDropped(String(error.code), 1);
  }

  /** @param {protocol.Binary} message */
  #hearBinary(message) {
    if (message.kind === "texture") this.#hearTexture(message.texture);
    else if (message.kind === "pose" && this.#isNext(message.pose.seq)) this.#handlers.onPose(message.pose);
    else if (message.kind === "overlay" && this.#isNext(message.overlay.seq)) this.#handlers.onOverlay(message.overlay);
  }

  /**
   * Takes an answer to a frame, unless a newer frame was answered before.
   * @param {number} seq
   */
  #isNext(seq) {
    if (seq <= this.#answeredSeq || seq > this.#credits.lastSeq) {
      this.#handlers.onDropped("out_of_order", 1);
      return false;
    }
    this.#answeredSeq = seq;
    this.#credits.answer(seq);
    return true;
  }

  /** @param {protocol.Texture} texture */
  #hearTexture(texture) {
    if (texture.number <= this.#textureNumber) {
      this.#handlers.onDropped("out_of_order", 1);
      return;
    }
    this.#textureNumber = texture.number;
    this.#handlers.onTexture(texture);
  }

  /**
   * @param {string} code
   * @param {TextMessage} message
   */
  #announce(code, { retry_after_s, opens_at, notice }) {
    this.#announced = code;
    this.#retryAfterS = retry_after_s ?? 0;
    this.#closing = Object.freeze({ opensAt: opens_at ?? "", notice: notice ?? "" });
  }
}
