/**
 * One visitor's dream at a station, told from what was wished for and what the server says of it: the newest wish, the picture
 * that is forming, the picture that is finished. Knows no link, no clock and no element.
 */

/** @enum {string} */
export const DreamState = Object.freeze({
  NONE: "none", // nothing was wished for yet
  ASKED: "asked", // a wish went out, and nothing was heard of it
  QUEUED: "queued", // it waits for others
  FORMING: "forming", // it is being made
  HELD: "held", // it is made, and somebody looks at it before it is shown
  DONE: "done",
  FALLBACK: "fallback", // it was not let through: the curator's picture in its place, or none
  REFUSED: "refused", // the words were not let through, or there were too many wishes
  FAILED: "failed", // it could not be made
  CANCELLED: "cancelled",
  LOST: "lost", // the connection went while it was under way
});

/** @type {readonly string[]} states in which more is to be heard of the wish */
const UNDER_WAY = [DreamState.ASKED, DreamState.QUEUED, DreamState.FORMING, DreamState.HELD];
/** @type {readonly string[]} states that the server tells */
const TOLD = [...UNDER_WAY.slice(1), "done", "fallback", "refused", "failed", "cancelled"];
/** @type {readonly string[]} states in which the wish came to nothing */
const VAIN = [DreamState.REFUSED, DreamState.FAILED, DreamState.CANCELLED, DreamState.LOST];

/** @typedef {import("./protocol.js").Texture} Texture */
/** @typedef {import("./protocol.js").TextMessage} TextMessage */
/** @typedef {import("./dream_words.js").Wished} Wished */

/**
 * @typedef {object} Made How a picture was made, as PROTOCOL.md has it.
 * @property {string} exhibition
 * @property {string} station
 * @property {string} artwork
 * @property {string} words
 * @property {string} source
 * @property {string} model
 * @property {string} licence
 * @property {string} training_data
 * @property {number} seed
 * @property {number} steps
 * @property {Record<string, number>} styles
 * @property {string} made_at ISO 8601
 * @property {string[]} understood
 * @property {string[]} unknown
 */

/**
 * @typedef {object} Finished The picture that the visitor has.
 * @property {Texture} texture as it looks now
 * @property {Wished | null} wished null for one of before the page was loaded
 * @property {Made | null} made null where the server did not say
 * @property {boolean} canKeep
 * @property {boolean} isOwn whether it is of the visitor's words, and not the curator's picture in its place
 * @property {boolean} isThere whether the server still has it
 * @property {number} number the same while it is the same picture, however it is repainted
 */

export class Dream {
  /** @type {string} */
  #state = DreamState.NONE;
  /** Of the newest wish. */
  #revision = 0;
  /** Textures of a lower revision are left out. */
  #floor = 0;
  /** @type {Wished | null} the newest wish */
  #wished = null;
  /** What the server said with the present state. */
  #told = /** @type {Record<string, any>} */ ({});
  /** @type {Texture | null} of the wish that is under way */
  #preview = null;
  /** @type {Finished | null} */
  #finished = null;
  /** @type {Omit<Finished, "texture"> | null} said of a picture whose texture is still to come */
  #awaited = null;
  /** Pictures that were begun, and the wish that was counted last. */
  #count = 0;
  #counted = 0;

  get state() {
    return this.#state;
  }

