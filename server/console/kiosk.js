/** The screen beside a station: shows its present code, and asks for the next one in time. Never shows one that is too old. */

const AGAIN_S = 5;
const OLD_AFTER_S = 240; // of the five minutes that a code is good for
const NOTES = {
  en: { closed: "This station is closed at the moment.", lost: "One moment, please.", scan: "Code for this station" },
  "zh-Hans": { closed: "本展位目前关闭。", lost: "请稍候。", scan: "本展位的二维码" },
  ar: { closed: "هذه المحطة مغلقة في الوقت الحالي.", lost: "لحظة من فضلك.", scan: "رمز هذه المحطة" },
};

class Kiosk {
  #document;
  #address;
  /** When the code on the screen was fetched, by the browser's own clock that never jumps; null: there is none. */
  #fetchedMs = /** @type {number | null} */ (null);
  #shown = "";
  #language = "en";

  /**
   * @param {Document} document
   * @param {string} address that gives the present code
   */
  constructor(document, address) {
    this.#document = document;
    this.#address = address;
  }

  async run() {
    for (;;) {
      const waitS = await this.#renew();
      await new Promise((done) => setTimeout(done, waitS * 1000));
    }
  }

  /** Returns the seconds until it is to be asked again. */
  async #renew() {
    try {
      const answer = await fetch(this.#address, { cache: "no-store", signal: AbortSignal.timeout(10_000) });
      if (!answer.ok) throw new Error(`got status ${answer.status}`);
      const told = await answer.json();
      this.#show(told);
      return Math.max(1, told.next_s);
    } catch (error) {
      console.warn(error);
      this.#age();
      return AGAIN_S;
    }
  }

  /** @param {any} told */
  #show(told) {
    this.#language = told.language;
    this.#document.documentElement.lang = told.language;
    this.#place("number").textContent = String(told.number);
    this.#place("titles").replaceChildren(...this.#titles(told));
    this.#place("exhibition").textContent = told.exhibition[told.language];
    this.#document.title = told.title[told.language];
    this.#note(told.open ? "" : "closed");
    this.#fetchedMs = told.open ? performance.now() : null;
    this.#draw(told.open ? told.code : "");
  }

  /** @param {any} told */
  #titles(told) {
    return told.languages.slice(0, 3).map((/** @type {string} */ language, /** @type {number} */ place) => {
      const title = this.#document.createElement(place === 0 ? "h1" : "p");
      title.lang = language;
      title.dir = "auto";
      title.textContent = told.title[language];
      return title;
    });
  }

  /** The server is away: a code that visitors could not use any more goes. */
  #age() {
    if (this.#fetchedMs !== null && performance.now() - this.#fetchedMs < OLD_AFTER_S * 1000) return;
    this.#draw("");
    this.#note("lost");
  }

  /** @param {string} svg an empty text: no code */
  #draw(svg) {
    const image = /** @type {HTMLImageElement} */ (this.#place("code"));
    if (this.#shown) URL.revokeObjectURL(this.#shown);
    this.#shown = svg ? URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" })) : "";
    image.hidden = !svg;
    if (svg) image.src = this.#shown;
    image.alt = this.#words.scan;
  }

  /** @param {"closed" | "lost" | ""} note */
  #note(note) {
    this.#place("note").textContent = note ? this.#words[note] : "";
  }

  get #words() {
    return NOTES[/** @type {keyof typeof NOTES} */ (this.#language)] ?? NOTES.en;
  }

  /** @param {string} id */
  #place(id) {
    return /** @type {HTMLElement} */ (this.#document.getElementById(id));
  }
}

void new Kiosk(document, `${location.pathname}/code`).run();
