/** The words of a wish: those that the station offers and the visitor's own. Knows no language, no link and no element. */

/** As many of the station's words fit into one wish. */
export const MOST_WORDS = 12;
/** How much of a picture is made anew when it is varied. */
export const VARIED = 0.6;

/** @typedef {import("./ticket.js").Words} Words */

/**
 * @typedef {object} DreamOffer What a visitor may wish for.
 * @property {"chosen" | "free" | "approved"} mode
 * @property {Words[]} words to choose from, or suggestions
 * @property {string[]} from what a picture may begin from: `words`, `artwork`, `camera`, `picture`
 * @property {number} max_chars of a sentence
 * @property {number} pictures that a visit may have
 * @property {boolean} keep whether they can be kept
 * @property {boolean} wall whether they can be offered for the wall page
 * @property {string} model
 * @property {string} licence
 */

/**
 * @typedef {object} Wished What a picture was wished to show.
 * @property {Words[]} words of the station's; none where a sentence was sent
 * @property {string} text the sentence; empty where there is none
 * @property {string} source what the first of its kind began from: `words`, `artwork` or `camera`
 * @property {Record<string, unknown>} fields as the protocol wants them, without a revision
 */

/** @typedef {(words: readonly Words[], text: string) => string} Join words and a text as one sentence, in the visitor's language */

export class DreamWords {
  #offer;
  /** @type {Words[]} in the order in which they were chosen */
  #chosen = [];
  #text = "";
  #source = "words";
  #isSurprise = false;

  /** @param {DreamOffer} offer */
  constructor(offer) {
    this.#offer = offer;
  }

  /** @param {DreamOffer} offer of the same station as it is now: what is not offered any more is not chosen any more */
  renew(offer) {
    const before = this.#chosen.map((word) => JSON.stringify(word));
    this.#offer = offer;
    this.#chosen = offer.words.filter((word) => before.includes(JSON.stringify(word)));
    if (!this.mayWrite) this.#text = "";
    if (!this.sources.includes(this.#source)) this.#source = "words";
  }

  get offered() {
    return this.#offer.words;
  }

  get chosen() {
    return this.#chosen;
  }

  /** Whether they were not chosen by the visitor. */
  get isSurprise() {
    return this.#isSurprise;
  }

  /** What the visitor wrote. */
  get text() {
    return this.#text;
  }

  get source() {
    return this.#source;
  }

  /** What a picture may begin from, the visitor's own last one left aside. */
  get sources() {
    return ["words", "artwork", "camera"].filter((source) => source === "words" || this.#offer.from.includes(source));
  }

  get mayVary() {
    return this.#offer.from.includes("picture");
  }

  get mayWrite() {
    return this.#offer.mode !== "chosen";
  }

  /** Whether somebody looks at each picture before it is shown. */
  get isApproved() {
    return this.#offer.mode === "approved";
  }

  /** Whether one more of the station's words fits. */
  get hasRoom() {
    return this.#chosen.length < MOST_WORDS;
  }

  /** @param {Words} word one of those offered: chosen, or chosen no more */
  toggle(word) {
    this.#isSurprise = false;
    if (this.#chosen.includes(word)) this.#chosen = this.#chosen.filter((other) => other !== word);
    else if (this.hasRoom && this.offered.includes(word)) this.#chosen = [...this.#chosen, word];
  }

  /**
   * Chooses two or three words, others than the last time where there are enough.
   * @param {() => number} random from 0 to below 1
   */
  surprise(random) {
    this.#isSurprise = true;
    const fresh = this.offered.filter((word) => !this.#chosen.includes(word));
    const from = fresh.length >= 3 ? fresh : [...this.offered];
    const wanted = Math.min(from.length, random() < 0.5 ? 2 : 3);
    this.#chosen = Array.from({ length: wanted }, () => from.splice(Math.floor(random() * from.length), 1)[0]);
  }

  /** @param {string} text */
  write(text) {
    if (this.mayWrite) this.#text = text;
  }

  /** @param {string} source one of `sources` */
  beginFrom(source) {
    if (this.sources.includes(source)) this.#source = source;
  }

  /**
   * Characters that the sentence would have room for; below 0 where it is too long, Infinity where there is no sentence.
   * @param {Join} join
   */
  left(join) {
    if (!this.#sentence) return Infinity;
    return this.#offer.max_chars - [...join(this.#chosen, this.#sentence)].length;
  }

  /**
   * Whether there is something to wish for, and not too much of it.
   * @param {Join} join
   */
  isReady(join) {
    return (this.#chosen.length > 0 || this.#sentence !== "") && this.left(join) >= 0;
  }

  /**
   * Words alone are told by their places; together with a text they become one sentence, in the visitor's language.
   * @param {Join} join
   * @returns {Wished}
   */
  wish(join) {
    const source = this.#source;
    const from = source === "words" ? {} : { from: source };
    if (this.#sentence) {
      const text = join(this.#chosen, this.#sentence);
      return { words: [], text, source, fields: { text, ...from } };
    }
    const words = this.#chosen.map((word) => this.offered.indexOf(word));
    return { words: this.#chosen, text: "", source, fields: { words, ...from } };
  }

  get #sentence() {
    return this.#text.trim();
  }
}

/**
 * The same words again; the server draws another seed.
 * @param {Wished} wished
 * @returns {Wished}
 */
export function again({ fields: { from, change, ...said }, ...wished }) {
  const first = wished.source === "words" ? {} : { from: wished.source };
  return { ...wished, fields: { ...said, ...first } };
}

/**
 * The same words, beginning from the picture that was made of them.
 * @param {Wished} wished
 * @returns {Wished}
 */
export function varied({ fields, ...wished }) {
  return { ...wished, fields: { ...fields, from: "picture", change: VARIED } };
}
