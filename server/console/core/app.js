/** What pages are given: the server's operations, the words, who is logged in, and ways to say and ask something. */

import { dialog } from "./dialog.js";
import { Draft } from "./draft.js";
import { element, setText } from "./elements.js";
import { field, showErrors } from "./form.js";
import { Problem } from "./problem.js";

/** Who acts in the log where nobody is logged in. */
const NOBODY = Object.freeze({ system: "who_system", command: "who_command" });

/** @typedef {{id: string, login: string, name: string, role: string, disabled: boolean, made_at: string}} Person */
/** @typedef {{person: Person, permissions: string[], csrf: string, ends_at: string}} Me */
/** @typedef {"see" | "edit" | "publish" | "operate" | "administer"} Permission */
/** @typedef {"done" | "warning" | "error"} NoticeKind */

/**
 * @typedef {object} Question
 * @property {boolean} [danger] whether it cannot be taken back
 * @property {string | Node | (string | Node)[]} [detail] what it means, under the question
 * @property {string} [yes] the label of the button that does it
 * @property {string} [typed] what must be typed first, such as the name of what is removed
 */

/**
 * @typedef {object} AppParts
 * @property {import("./api.js").Api} api
 * @property {import("./texts.js").Texts} texts
 * @property {import("./memory.js").Memory} memory
 * @property {(hash: string) => void} go
 * @property {() => void} reload
 * @property {(text: string, kind: NoticeKind) => void} notice
 * @property {() => void} onEntered somebody is logged in now
 */

export class App {
  #parts;
  /** @type {Map<string, Person>} */
  #people = new Map();
  /** @type {Me | null} null until somebody is logged in */
  me = null;

  /** @param {AppParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.api = parts.api;
    /** Another one after the language was changed; pages are opened anew then. */
    this.texts = parts.texts;
  }

  /**
   * Somebody is logged in.
   * @param {Me} me
   */
  async enter(me) {
    this.me = me;
    this.api.csrf = me.csrf;
    await this.readPeople();
    this.#parts.onEntered();
  }

  leave() {
    this.me = null;
    this.#people.clear();
  }

  async readPeople() {
    const { data } = await this.api.get("/people");
    this.#people = new Map(data.map((/** @type {Person} */ person) => [person.id, person]));
    return /** @type {Person[]} */ (data);
  }

  /**
   * Somebody's name; of an account that is gone, that it is.
   * @param {string} id
   */
  people(id) {
    const known = this.#people.get(id);
    if (known) return known.name;
    const key = /** @type {Record<string, string>} */ (NOBODY)[id];
    return this.texts.say(key ?? "who_gone");
  }

  /** @param {Permission} permission */
  can(permission) {
    return this.me?.permissions.includes(permission) ?? false;
  }

  /** Why something is not offered: in one sentence, for a hint beside what is disabled. */
  get role() {
    return this.texts.say(`role_${this.me?.person.role ?? "viewer"}`);
  }

  /** @param {string} hash */
  go(hash) {
    this.#parts.go(hash);
  }

  /** The page that is open, anew. */
  reload() {
    this.#parts.reload();
  }

  /**
   * A line that comes and goes; an error stays until it is dismissed.
   * @param {string} text
   * @param {NoticeKind} [kind]
   */
  notice(text, kind = "done") {
    this.#parts.notice(text, kind);
  }

  /**
   * Says what went wrong, where there is no field beside which to say it. What is no Problem is a mistake of ours.
   * @param {unknown} error
   */
  report(error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (!(error instanceof Problem)) console.error(error);
    this.notice(this.sentence(error), "error");
  }

  /**
   * What went wrong, as a sentence in the page's language where it has one for that.
   * @param {unknown} error
   */
  sentence(error) {
    if (!(error instanceof Problem)) return this.texts.say("problem_own");
    const { code, title, retryAfterS } = error;
    const sentence = error.errors.length === 1 && code === "bad_field" ? error.errors[0].sentence : title;
    const values = { sentence: sentenceOf(sentence), wait: this.texts.duration(retryAfterS || 1) };
    const key = `problem_${code}`;
    return this.texts.has(key) ? this.texts.say(key, values) : values.sentence;
  }

  /**
   * What is wrong with each field, in the page's words where it has some.
   * @param {Problem} problem
   */
  faults({ errors, reason }) {
    return errors.map(({ field: name, sentence, station, language }) => {
      const own = reason !== "" && this.texts.has(`password_${reason}`);
      const said = own ? this.texts.say(`password_${reason}`) : sentenceOf(sentence);
      return { field: name, sentence: said, station, language };
    });
  }

  /**
   * Says what went wrong beside the fields it is about, and the rest in the form's note.
   * @param {unknown} error
   * @param {HTMLElement} form
   * @param {HTMLElement} note
   */
  explain(error, form, note) {
    if (!(error instanceof Problem)) console.error(error);
    const faults = error instanceof Problem ? this.faults(error) : [];
    const homeless = showErrors(form, faults);
    if (faults.length === 0) homeless.push(this.sentence(error));
    setText(note, homeless.join(" "));
  }

  /**
   * @param {string} question
   * @param {Question} [options]
   */
  async confirm(question, { danger = false, detail = [], yes, typed = "" } = {}) {
    const { texts } = this;
    const input = element("input", { type: "text", autocomplete: "off", spellcheck: "false", name: "typed" });
    const proof = typed && field(texts.say("type_to_confirm", { words: typed }), input, { className: "proof" });
    const paragraphs = [detail].flat().map((one) => (typeof one === "string" ? element("p", {}, one) : one));
    const asked = dialog(
      question,
      [...paragraphs, proof],
      [
        { label: texts.say("cancel"), value: "", kind: "secondary" },
        {
          label: yes ?? texts.say(danger ? "remove" : "ok"),
          value: "yes",
          kind: danger ? "danger" : "primary",
          act: () => !typed || input.value.trim() === typed,
          disabled: typed !== "",
        },
      ],
      { className: "question" },
    );
    input.addEventListener("input", () => (asked.buttons[1].disabled = input.value.trim() !== typed));
    return (await asked.closed) === "yes";
  }

  /**
   * Where unsaved changes of this person are kept.
   * @param {string} key such as "demo/s/harbour"
   */
  draft(key) {
    return new Draft(this.#parts.memory, `${this.me?.person.id ?? ""}.${key}`);
  }

  /** @param {string} tag */
  languageName(tag) {
    return this.texts.languageName(tag);
  }

  /** @param {string} iso */
  date(iso) {
    return this.texts.date(iso);
  }
}

/**
 * The server's words with a capital and a full stop.
 * @param {string} text
 */
export function sentenceOf(text) {
  return text && text[0].toUpperCase() + text.slice(1) + (/[.!?。！？]$/.test(text) ? "" : ".");
}
