/** The wall page of a station: approved pictures one after the other, new ones first. Runs for weeks without anybody near it. */

const ASK_S = 10;
const SHOW_S = 12;
const ALONE_S = 600; // without an answer for so long, nothing is shown: a picture may have been withdrawn
const WORDS = {
  en: {
    how: "Scan the code beside the work, choose words, and see what a model makes of them. You can offer your picture for this wall.",
    about: "Made by a computer model from visitors’ words",
  },
  "zh-Hans": {
    how: "扫描作品旁的二维码，选择文字，看看模型会画出什么。你可以申请让你的图画在这面墙上展示。",
    about: "由计算机模型根据观众的文字生成",
  },
  ar: {
    how: "امسح الرمز المجاور للعمل، واختر كلمات، وانظر ماذا يصنع منها نموذج. يمكنك أن تعرض صورتك لهذا الجدار.",
    about: "صنعها نموذج حاسوبي من كلمات الزوار",
  },
};

/** @typedef {{id: string, words: string, model: string}} Picture */
/** @typedef {{exhibition: Record<string, string>, station: Record<string, string>, languages: string[], pictures: Picture[]}} Told */

/** Which picture comes next. Knows no page; remembers nothing but what the wall has now. */
class Turn {
  #pictures = /** @type {Picture[]} */ ([]);
  #fresh = /** @type {string[]} */ ([]);
  #started = false;
  #current = "";

  /** @param {Picture[]} pictures */
  hang(pictures) {
    const known = new Set(this.#pictures.map((picture) => picture.id));
    const here = new Set(pictures.map((picture) => picture.id));
    const fresh = this.#started ? pictures.filter((picture) => !known.has(picture.id)).map((picture) => picture.id) : [];
    this.#fresh = [...fresh, ...this.#fresh].filter((id) => here.has(id));
    this.#pictures = pictures;
    this.#started = true;
  }

  /** Whether the picture on the screen may stay there. */
  get stays() {
    return this.#pictures.some((picture) => picture.id === this.#current);
  }

  get isFresh() {
    return this.#fresh.length > 0;
  }

  /** @returns {Picture | null} null: there is none */
  next() {
    const fresh = this.#fresh.shift();
    const place = this.#pictures.findIndex((picture) => picture.id === (fresh ?? this.#current));
    const next = this.#pictures[fresh === undefined ? (place + 1) % Math.max(1, this.#pictures.length) : place] ?? null;
    this.#current = next?.id ?? "";
    return next;
  }
}

class DreamWall {
  #document;
  #address;
  #query;
  #turn = new Turn();
  /** @type {HTMLElement[]} */
  #layers;
  #front = 0;
  #shown = "";
  #dueMs = 0;
  #answeredMs = performance.now();

  /**
   * @param {Document} document
   * @param {Location} location
   */
  constructor(document, location) {
    const exhibition = new URLSearchParams(location.search).get("exhibition");
    this.#document = document;
    this.#address = `${location.pathname}/pictures`;
    this.#query = exhibition === null ? "" : `?exhibition=${encodeURIComponent(exhibition)}`;
    this.#layers = [...document.querySelectorAll("figure")];
  }

  async run() {
    for (;;) {
      await this.#ask();
      const until = performance.now() + ASK_S * 1000;
      while (performance.now() < until) {
        await this.#look();
        await new Promise((done) => setTimeout(done, 1000));
      }
    }
  }

  async #ask() {
    try {
      const answer = await fetch(this.#address + this.#query, { cache: "no-store", signal: AbortSignal.timeout(8000) });
      if (answer.ok) this.#take(await answer.json());
      else if (answer.status === 404) this.#turn.hang([]); // the station does something else at the moment
      else throw new Error(`got status ${answer.status}`);
      this.#answeredMs = performance.now();
    } catch (error) {
      console.warn(error);
      if (performance.now() - this.#answeredMs > ALONE_S * 1000) this.#turn.hang([]);
    }
  }

  /** @param {Told} told */
  #take(told) {
    const [first] = told.languages;
    const words = this.#words(first);
    this.#document.documentElement.lang = first;
    this.#document.title = told.station[first];
    this.#place("title").textContent = `${told.station[first]} · ${told.exhibition[first]}`;
    this.#place("about").textContent = words.about;
    const languages = told.languages.slice(0, 3);
    const ours = languages.filter((language) => language in WORDS);
    this.#place("titles").replaceChildren(...languages.map((l, place) => this.#line(place ? "p" : "h1", l, told.station[l])));
    this.#place("hints").replaceChildren(...(ours.length ? ours : ["en"]).map((l) => this.#line("p", l, this.#words(l).how)));
    this.#turn.hang(told.pictures);
  }

  /** Change the picture where it is time, or where the one that is shown may not stay. */
  async #look() {
    const now = performance.now();
    const waits = now < this.#dueMs && !(this.#turn.isFresh && now > this.#dueMs - (SHOW_S / 2) * 1000);
    if (waits && this.#turn.stays) return;
    const next = this.#turn.next();
    if (next === null) this.#empty();
    else if (next.id !== this.#shown) await this.#show(next);
    this.#dueMs = performance.now() + SHOW_S * 1000;
  }

  /** @param {Picture} picture */
  async #show(picture) {
    const layer = this.#layers[1 - this.#front];
    const image = /** @type {HTMLImageElement} */ (layer.querySelector("img"));
    image.src = `${this.#address}/${picture.id}.jpg${this.#query}`;
    image.alt = picture.words;
    const caption = /** @type {HTMLElement} */ (layer.querySelector("figcaption"));
    caption.textContent = picture.words;
    try {
      await image.decode();
    } catch {
      return; // it was withdrawn a moment ago, or the server is away: the one before it stays until the next turn
    }
    this.#place("empty").classList.remove("shown");
    this.#layers[this.#front].classList.remove("shown");
    layer.classList.add("shown");
    this.#front = 1 - this.#front;
    this.#shown = picture.id;
  }

  #empty() {
    for (const layer of this.#layers) layer.classList.remove("shown");
    this.#place("empty").classList.add("shown");
    this.#shown = "";
  }

  /**
   * @param {"h1" | "p"} kind
   * @param {string} language
   * @param {string} text
   */
  #line(kind, language, text) {
    const line = this.#document.createElement(kind);
    line.lang = language;
    line.dir = "auto";
    line.textContent = text;
    return line;
  }

  /** @param {string} language */
  #words(language) {
    return WORDS[/** @type {keyof typeof WORDS} */ (language)] ?? WORDS.en;
  }

  /** @param {string} id */
  #place(id) {
    return /** @type {HTMLElement} */ (this.#document.getElementById(id));
  }
}

void new DreamWall(document, location).run();
