/** The page of a picture that a visitor keeps: shows it and how it was made; its owner may delete it or offer it for the wall. */

import { KeptCard } from "./kept_card.js";
import { languageOf, wordsOf } from "./kept_words.js";

const NOTE_MS = 6000;
const RIGHT_TO_LEFT = ["ar"];

/** @typedef {{made: import("./kept_card.js").Made, expires_at: string, wall: "private" | "offered" | "approved" | "rejected", may_offer: boolean}} Told */

/**
 * The secret that its owner came with. It leaves the address bar, so that it is not passed on with the link, and stays in
 * this browser.
 * @param {Window} scope
 * @returns {string} empty: somebody who only has the link
 */
function takeOwner(scope) {
  const name = `kept ${scope.location.pathname}`;
  const brought = new URLSearchParams(scope.location.hash.slice(1)).get("owner") ?? "";
  try {
    if (brought) {
      scope.localStorage.setItem(name, brought);
      scope.history.replaceState(null, "", scope.location.pathname + scope.location.search);
    }
    return brought || (scope.localStorage.getItem(name) ?? "");
  } catch {
    return brought; // a browser that keeps nothing: then it stays in the address
  }
}

class KeptPage {
  #scope;
  #document;
  #address;
  #owner;
  #words;
  #card;
  #told = /** @type {Told | null} */ (null);
  #noteTimer = 0;

  /**
   * @param {Window} scope
   * @param {string} owner the owner's secret, or an empty text
   */
  constructor(scope, owner) {
    const language = languageOf([new URLSearchParams(scope.location.search).get("lang") ?? "", ...scope.navigator.languages]);
    this.#scope = scope;
    this.#document = scope.document;
    this.#address = scope.location.pathname;
    this.#owner = owner;
    this.#words = wordsOf(language);
    this.#card = new KeptCard(scope.document, this.#words, language);
    this.#document.documentElement.lang = language;
    this.#document.documentElement.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
    this.#document.title = this.#words.name;
  }

  async run() {
    for (const place of this.#document.querySelectorAll("[data-word]")) {
      const word = /** @type {HTMLElement} */ (place).dataset.word;
      place.textContent = this.#words[/** @type {keyof typeof this.#words} */ (word)];
    }
    this.#on("share", () => this.#share());
    this.#on("move", () => this.#change(this.#told?.wall === "private" ? "offer" : "withdraw"));
    this.#on("delete", () => this.#sure.showModal());
    this.#on("no", () => this.#sure.close());
    this.#on("yes", () => this.#remove());
    this.#on("again", () => this.#load());
    this.#place("elsewhere").addEventListener("toggle", () => this.#showCode(), { once: true });
    await this.#load();
  }

  async #load() {
    try {
      const answer = await this.#ask("card");
      if (answer.ok) this.#show(await answer.json(), true);
      else if (answer.status === 404) this.#end("gone");
      else this.#end("away");
    } catch (error) {
      console.warn(error);
      this.#end("away");
    }
  }

  /**
   * @param {Told} told
   * @param {boolean} first whether the picture is to be fetched too
   */
  #show(told, first) {
    this.#told = told;
    if (first) this.#hang(told);
    this.#place("expires").textContent = this.#words.expires.replace("{date}", this.#card.moment(told.expires_at));
    this.#place("own").hidden = !this.#owner;
    this.#place("wall").hidden = !told.may_offer && told.wall === "private";
    this.#place("wall_state").textContent = this.#words[told.wall];
    this.#place("move").textContent = told.wall === "private" ? this.#words.offer : this.#words.withdraw;
    this.#place("move").hidden = told.wall === "rejected";
    this.#place("gone").hidden = true;
    this.#place("there").hidden = false;
  }

  /** @param {Told} told */
  #hang(told) {
    const { made } = told;
    const picture = /** @type {HTMLImageElement} */ (this.#place("picture"));
    picture.src = `${this.#address}/picture.jpg`;
    picture.alt = `${this.#words.name}: ${made.words}`;
    this.#place("words").textContent = made.words;
    this.#place("place").textContent = [made.station, made.exhibition].filter(Boolean).join(" · ");
    this.#place("how").textContent = this.#card.sentence(made);
    this.#place("card").replaceChildren(...this.#card.lines(made));
    const download = /** @type {HTMLAnchorElement} */ (this.#place("download"));
    download.href = picture.src;
    download.download = `vernissage-${made.made_at.slice(0, 10)}.jpg`;
  }

  #showCode() {
    const code = /** @type {HTMLImageElement} */ (this.#place("code"));
    code.src = `${this.#address}/code.svg`;
    code.alt = this.#words.code;
  }

  async #share() {
    const url = this.#scope.location.origin + this.#address;
    const { navigator } = this.#scope;
    try {
      if (typeof navigator.share === "function") {
        await navigator.share({ url, title: this.#words.name });
      } else {
        await navigator.clipboard.writeText(url);
        this.#note(this.#words.copied);
      }
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") this.#note(url);
    }
  }

  /** @param {"offer" | "withdraw"} what */
  async #change(what) {
    const answer = await this.#tell(what);
    if (answer !== null) this.#show(await answer.json(), false);
  }

  async #remove() {
    const answer = await this.#tell("delete");
    this.#sure.close();
    if (answer === null) return;
    try {
      this.#scope.localStorage.removeItem(`kept ${this.#address}`);
    } catch {
      // a browser that keeps nothing has nothing to forget
    }
    this.#end("removed");
  }

  /**
   * Ask for a change, once at a time; null where it was not made, which is said.
   * @param {string} what
   */
  async #tell(what) {
    const buttons = this.#document.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    try {
      const body = JSON.stringify({ owner: this.#owner });
      const answer = await this.#ask(what, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (answer.ok) return answer;
      if (answer.status === 404) this.#end("gone");
      else this.#note(this.#words.failed);
    } catch (error) {
      console.warn(error);
      this.#note(this.#words.failed);
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
    return null;
  }

  /**
   * @param {string} what
   * @param {RequestInit} [options]
   */
  #ask(what, options = {}) {
    const signal = AbortSignal.timeout(15_000);
    return this.#scope.fetch(`${this.#address}/${what}`, { cache: "no-store", signal, ...options });
  }

  /** @param {"gone" | "removed" | "away"} why */
  #end(why) {
    this.#place("there").hidden = true;
    this.#place("gone").hidden = false;
    this.#place("again").hidden = why !== "away";
    this.#place("gone_text").textContent = this.#words[`${why}_text`];
    const title = this.#place("gone_title");
    title.textContent = this.#words[why];
    title.focus();
  }

  /** @param {string} text */
  #note(text) {
    this.#place("note").textContent = text;
    clearTimeout(this.#noteTimer);
    this.#noteTimer = this.#scope.setTimeout(() => (this.#place("note").textContent = ""), NOTE_MS);
  }

  get #sure() {
    return /** @type {HTMLDialogElement} */ (this.#place("sure"));
  }

  /**
   * @param {string} id
   * @param {() => unknown} act
   */
  #on(id, act) {
    this.#place(id).addEventListener("click", () => void act());
  }

  /** @param {string} id */
  #place(id) {
    return /** @type {HTMLElement} */ (this.#document.getElementById(id));
  }
}

void new KeptPage(window, takeOwner(window)).run();
