/** The card beside a kept picture: how it was made, line by line. Knows no address and no owner. */

/**
 * @typedef {{exhibition: string, station: string, artwork: string, words: string, source: "words" | "artwork" | "camera" | "picture",
 *   model: string, licence: string, training_data: string, seed: number, steps: number, styles: Record<string, number>,
 *   made_at: string, understood: string[], unknown: string[]}} Made
 * @typedef {import("./kept_words.js").Words} Words
 */

export class KeptCard {
  #document;
  #words;
  #language;

  /**
   * @param {Document} document
   * @param {Words} words
   * @param {string} language
   */
  constructor(document, words, language) {
    this.#document = document;
    this.#words = words;
    this.#language = language;
  }

  /**
   * @param {Made} made
   * @returns {string} one sentence
   */
  sentence(made) {
    return this.#words[`from_${made.source}`];
  }

  /**
   * @param {Made} made
   * @returns {HTMLElement[]} terms and descriptions
   */
  lines(made) {
    const list = new Intl.ListFormat(this.#language, { style: "narrow", type: "unit" });
    /** @type {[keyof Words, string][]} */
    const told = [
      ["words", made.words],
      ["unknown", list.format(made.unknown)],
      ["artwork", made.artwork],
      ["station", made.station],
      ["exhibition", made.exhibition],
      ["styles", list.format(Object.keys(made.styles))],
      ["model", made.model],
      ["licence", made.licence],
      ["training_data", made.training_data],
      ["steps", `${made.steps} · ${made.seed}`],
      ["made_at", this.moment(made.made_at)],
    ];
    return told.filter(([, text]) => text).map(([term, text]) => this.#line(this.#words[term], text));
  }

  /**
   * @param {string} instant ISO 8601
   * @returns {string} as people read it, in their own time zone
   */
  moment(instant) {
    const form = new Intl.DateTimeFormat(this.#language, { dateStyle: "long", timeStyle: "short" });
    return form.format(new Date(instant));
  }

  /**
   * @param {string} term
   * @param {string} text
   */
  #line(term, text) {
    const line = this.#document.createElement("div");
    const parts = /** @type {const} */ ([
      ["dt", term],
      ["dd", text],
    ]).map(([kind, content]) => {
      const part = this.#document.createElement(kind);
      part.textContent = content;
      if (kind === "dd") part.dir = "auto";
      return part;
    });
    line.append(...parts);
    return line;
  }
}
