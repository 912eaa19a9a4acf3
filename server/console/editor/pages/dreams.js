/** Visitors' pictures that a curator decides about: those whose visitors wait, those offered for a wall, the walls. */

import { button, element, fill, setText } from "../../core/elements.js";
import { readShown, readWaiting } from "../document/dream_cases.js";
import { announce } from "../parts/announce.js";
import { keyOf, wordsOf } from "../parts/dream_card.js";
import { DreamQueue } from "../parts/dream_queue.js";
import { exhibitionPage } from "../parts/frame.js";
import { WaitingCount } from "../parts/waiting_count.js";
import { wallLinks } from "../parts/wall_links.js";

const EVERY_MS = 3000;
const MOST_CARDS = 100; // of either list; the rest comes as these are decided

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Exhibition} Exhibition */
/** @typedef {import("../model/types.js").Station} Station */
/** @typedef {import("../parts/dream_card.js").Case} Case */
/** @typedef {import("../parts/dream_card.js").DreamCard} DreamCard */

/**
 * @param {string[]} parts the exhibition's id
 * @param {App} app
 */
export async function openDreams([id], app) {
  const path = `/exhibitions/${id}`;
  const [exhibition, stations, waiting, shown] = await Promise.all([
    app.api.get(path),
    app.api.get(`${path}/stations`),
    readWaiting(app, id),
    readShown(app, id),
  ]);
  const page = new DreamsPage(app, exhibition.data, stations.data, { waiting, shown });
  return { element: page.element, title: app.texts.say("decide.title"), close: () => page.close() };
}

class DreamsPage {
  #app;
  #id;
  /** @type {readonly Case[]} */
  #waiting;
  /** @type {readonly Case[]} */
  #shown;
  #queue;
  #count;
  #nothing = element("p", { class: "lead" });
  #last = element("p", { class: "dream-last" });
  #timer = 0;
  #closed = false;
  /** Counts decisions: what was read before one of them is not shown after it. */
  #decisions = 0;

  /**
   * @param {App} app
   * @param {Exhibition} exhibition
   * @param {readonly Station[]} stations
   * @param {{waiting: readonly Case[], shown: readonly Case[]}} cases
   */
  constructor(app, exhibition, stations, { waiting, shown }) {
    this.#app = app;
    this.#id = exhibition.id;
    this.#waiting = waiting;
    this.#shown = shown;
    this.#queue = new DreamQueue(app, (card, approve) => void this.#decide(card, approve));
    this.#count = new WaitingCount(app, exhibition.id, false);
    this.element = this.#build(exhibition, stations);
    this.#show();
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#lookSoon();
  }

