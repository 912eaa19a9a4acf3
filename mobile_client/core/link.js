/** The link of a visit to the server: one conversation after another, the session resumed in between. Knows no screen. */

import { askedWaitMs, backoffMs, stoppingWaitMs } from "./backoff.js";
import { Conversation } from "./conversation.js";
import { SUBPROTOCOL } from "./protocol.js";
import { verdictOf } from "./refusal.js";
import { Settings } from "./settings.js";

/** Away for longer than this, a phone's socket may look open and be dead. */
export const AWAY_MS = 3000;
const WATCH_MS = 500;

/** @enum {string} */
export const Phase = Object.freeze({
  IDLE: "idle", // not yet connected, or left
  TALKING: "talking", // there is a conversation: greeting or open
  RESTING: "resting", // waits to try again
  OVER: "over", // refused for good
});

/** @typedef {import("./protocol.js").TextMessage} TextMessage */

/**
 * @typedef {object} LinkHandlers
 * @property {(welcome: TextMessage) => void} onWelcome
 * @property {(status: TextMessage) => void} onStatus
 * @property {(overlay: import("./protocol.js").Overlay) => void} onOverlay
 * @property {(pose: import("./protocol.js").Pose) => void} onPose
 * @property {(texture: import("./protocol.js").Texture) => void} onTexture
 * @property {(message: TextMessage) => void} onNearby the code of another station was seen
 * @property {(message: TextMessage, seq: number) => void} onChanged what the station does; answers up to frame `seq` may be older
 * @property {(message: TextMessage) => void} [onDream] how a wish goes on, or that a picture was kept
 * @property {(message: TextMessage) => void} [onHouse] an announcement, or what to show while no worker is there
 * @property {(reason: string, count: number) => void} onDropped frames or answers that came to nothing
 * @property {(code: string, retryAfterMs: number) => void} onLost it will try again by itself
 * @property {(code: string, state: string, closing: import("./conversation.js").Closing) => void} onOver it will not; the screen to show
 */

/**
 * @typedef {object} LinkParts
 * @property {string} url
 * @property {string} ticket
 * @property {import("./clock.js").Clock} clock
 * @property {import("./memory.js").Memory} memory keeps the resume token over a reload
 * @property {LinkHandlers} handlers
 * @property {new (url: string, subprotocol: string) => WebSocket} [Socket]
 * @property {() => number} [random]
 */

export class Link {
  #parts;
  /** @type {string} */
  #phase = Phase.IDLE;
  /** @type {Conversation | null} set while TALKING */
  #conversation = null;
  #settings;
  /** Texts of the next welcome come in this language. */
  #language = "en";
  /** Conversations in a row that ended before their welcome. */
  #attempt = 0;
  /** How long the server keeps a session whose connection was lost; 0 before the first welcome. */
  #keptMs = 0;
  /** When the last conversation that had been welcomed was lost, by the phone's clock. */
  #lostAtMs = 0;
  /** @type {() => void} */
  #cancelRest = () => {};
  /** @type {() => void} */
  #cancelWatch = () => {};

  /** @param {LinkParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#settings = new Settings(parts.clock, (fields) => this.#conversation?.say("set", fields) ?? false);
  }

  get phase() {
    return this.#phase;
  }

  /** Whether a frame may be sent now. */
  get hasRoom() {
    return this.#conversation?.hasRoom ?? false;
  }

  /** What was chosen on this page; null while nothing was. */
  get choice() {
    return this.#settings.choice;
  }

