/** The languages of the page: which one a visitor gets, and its words. A language's file is loaded when it is chosen. */

const DAY_MS = 86_400_000;

/** @typedef {{code: string, name: string, direction: "ltr" | "rtl"}} Language */

/** @type {readonly Language[]} */
export const LANGUAGES = Object.freeze([
  { code: "en", name: "English", direction: "ltr" },
  { code: "zh-Hans", name: "简体中文", direction: "ltr" },
  { code: "ar", name: "العربية", direction: "rtl" },
]);

/**
 * The first of the wishes that there is a text for; English where there is none.
 * @param {readonly (string | null)[]} wishes BCP 47, best first
 * @returns {Language}
 */
export function languageFor(wishes) {
  for (const wish of wishes) {
    const found = LANGUAGES.find(({ code }) => primary(code) === primary(wish ?? ""));
    if (found) return found;
  }
  return LANGUAGES[0];
}

/** @param {string} tag BCP 47 */
function primary(tag) {
  return tag.toLowerCase().split("-")[0];
}

/** @param {Date} date */
function midnight(date) {
  return new Date(date).setHours(0, 0, 0, 0);
}

/** The words of one language, with numbers and times as it writes them. */
export class Texts {
  #words;

  /**
   * @param {Language} language
   * @param {Readonly<Record<string, string>>} words
   */
  constructor(language, words) {
    this.language = language;
    this.#words = words;
  }

  /**
   * @param {Language} language
   * @param {readonly string[]} [vocabulary] words that only some pages need: names of folders
   */
  static async load(language, vocabulary = []) {
    const module = await import(`./${language.code}.js`);
    const texts = new Texts(language, module.default);
    await texts.include(vocabulary);
    return texts;
  }

  /** @param {readonly string[]} vocabulary words to be had besides */
  async include(vocabulary) {
    const modules = await Promise.all(vocabulary.map((name) => import(`./${name}/${this.language.code}.js`)));
    this.#words = Object.assign({}, this.#words, ...modules.map((module) => module.default));
  }

  /**
   * A text with its braces filled in. A key that does not exist is a mistake of ours and throws.
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  say(key, values = {}) {
    const text = this.#words[key];
    if (text === undefined) throw new RangeError(`expected a text of ${this.language.code}, got ${key}`);
    return text.replace(/\{(\w+)\}/g, (_all, name) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  /** @param {number} value */
  number(value) {
    return new Intl.NumberFormat(this.language.code, { useGrouping: false }).format(value);
  }

  /** @param {number} share 0 to 1 */
  percent(share) {
    return new Intl.NumberFormat(this.language.code, { style: "percent" }).format(share);
  }

  /**
   * Seconds below a minute and a half in steps of five, minutes above.
   * @param {number} seconds
   */
  duration(seconds) {
    const inMinutes = seconds > 90;
    const amount = inMinutes ? Math.round(seconds / 60) : Math.max(5, Math.ceil(seconds / 5) * 5);
    const unit = inMinutes ? "minute" : "second";
    return new Intl.NumberFormat(this.language.code, { style: "unit", unit, unitDisplay: "long" }).format(amount);
  }

  /**
   * When a station opens, in local time; empty where that is over, or not known.
   * @param {string} opensAt ISO 8601
   * @param {number} [nowMs] wall time
   */
  opening(opensAt, nowMs = Date.now()) {
    const [then, now] = [new Date(opensAt), new Date(nowMs)];
    if (!(then > now)) return "";
    const time = this.#date(then, { hour: "numeric", minute: "2-digit" });
    const days = Math.round((midnight(then) - midnight(now)) / DAY_MS);
    if (days < 2) return this.say(days < 1 ? "opens_today" : "opens_tomorrow", { time });
    return this.say("opens_on", { day: this.#date(then, { weekday: "long", day: "numeric", month: "long" }), time });
  }

  /**
   * As it is written where the visitor is at home, if the language is the visitor's own.
   * @param {Date} date
   * @param {Intl.DateTimeFormatOptions} options
   */
  #date(date, options) {
    const { code } = this.language;
    const home = navigator.languages.find((wish) => primary(wish) === primary(code));
    return new Intl.DateTimeFormat(home ?? code, options).format(date);
  }

  /**
   * The curator's words in this language, or in English, or in any.
   * @param {Readonly<Record<string, string>> | null | undefined} words language to text
   */
  of(words) {
    if (!words) return "";
    return words[this.language.code] ?? words.en ?? Object.values(words)[0] ?? "";
  }
}
