/**
 * A visitor's dream at one station: what is chosen, wished for and kept, and where the picture hangs; over a link, with
 * patience for answers that do not come. Knows no element.
 */

import { Dream, DreamState } from "./core/dream.js";
import { again, DreamWords, varied } from "./core/dream_words.js";
import { Hanging } from "./core/hanging.js";
import { Keeping } from "./core/keeping.js";

/** A wish of which nothing is heard for so long was not understood. */
export const PATIENCE_MS = 15_000;

/** @enum {string} What the visitor has at hand. */
export const Leaf = Object.freeze({
  WORDS: "words", // to choose from
  WAIT: "wait", // a wish is under way
  PICTURE: "picture", // what can be done with the picture
});

/** @typedef {import("./core/link.js").TextMessage} TextMessage */
/** @typedef {import("./core/protocol.js").Texture} Texture */
/** @typedef {import("./core/dream_words.js").Wished} Wished */
/** @typedef {import("./core/dream_words.js").Join} Join */

/**
 * @typedef {object} DreamingParts
 * @property {import("./core/ticket.js").Station} station
 * @property {Pick<import("./core/link.js").Link, "wish" | "cancelWish" | "keep">} link
 * @property {Pick<import("./core/clock.js").Clock, "after">} clock
 * @property {(texture: Texture | null) => void} lay on the artwork; null: nothing lies there
 * @property {() => void} onChange called when what is shown may have changed
 * @property {() => number} [random] from 0 to below 1
 */

export class Dreaming {
  #parts;
  #offer;
  #dream = new Dream();
  #words;
  #hanging;
  #isChoosing = false;
  /** Whether the visitor had as many pictures as a visit has. */
  #isSpent = false;
  #keeping = new Keeping();
  /** @type {Texture | null} what lies on the artwork */
  #laid = null;
  /** Of the finished picture that was hung last: its number. */
  #hung = -1;
  /** What the dream was when it was looked at last. */
  #wasForming = false;
  #wasUnderWay = false;
  /** @type {() => void} */
  #cancelPatience = () => {};
  /** @type {() => void} */
  #cancelKeeping = () => {};

  /** @param {DreamingParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#offer = offerOf(parts.station);
    this.#words = new DreamWords(this.#offer);
    this.#hanging = new Hanging(parts.onChange);
  }

  get dream() {
    return this.#dream;
  }

  get words() {
    return this.#words;
  }

  get hanging() {
    return this.#hanging;
  }

  get offer() {
    return this.#offer;
  }

  get keeping() {
    return this.#keeping;
  }

  get leaf() {
    if (this.#dream.isUnderWay) return Leaf.WAIT;
    return this.#dream.finished && !this.#isChoosing ? Leaf.PICTURE : Leaf.WORDS;
  }

  /** Pictures that the visit still has, as far as this page knows. */
  get left() {
    return this.#isSpent ? 0 : Math.max(0, this.#offer.pictures - this.#dream.count);
  }

  /** Whether no picture can be wished for any more. */
  get isSpent() {
    return this.#isSpent;
  }

  get mayVary() {
    const { finished } = this.#dream;
    return finished !== null && finished.wished !== null && finished.isOwn && finished.isThere && this.#words.mayVary;
  }