  /** @param {string} language */
  connect(language) {
    if (this.#phase === Phase.TALKING) return;
    this.#language = language;
    this.#cancelWatch();
    this.#cancelWatch = this.#parts.clock.every(WATCH_MS, () => this.#watch());
    this.#open();
  }

  /** Says goodbye: the session ends at once. */
  leave() {
    this.#conversation?.say("bye");
    this.#end(Phase.IDLE);
  }

  /** @param {import("./settings.js").Choice} choice */
  choose(choice) {
    this.#settings.choose(choice);
  }

  /**
   * A picture is wanted.
   * @param {Record<string, unknown>} fields of a `wish`, without its revision
   * @returns {number} its revision; 0 where it did not go out
   */
  wish(fields) {
    return this.#settings.take((revision) => this.#conversation?.say("wish", { revision, ...fields }) ?? false);
  }

  /** What was wished for is not wanted any more. */
  cancelWish() {
    this.#conversation?.say("cancel");
  }

  /**
   * The picture that was made last is to be kept.
   * @param {boolean} wall whether it is offered for the station's wall page
   * @returns {boolean} whether it went out
   */
  keep(wall) {
    return this.#conversation?.say("keep", wall ? { wall } : {}) ?? false;
  }

  /**
   * The station offers other styles than before.
   * @param {Parameters<Settings["adopt"]>[0]} kept what the server says now counts
   * @param {readonly string[]} offered ids of styles
   */
  adopt(kept, offered) {
    this.#settings.adopt(kept, offered);
  }

  /**
   * @param {import("./meter.js").Report} report
   * @param {{mode: string, p50_ms: number, p95_ms: number}} [warp] the late warp, where there is one
   */
  report(report, warp) {
    this.#conversation?.say("telemetry", { ...report, warp });
  }

  /**
   * @param {Omit<import("./protocol.js").Frame, "seq">} frame
   * @returns {boolean} whether it went out
   */
  sendFrame(frame) {
    return this.#conversation?.sendFrame(frame) ?? false;
  }

  /**
   * The visitor looks at the page again.
   * @param {number} awayMs
   */
  wake(awayMs) {
    if (this.#phase === Phase.RESTING || (this.#phase === Phase.TALKING && awayMs >= AWAY_MS)) this.#open();
  }

  /** The system has a network again: whatever was open went over the old one. */
  networkChanged() {
    if (this.#phase === Phase.RESTING || this.#phase === Phase.TALKING) this.#open();
  }

  #open() {
    this.#cancelRest();
    this.#conversation?.abandon();
    const { url, ticket, clock, memory, handlers, Socket = WebSocket } = this.#parts;
    const greeting = { ticket, language: this.#language, resume: memory.getItem(this.#resumeKey) ?? undefined };
    this.#phase = Phase.TALKING;
    this.#conversation = new Conversation(new Socket(url, SUBPROTOCOL), greeting, clock, {
      ...handlers,
      onWelcome: (welcome) => this.#welcomed(welcome),
      onClosed: (code, retryAfterS, closing) => this.#closed(code, retryAfterS, closing),
    });
  }

  /** @param {TextMessage} welcome */
  #welcomed(welcome) {
    this.#attempt = 0;
    this.#keptMs = 1000 * (welcome.resume_s ?? 0);
    if (welcome.resume) this.#parts.memory.setItem(this.#resumeKey, welcome.resume);
    this.#parts.handlers.onWelcome(welcome);
    this.#settings.compare({ revision: welcome.settings?.revision ?? 0 });
  }

  #watch() {
    if (this.#conversation && !this.#conversation.check()) this.#closed("lost", 0, { opensAt: "", notice: "" });
  }

  /**
   * @param {string} code
   * @param {number} retryAfterS 0 where the server named no time
   * @param {import("./conversation.js").Closing} closing
   */
  #closed(code, retryAfterS, closing) {
    const { state } = verdictOf(code);
    if (state === undefined) {
      this.#rest(code, retryAfterS);
      return;
    }
    this.#end(Phase.OVER);
    this.#parts.handlers.onOver(code, state, closing);
  }

  /**
   * @param {string} code
   * @param {number} retryAfterS
   */
  #rest(code, retryAfterS) {
    const { clock, handlers } = this.#parts;
    if (this.#attempt === 0) this.#lostAtMs = clock.nowMs();
    const waitMs = this.#waitMs(code, retryAfterS);
    this.#conversation?.abandon();
    this.#conversation = null;
    this.#phase = Phase.RESTING;
    this.#attempt += 1;
    this.#cancelRest = clock.after(waitMs, () => this.#open());
    handlers.onLost(code, waitMs);
  }

  /**
   * @param {string} code
   * @param {number} retryAfterS
   */
  #waitMs(code, retryAfterS) {
    const { clock, random = Math.random } = this.#parts;
    if (code === "stopping") return stoppingWaitMs(retryAfterS, random());
    if (retryAfterS) return askedWaitMs(retryAfterS, random());
    return backoffMs(this.#attempt, random(), clock.nowMs() - this.#lostAtMs < this.#keptMs);
  }

  /** @param {string} phase */
  #end(phase) {
    this.#cancelRest();
    this.#cancelWatch();
    this.#settings.stop();
    this.#conversation?.abandon();
    this.#conversation = null;
    this.#parts.memory.removeItem(this.#resumeKey);
    this.#phase = phase;
    this.#attempt = 0;
  }

  get #resumeKey() {
    return `vernissage.resume.${this.#parts.ticket}`;
  }
}
