/** A document of a draft while somebody works on it: what is saved, what is not yet, and how both come together. */

import { changesMeanwhile, merged } from "../model/changes.js";
import { read, same, written } from "../model/paths.js";

const KEEP_AFTER_MS = 300;
const MOST_ROUNDS = 5; // of saving, when somebody else saves each time

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/changes.js").Change} Change */

/**
 * @typedef {object} Meeting what somebody else saved while one was writing
 * @property {Change[]} changes
 * @property {any} saved the answer as it stands on the server
 */
/**
 * Answers with the paths at which theirs is taken; null: not now.
 * @typedef {(meeting: Meeting) => Promise<ReadonlySet<string> | null>} Settle
 */

export class DraftDocument {
  #app;
  #path;
  #kept;
  /** @type {Set<(path: string) => void>} */
  #listeners = new Set();
  #timer = 0;

  /**
   * To be had from `open`.
   * @param {App} app
   * @param {string} path
   * @param {any} answer
   * @param {import("../../core/draft.js").Draft} kept
   */
  constructor(app, path, answer, kept) {
    this.#app = app;
    this.#path = path;
    this.#kept = kept;
    /** What the server said last: id, revision, changed_at, changed_by. */
    this.saved = answer;
    /** From which revision `content` was made, and what it said. */
    this.revision = answer.revision;
    this.base = answer.content;
    this.content = answer.content;
    /** When what was not saved was written, in milliseconds; 0: nothing was found. */
    this.foundMs = 0;
    this.#find();
    window.addEventListener("pagehide", this.#leave);
  }

  /**
   * @param {App} app
   * @param {string} path of the API, which answers GET and PUT with {content, revision, …}
   * @param {string} key under which the browser keeps what is not saved
   */
  static async open(app, path, key) {
    const { data } = await app.api.get(path);
    return new DraftDocument(app, path, data, app.draft(key));
  }

  /** Whether somebody else saved since what was found was begun. */
  get isOutdated() {
    return this.revision !== this.saved.revision;
  }

  get dirty() {
    return !same(this.base, this.content);
  }

  /** @param {string} path */
  get(path) {
    return read(this.content, path);
  }

  /**
   * @param {string} path
   * @param {any} value undefined: nothing is there any more
   */
  set(path, value) {
    if (same(this.get(path), value)) return;
    this.content = written(this.content, path, value);
    this.#keepSoon();
    this.#tell(path);
  }

  /**
   * Has it called after each change; "" is a change of everything.
   * @param {(path: string) => void} listener
   * @returns {() => void} no more
   */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Sends it to the server. Where somebody else saved meanwhile, `settle` is asked until both are in one.
   * @param {Settle} settle
   * @returns {Promise<boolean>} false: not settled. Throws the Problem of anything else
   */
  async save(settle) {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const sent = this.content;
      try {
        const { data } = await this.#app.api.put(this.#path, sent, this.revision);
        this.#adopt(data, sent);
        return true;
      } catch (error) {
        if (/** @type {any} */ (error).status !== 412) throw error;
        if (!(await this.#meet(settle))) return false;
      }
    }
    return false;
  }

  /** Forgets what is not saved. */
  discard() {
    this.base = this.saved.content;
    this.revision = this.saved.revision;
    this.content = this.saved.content;
    this.foundMs = 0;
    this.#keepNow();
    this.#tell("");
  }

  /** The page is left: what is not saved is kept in the browser. */
  close() {
    window.removeEventListener("pagehide", this.#leave);
    this.#leave();
    if (this.dirty) this.#app.notice(this.#app.texts.say("save.kept"), "done");
    this.#listeners.clear();
  }

  #leave = () => {
    if (this.#timer) this.#keepNow();
  };

  /** @param {Settle} settle */
  async #meet(settle) {
    const { data } = await this.#app.api.get(this.#path);
    const changes = changesMeanwhile(this.base, this.content, data.content);
    const theirs = changes.length > 0 ? await settle({ changes, saved: data }) : new Set();
    if (theirs === null) return false;
    this.saved = data;
    this.base = data.content;
    this.revision = data.revision;
    this.content = merged(this.content, changes, theirs);
    this.#keepNow();
    this.#tell("");
    return true;
  }

  /**
   * @param {any} answer
   * @param {any} sent what was typed meanwhile stays unsaved
   */
  #adopt(answer, sent) {
    const unchanged = this.content === sent;
    this.saved = answer;
    this.base = answer.content;
    this.revision = answer.revision;
    if (unchanged) this.content = answer.content;
    this.foundMs = 0;
    this.#keepNow();
    this.#tell("");
  }

  #find() {
    const kept = this.#kept.kept;
    if (!kept?.value?.base) return;
    if (same(kept.value.content, this.content)) {
      this.#kept.drop(); // it is saved by now
      return;
    }
    this.base = kept.value.base;
    this.content = kept.value.content;
    this.revision = kept.revision;
    this.foundMs = kept.atMs;
  }

  #keepSoon() {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#keepNow(), KEEP_AFTER_MS);
  }

  #keepNow() {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.dirty) this.#kept.keep(this.revision, { base: this.base, content: this.content });
    else this.#kept.drop();
  }

  /** @param {string} path */
  #tell(path) {
    for (const listener of [...this.#listeners]) listener(path);
  }
}