  get isUnderWay() {
    return UNDER_WAY.includes(this.#state);
  }

  /** Whether the newest wish came to nothing. */
  get isVain() {
    return VAIN.includes(this.#state);
  }

  /** The newest wish; null while there was none. */
  get wished() {
    return this.#wished;
  }

  /** What the server said with the state: a place, a step, a code. */
  get told() {
    return this.#told;
  }

  /** The finished picture; null while there is none. */
  get finished() {
    return this.#finished;
  }

  /** What is to be seen: the picture that is forming, or else the finished one; null where there is neither. */
  get texture() {
    return this.#preview ?? this.#finished?.texture ?? null;
  }

  /** Whether that is a picture that is forming. */
  get isForming() {
    return this.#preview !== null;
  }

  /** How many pictures were begun: so a visit's pictures are counted. */
  get count() {
    return this.#count;
  }

  /**
   * A wish went out.
   * @param {number} revision
   * @param {Wished} wished
   */
  wish(revision, wished) {
    this.#revision = this.#floor = revision;
    this.#wished = wished;
    this.#preview = null;
    this.#become(DreamState.ASKED, {});
  }

  /**
   * A wish came to nothing on this side of the link.
   * @param {string} code
   * @param {Wished} [wished] the one that did not even go out
   */
  fail(code, wished) {
    if (wished) this.#wished = wished;
    this.#give(DreamState.FAILED, { code });
  }

  /** The visitor does not want it any more; the server is told so, and what it still says of it is left out. */
  cancel() {
    if (this.isUnderWay) this.#give(DreamState.CANCELLED, {});
  }

  /**
   * @param {TextMessage} message of type `dream`
   * @returns {boolean} whether it said anything new
   */
  hear({ revision, state, ...told }) {
    if (!TOLD.includes(state) || !(revision >= this.#floor)) return false;
    if (!this.isUnderWay) return this.#hearOfBefore(state, told);
    if (revision !== this.#revision) return false;
    if (state === DreamState.DONE) this.#finish(told);
    else if (state === DreamState.FALLBACK) this.#fallBack(told);
    else if (UNDER_WAY.includes(state)) this.#goOn(state, told);
    else this.#give(state, told);
    return true;
  }

  /**
   * @param {Texture} texture
   * @returns {boolean} whether it is to be shown
   */
  hearTexture(texture) {
    if (texture.revision < this.#floor) return false;
    if (this.isUnderWay) this.#form(texture);
    else this.#hold(texture);
    return true;
  }

  /**
   * Another connection: what was under way is not any more, and the finished picture comes again by itself, if the session
   * goes on.
   * @param {boolean} resumed
   */
  startAnew(resumed) {
    if (this.isUnderWay) this.#give(DreamState.LOST, {});
    this.#floor = 0;
    if (this.#finished && !resumed) this.#finished = { ...this.#finished, isThere: false, canKeep: false };
  }

  /**
   * @param {string} state
   * @param {Record<string, any>} told
   */
  #become(state, told) {
    this.#state = state;
    this.#told = told;
  }

  /**
   * @param {string} state
   * @param {Record<string, any>} told
   */
  #goOn(state, told) {
    if (state !== DreamState.QUEUED) this.#countIt();
    if (state === DreamState.HELD) this.#preview = null; // not to be seen before somebody let it through
    this.#become(state, told);
  }

  /** @param {Texture} texture of the wish that is under way: it says by itself that it is being made */
  #form(texture) {
    this.#countIt();
    this.#preview = texture;
    if (this.#state === DreamState.ASKED || this.#state === DreamState.QUEUED) this.#become(DreamState.FORMING, {});
  }

  /** The newest wish is more than a place in a queue. */
  #countIt() {
    if (this.#counted < this.#revision) this.#count += 1;
    this.#counted = this.#revision;
  }

  /**
   * The wish comes to nothing; what still comes of it is left out.
   * @param {string} state
   * @param {Record<string, any>} told
   */
  #give(state, told) {
    this.#preview = null;
    this.#floor = this.#revision + 1;
    this.#become(state, told);
  }

  /** @param {Record<string, any>} told */
  #finish({ made, can_keep, ...told }) {
    this.#countIt();
    this.#become(DreamState.DONE, told);
    this.#own({ made: made ?? null, canKeep: can_keep === true, isOwn: true });
  }

  /** @param {Record<string, any>} told */
  #fallBack(told) {
    this.#countIt();
    if (!told.texture) this.#preview = null;
    this.#become(DreamState.FALLBACK, told);
    if (told.texture) this.#own({ made: null, canKeep: false, isOwn: false });
  }

  /** @param {Pick<Finished, "made" | "canKeep" | "isOwn">} what the wish became: its texture came before, or comes now */
  #own(what) {
    const texture = this.#preview;
    this.#preview = null;
    this.#awaited = { ...what, wished: this.#wished, isThere: true, number: this.#revision };
    if (texture) this.#hold(texture);
  }

  /** @param {Texture} texture of the finished picture: its first one, or repainted */
  #hold(texture) {
    const unknown = { wished: null, made: null, canKeep: false, isOwn: true, isThere: true, number: 0 };
    const before = this.#finished ?? unknown;
    this.#finished = { ...before, isThere: true, ...this.#awaited, texture };
    this.#awaited = null;
    if (this.#state === DreamState.NONE) this.#become(DreamState.DONE, {});
  }

  /**
   * Of a picture that was finished before this connection, or the page, began; all else is too late.
   * @param {string} state
   * @param {Record<string, any>} told
   */
  #hearOfBefore(state, { made, can_keep }) {
    if (state !== DreamState.DONE || !made) return false;
    const known = { made, canKeep: can_keep === true, isOwn: true, isThere: true };
    if (this.#finished) this.#finished = { ...this.#finished, ...known };
    else this.#awaited = { ...known, wished: null, number: 0 };
    return true;
  }
}