  get mayRepeat() {
    return Boolean(this.#dream.finished?.wished);
  }

  get mayKeep() {
    return this.#offer.keep && this.#dream.finished?.canKeep === true;
  }

  /** Whether the artwork is wanted in view. */
  get wantsArtwork() {
    return this.#dream.texture !== null && this.#hanging.wantsArtwork;
  }

  /** Whether the picture is shown large. */
  get isLarge() {
    return this.#dream.texture !== null && this.#hanging.isLarge;
  }

  /**
   * A picture of what was chosen and written.
   * @param {Join} join
   */
  make(join) {
    if (this.#words.isReady(join)) this.#send(this.#words.wish(join));
  }

  surprise() {
    this.#words.surprise(this.#parts.random ?? Math.random);
    this.changed();
  }

  /** A picture like the last one. */
  vary() {
    const wished = this.#dream.finished?.wished;
    if (wished && this.mayVary) this.#send(varied(wished));
  }

  /** Another picture of the same words. */
  repeat() {
    const wished = this.#dream.finished?.wished;
    if (wished) this.#send(again(wished));
  }

  /** The wish that came to nothing, once more. */
  retry() {
    if (this.#dream.wished && this.#dream.isVain) this.#send(this.#dream.wished);
  }

  cancel() {
    if (!this.#dream.isUnderWay) return;
    this.#parts.link.cancelWish();
    this.#dream.cancel();
    this.#update();
  }

  /** @param {boolean} on whether words are to be chosen, although there is a picture */
  choose(on) {
    this.#isChoosing = on;
    this.changed();
  }

  /** @param {boolean} wall whether it is offered for the station's wall page */
  keep(wall) {
    if (!this.mayKeep || this.#keeping.isAsked) return;
    this.#keeping.ask();
    const giveUp = () => this.#hearKept({ type: "kept", code: "unanswered" });
    if (this.#parts.link.keep(wall)) this.#cancelKeeping = this.#parts.clock.after(PATIENCE_MS, giveUp);
    else this.#keeping.fail("away");
    this.changed();
  }

  /** From the wall to the large view, or back. */
  turn() {
    this.#hanging.turn();
    this.changed();
  }

  /** What the visitor chose is other than it was. */
  changed() {
    this.#parts.onChange();
  }

  /** @param {TextMessage} message of type `dream` or `kept` */
  hear(message) {
    if (message.type === "kept") this.#hearKept(message);
    else if (this.#dream.hear(message)) {
      this.#cancelPatience();
      if (message.code === "too_many") this.#isSpent = true;
      this.#update();
    }
  }

  /** @param {Texture} texture */
  hearTexture(texture) {
    if (!this.#dream.hearTexture(texture)) return;
    if (this.#dream.isForming) this.#cancelPatience();
    else this.#keeping.forget();
    this.#update();
  }

  /**
   * Another connection.
   * @param {boolean} resumed whether the session goes on
   */
  startAnew(resumed) {
    this.#cancelPatience();
    this.#cancelKeeping();
    if (this.#keeping.isAsked) this.#keeping.fail("away");
    this.#dream.startAnew(resumed);
    this.#update();
  }

  /** @param {boolean} on whether the artwork is in view */
  anchor(on) {
    this.#hanging.anchor(on);
  }

  /** @param {import("./core/ticket.js").Station} station as it is now */
  renew(station) {
    this.#offer = offerOf(station);
    this.#words.renew(this.#offer);
  }

  /** Another artwork's view: what lies on it is laid again. */
  layAgain() {
    if (this.#laid) this.#parts.lay(this.#laid);
  }

  end() {
    this.#cancelPatience();
    this.#cancelKeeping();
  }

  /** @param {Wished} wished */
  #send(wished) {
    const revision = this.#parts.link.wish(wished.fields);
    if (revision > 0) {
      this.#dream.wish(revision, wished);
      this.#isChoosing = false;
      this.#keeping.forget();
      this.#wait(() => (this.#dream.fail("unanswered"), this.#update()));
    } else {
      this.#dream.fail("away", wished);
    }
    this.#update();
  }

  /** @param {TextMessage} message */
  #hearKept(message) {
    this.#cancelKeeping();
    this.#keeping.hear(message);
    this.changed();
  }

  /** @param {() => void} then when nothing is heard */
  #wait(then) {
    this.#cancelPatience();
    this.#cancelPatience = this.#parts.clock.after(PATIENCE_MS, then);
  }

  /** What follows from what the dream is now. */
  #update() {
    const { finished, texture, isForming, isVain, isUnderWay, state } = this.#dream;
    if (isVain || (state === DreamState.FALLBACK && !this.#dream.told.texture)) this.#isChoosing ||= this.#wasUnderWay;
    this.#wasUnderWay = isUnderWay;
    if (isForming && !this.#wasForming) this.#hanging.form();
    const isNew = finished !== null && !isForming && finished.number !== this.#hung;
    if (isNew || (this.#wasForming && !isForming)) this.#hanging.finish();
    if (isNew) this.#hung = finished.number;
    this.#wasForming = isForming;
    if (texture !== this.#laid) this.#parts.lay((this.#laid = texture));
    this.changed();
  }
}

/** @param {import("./core/ticket.js").Station} station */
function offerOf({ dream }) {
  if (!dream) throw new TypeError(`expected a station with a dream, got ${dream}`);
  return dream;
}