  close() {
    this.#closed = true;
    window.clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisible);
  }

  /**
   * @param {Exhibition} exhibition
   * @param {readonly Station[]} stations
   */
  #build(exhibition, stations) {
    const { texts } = this.#app;
    const how = this.#app.can("publish")
      ? texts.say("decide.how")
      : texts.say("not_for_role", { role: this.#app.role });
    const page = exhibitionPage(this.#app, exhibition, {
      tab: "dreams",
      heading: element("h1", {}, texts.say("decide.title")),
      className: "dreams",
      waiting: this.#count,
      body: [
        element("p", { class: "hint" }, how),
        this.#last,
        this.#nothing,
        this.#queue.element,
        wallLinks(this.#app, exhibition, stations),
      ],
    });
    page.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" || !document.activeElement?.matches("h1")) return;
      event.preventDefault();
      this.#queue.enter();
    });
    return page;
  }

  /** Draws what is known; says where the focus was on a picture that is gone. */
  #show() {
    const many = this.#waiting.length;
    const seen = this.#queue.show([...this.#waiting.slice(0, MOST_CARDS), ...this.#shown.slice(0, MOST_CARDS)]);
    setText(this.#nothing, many === 0 ? this.#app.texts.say("decide.nothing") : "");
    this.#nothing.hidden = many > 0;
    this.#count.show(many);
    return seen;
  }

  #lookSoon() {
    window.clearTimeout(this.#timer);
    if (!this.#closed && document.visibilityState === "visible")
      this.#timer = window.setTimeout(() => void this.#look(), EVERY_MS);
  }

  #onVisible = () => void (document.visibilityState === "visible" && this.#look());

  async #look() {
    window.clearTimeout(this.#timer);
    const decisions = this.#decisions;
    try {
      const waiting = await readWaiting(this.#app, this.#id);
      const keys = new Set(waiting.map(keyOf));
      const decided = this.#waiting.some((one) => one.kind === "offered" && !keys.has(keyOf(one)));
      const shown = decided ? await readShown(this.#app, this.#id) : this.#shown;
      if (this.#closed) return;
      if (decisions === this.#decisions) this.#renew(waiting, shown);
    } catch (error) {
      if (/** @type {any} */ (error).status === 404) this.#app.report(error); // of the rest the page's head tells
    }
    this.#lookSoon();
  }

  /**
   * @param {readonly Case[]} waiting
   * @param {readonly Case[]} shown
   */
  #renew(waiting, shown) {
    const { texts } = this.#app;
    const known = new Set(this.#waiting.map(keyOf));
    const added = waiting.filter((one) => !known.has(keyOf(one))).length;
    this.#waiting = waiting;
    this.#shown = shown;
    const { gone } = this.#show();
    if (gone) {
      this.#queue.calm();
      fill(this.#last, texts.say("decide.gone"));
    }
    const news = [gone && texts.say("decide.gone"), added > 0 && texts.count("decide.added", added)];
    if (gone || added > 0) announce(news.filter(Boolean).join(" "));
  }

  /**
   * @param {DreamCard} card
   * @param {boolean} approve
   */
  async #decide(card, approve) {
    if (card.busy) return;
    card.busy = true;
    const one = card.case;
    try {
      await this.#send(one, approve);
    } catch (error) {
      card.busy = false;
      if (/** @type {any} */ (error).status !== 404) this.#app.report(error);
      void this.#look();
      return;
    }
    const { texts } = this.#app;
    const others = (/** @type {readonly Case[]} */ cases) => cases.filter((other) => keyOf(other) !== keyOf(one));
    this.#waiting = others(this.#waiting);
    this.#shown = others(this.#shown);
    this.#show();
    const said = texts.say(approve ? "decide.approved" : "decide.rejected", { words: wordsOf(one) });
    this.#sayLast(one, approve, said);
    announce(`${said} ${texts.count("decide.left", this.#waiting.length)}`);
    if (one.kind === "offered" && approve) await this.#readShown();
  }

  /**
   * @param {Case} one
   * @param {boolean} approve
   */
  async #send({ kind, picture }, approve) {
    const list = kind === "held" ? "held" : "offered";
    await this.#app.api.post(`/exhibitions/${this.#id}/dreams/${list}/${picture.id}/decision`, { approve });
    this.#decisions += 1;
  }

  async #readShown() {
    try {
      const shown = await readShown(this.#app, this.#id);
      if (this.#closed) return;
      this.#shown = shown;
      this.#show();
    } catch (error) {
      this.#app.report(error);
    }
  }

  /**
   * What was done last; of a picture that was offered, the way back.
   * @param {Case} one
   * @param {boolean} approve
   * @param {string} said
   */
  #sayLast(one, approve, said) {
    const mayCome = one.kind !== "held" && !approve;
    const back = mayCome && button(this.#app.texts.say("decide.after_all"), () => void this.#back(one), "quiet");
    fill(this.#last, element("span", { dir: "auto" }, said), back);
  }

  /** @param {Case} one that was rejected, and goes to the wall after all */
  async #back(one) {
    try {
      await this.#send(one, true);
    } catch (error) {
      this.#app.report(error);
      return;
    }
    const said = this.#app.texts.say("decide.approved", { words: wordsOf(one) });
    const heading = this.element.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
    fill(this.#last, said);
    announce(said);
    await this.#readShown();
  }
}
