/** The words of one language, with numbers and dates as it writes them. Its files are loaded when it is chosen. */

/** @typedef {{code: string, name: string, direction: "ltr" | "rtl"}} Language */
/** @typedef {Readonly<Record<string, string>>} Words */
/** @typedef {(code: string) => Promise<{default: Words}>} Source loads one group's words */

/** @type {readonly Language[]} */
export const LANGUAGES = Object.freeze([
  { code: "en", name: "English", direction: "ltr" },
  { code: "zh-Hans", name: "简体中文", direction: "ltr" },
]);

/**
 * The first of the wishes that there are texts for; English where there is none.
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

export class Texts {
  #words;
  #locale;
  /** @type {Map<string, Intl.DateTimeFormat>} */
  #dates = new Map();

  /**
   * @param {Language} language
   * @param {Words} words
   */
  constructor(language, words) {
    this.language = language;
    this.#words = words;
    // As it is written where the curator is at home, if the language is the curator's own.
    this.#locale = navigator.languages.find((wish) => primary(wish) === primary(language.code)) ?? language.code;
  }

  /**
   * @param {Language} language
   * @param {readonly Source[]} sources groups of pages, each with its words
   */
  static async load(language, sources) {
    const modules = await Promise.all(sources.map((source) => source(language.code)));
    return new Texts(language, Object.freeze(Object.assign({}, ...modules.map((module) => module.default))));
  }

  /** @param {string} key */
  has(key) {
    return this.#words[key] !== undefined;
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

  /**
   * The text for a number of things: `key_one` or `key_other`, as the language counts; {count} is the number.
   * @param {string} key
   * @param {number} count
   * @param {Record<string, string | number>} [values]
   */
  count(key, count, values = {}) {
    const form = new Intl.PluralRules(this.language.code).select(count);
    const own = `${key}_${form}`;
    return this.say(this.has(own) ? own : `${key}_other`, { ...values, count });
  }

  /** @param {number} value */
  number(value) {
    return new Intl.NumberFormat(this.#locale).format(value);
  }

  /** @param {number} share 0 to 1 */
  percent(share) {
    return new Intl.NumberFormat(this.#locale, { style: "percent" }).format(share);
  }

  /**
   * Several things, as they stand in a sentence ("a, b and c"), or merely side by side ("a, b, c").
   * @param {readonly string[]} things
   * @param {"conjunction" | "unit"} [type] `unit`: side by side
   */
  list(things, type = "conjunction") {
    if (type === "unit") return things.join(this.say("between"));
    return new Intl.ListFormat(this.#locale).format(things);
  }

  /**
   * Day and time.
   * @param {string | number | Date} when
   */
  date(when) {
    return this.#format(when, { dateStyle: "medium", timeStyle: "short" });
  }

  /** @param {string | number | Date} when */
  day(when) {
    return this.#format(when, { dateStyle: "long" });
  }

  /**
   * Without its year.
   * @param {string | number | Date} when
   */
  shortDay(when) {
    return this.#format(when, { day: "numeric", month: "short" });
  }

  /** @param {string | number | Date} when */
  time(when) {
    return this.#format(when, { timeStyle: "short" });
  }

  /**
   * With seconds.
   * @param {string | number | Date} when
   */
  clock(when) {
    return this.#format(when, { timeStyle: "medium" });
  }

  /**
   * Hours and minutes of today; before, with their day.
   * @param {string | number | Date} when
   * @param {number} [nowMs]
   */
  moment(when, nowMs = Date.now()) {
    const isToday = new Date(when).toDateString() === new Date(nowMs).toDateString();
    return isToday ? this.time(when) : this.date(when);
  }

  /**
   * An amount with its unit.
   * @param {number} value
   * @param {string} unit as ECMA-402 names it, such as "millisecond"
   * @param {number} [digits] behind the point, at most
   */
  amount(value, unit, digits = 0) {
    const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits };
    return new Intl.NumberFormat(this.#locale, /** @type {Intl.NumberFormatOptions} */ (options)).format(value);
  }

  /**
   * How long ago, or until when, in the coarsest unit that fits.
   * @param {string | number | Date} when
   * @param {number} [nowMs]
   */
  ago(when, nowMs = Date.now()) {
    const seconds = Math.round((new Date(when).getTime() - nowMs) / 1000);
    const relative = new Intl.RelativeTimeFormat(this.#locale, { numeric: "auto" });
    const size = Math.abs(seconds);
    if (size < 50) return this.say("just_now");
    if (size < 3000) return relative.format(Math.round(seconds / 60), "minute");
    if (size < 80_000) return relative.format(Math.round(seconds / 3600), "hour");
    if (size < 2_500_000) return relative.format(Math.round(seconds / 86_400), "day");
    return this.day(when);
  }

  /**
   * Seconds below a minute and a half, minutes above.
   * @param {number} seconds
   */
  duration(seconds) {
    const inMinutes = seconds > 90;
    const amount = inMinutes ? Math.ceil(seconds / 60) : Math.max(1, Math.ceil(seconds));
    const unit = inMinutes ? "minute" : "second";
    return new Intl.NumberFormat(this.#locale, { style: "unit", unit, unitDisplay: "long" }).format(amount);
  }

  /**
   * A language's name in the language of the page.
   * @param {string} tag BCP 47
   */
  languageName(tag) {
    try {
      return (
        new Intl.DisplayNames(this.language.code, { type: "language", languageDisplay: "standard" }).of(tag) ?? tag
      );
    } catch {
      return tag; // not a tag that the browser can read
    }
  }

  /**
   * The curators' words in the language of the page, or in the first that there is.
   * @param {Readonly<Record<string, string>> | null | undefined} words language to text
   * @param {readonly string[]} [order] the exhibition's languages
   * @returns {{text: string, lang: string}} both empty where there are no words at all
   */
  of(words, order = []) {
    const filled = Object.entries(words ?? {}).filter(([, text]) => text.trim());
    const wish = filled.find(([tag]) => primary(tag) === primary(this.language.code));
    const next = order.map((tag) => filled.find(([known]) => known === tag)).find(Boolean);
    const [lang, text] = wish ?? next ?? filled[0] ?? ["", ""];
    return { text, lang };
  }

  /**
   * @param {string | number | Date} when
   * @param {Intl.DateTimeFormatOptions} options
   */
  #format(when, options) {
    const key = JSON.stringify(options);
    const format = this.#dates.get(key) ?? new Intl.DateTimeFormat(this.#locale, options);
    this.#dates.set(key, format);
    return format.format(new Date(when));
  }
}
