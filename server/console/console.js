/** The console: who is logged in, in which language, on which page. Draws nothing itself. */

import { Api, Problem } from "./core/api.js";
import { App } from "./core/app.js";
import { Connection } from "./core/connection.js";
import { dialog } from "./core/dialog.js";
import { sweep } from "./core/draft.js";
import { Frame } from "./core/frame.js";
import { memoryOf } from "./core/memory.js";
import { Notices } from "./core/notices.js";
import { Router } from "./core/router.js";
import { LANGUAGES, Texts, languageFor } from "./core/texts.js";
import { loginForm, loginPage } from "./pages/login.js";

const REMEMBERED_LANGUAGE = "vernissage.console.language";
/** Pages for which nobody needs to be logged in. */
const PUBLIC = /^#?\/link\//;

/**
 * @typedef {object} ConsoleParts
 * @property {import("./core/frame.js").Stand & {away: HTMLElement, notices: HTMLElement}} stand
 * @property {import("./core/router.js").Route[]} routes
 * @property {(address: string) => Promise<import("./core/router.js").Route[]>} moreRoutes loaded once none of the others
 *   fits
 * @property {import("./core/texts.js").Source[]} words
 * @property {Window} window
 */

export class Console {
  #parts;
  #memory;
  /** @type {App} */
  #app = /** @type {any} */ (null); // there from `open` on
  /** @type {Frame} */
  #frame = /** @type {any} */ (null);
  /** @type {Router} */
  #router = /** @type {any} */ (null);
  /** Tries again what could not be opened. */
  #retry = () => {};

  /** @param {ConsoleParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#memory = memoryOf(parts.window);
  }

  /** Loads the language, looks who is here, opens the page of the address. */
  async open() {
    const { stand, routes, moreRoutes, words, window } = this.#parts;
    const wishes = [this.#memory.getItem(REMEMBERED_LANGUAGE), ...window.navigator.languages];
    const texts = await Texts.load(languageFor(wishes), words);
    const notices = new Notices(stand.notices, () => this.#app.texts.say("close"));
    const connection = new Connection(
      stand.away,
      (key) => this.#app.texts.say(key),
      () => this.#retry(),
    );
    const api = new Api({ onLoggedOut: () => this.#loggedOut(), onReached: (reached) => connection.note(reached) });
    this.#app = new App({
      api,
      texts,
      memory: this.#memory,
      go: (hash) => this.#router.go(hash),
      reload: () => void this.#router.reload(),
      notice: (text, kind) => notices.say(text, kind),
      onEntered: () => this.#frame.render(),
    });
    this.#frame = new Frame(stand, this.#app, {
      setLanguage: (code) => void this.#setLanguage(code),
      logOut: () => void this.#logOut(),
    });
    this.#router = new Router({ routes, moreRoutes }, this.#app, this.#watched(notices), window);
    if (this.#memory instanceof Storage) sweep(this.#memory);
    this.#frame.render();
    await this.#router.start();
  }

  /**
   * The frame, and what belongs to a page beside it.
   * @param {Notices} notices
   * @returns {import("./core/router.js").Frame}
   */
  #watched(notices) {
    return {
      ready: (hash) => this.#someone(hash),
      loading: () => {
        for (const open of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (open).close();
        this.#retry = () => {};
        notices.clear();
        this.#frame.loading();
      },
      show: (page, hash) => this.#frame.show(page, hash),
      fail: (error, retry) => {
        const code = error instanceof Problem ? error.code : "";
        const again = code === "part_missing" ? () => void this.#loadAnew() : retry;
        if (code === "offline") this.#retry = retry;
        this.#frame.fail(error, again);
      },
    };
  }

  /**
   * Resolves once somebody is logged in, where the page needs that.
   * @param {string} hash
   */
  async #someone(hash) {
    if (this.#app.me || PUBLIC.test(hash)) return;
    const me = await this.#whoIsHere();
    if (me) await this.#app.enter(me);
    else
      await new Promise((done) =>
        this.#frame.show(
          loginPage(this.#app, () => done(undefined)),
          hash,
        ),
      );
  }

  async #whoIsHere() {
    try {
      return await this.#app.api.whoIsHere();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  }

  /** The session ended under the page: asks for the login over it, and lets the page go on. */
  async #loggedOut() {
    const before = this.#app.me?.person;
    let entered = false;
    while (!entered) {
      const { form, focus } = loginForm(this.#app, {
        login: before?.login ?? "",
        onEntered: () => ((entered = true), asked.close()),
      });
      const text = this.#app.texts.say("session_ended_text");
      const asked = dialog(this.#app.texts.say("session_ended"), [text, form], [], { dismissible: false, bare: true });
      focus();
      await asked.closed; // Esc pressed twice closes any dialog: then it is asked anew
    }
    if (before && before.id !== this.#app.me?.person.id) {
      this.#app.reload();
      throw new Problem(401, "other_person", "Somebody else is logged in now.");
    }
  }

  /** A browser does not ask twice for a module that it failed to get: the page is loaded anew. */
  async #loadAnew() {
    const { ok } = await fetch("/healthz", { cache: "no-store" }).catch(() => ({ ok: false }));
    if (ok) this.#parts.window.location.reload();
  }

  async #logOut() {
    if (!(await this.#router.mayLeave())) return;
    try {
      await this.#app.api.post("/logout");
    } catch (error) {
      this.#app.report(error);
      return;
    }
    this.#app.leave();
    this.#frame.render();
    this.#router.go("#/");
  }

  /** @param {string} code one of LANGUAGES */
  async #setLanguage(code) {
    const language = LANGUAGES.find((known) => known.code === code);
    if (!language || code === this.#app.texts.language.code || !(await this.#router.mayLeave())) return;
    this.#app.texts = await Texts.load(language, this.#parts.words);
    this.#memory.setItem(REMEMBERED_LANGUAGE, code);
    this.#frame.render();
    await this.#router.reload();
  }
}
