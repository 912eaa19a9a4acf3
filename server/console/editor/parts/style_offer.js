/** The styles that visitors may choose from, in the order that they see; and those that are not on offer. */

import { element, fill, icon, iconButton, setText } from "../../core/elements.js";
import { MOST_IN_MIX, inMix, mayBeginWithNone, offered, reordered, toggled, withdrawn } from "../model/offer.js";
import { announce } from "./announce.js";
import { Sortable } from "./sortable.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Experience} Experience */
/** @typedef {import("../model/types.js").Style} Style */

export class StyleOffer {
  #app;
  #styles;
  #get;
  #set;
  #chosen;
  #rest;
  #how = element("p", { class: "hint" });
  #sortable;

  /**
   * @param {App} app
   * @param {readonly Style[]} styles all that there are
   * @param {() => Experience} get
   * @param {(experience: Experience) => void} set
   */
  constructor(app, styles, get, set) {
    this.#app = app;
    this.#styles = styles;
    this.#get = get;
    this.#set = set;
    const { texts } = app;
    this.#chosen = element("ul", { class: "style-tiles", "aria-label": texts.say("offer.label") });
    this.#rest = element("ul", { class: "style-rest", "aria-label": texts.say("offer.rest") });
    this.#sortable = new Sortable(this.#chosen, {
      handle: ".drag",
      body: "img",
      onOrder: (order, moved) => this.#moved(order, moved),
    });
    this.element = element(
      "div",
      { class: "style-offer" },
      element("h3", {}, texts.say("offer.label")),
      this.#how,
      this.#chosen,
      element("h3", {}, texts.say("offer.rest")),
      this.#rest,
    );
  }

  render() {
    const { texts } = this.#app;
    const experience = this.#get();
    const focused = focusKey(this.element);
    setText(this.#how, texts.say(mayBeginWithNone(experience) ? "offer.how_dream" : "offer.how"));
    fill(this.#chosen, ...experience.styles.map((id) => this.#tile(id, experience)));
    const rest = this.#styles.filter(({ id }) => !experience.styles.includes(id));
    fill(
      this.#rest,
      ...(rest.length > 0
        ? rest.map((style) => this.#restTile(style))
        : [element("li", { class: "soft" }, texts.say("offer.all"))]),
    );
    refocus(this.element, focused);
  }

  /** @param {string} id */
  nameOf(id) {
    const style = this.#styles.find((one) => one.id === id);
    return style ? this.#app.texts.of(style.name).text : id;
  }

  /**
   * @param {string} id
   * @param {Experience} experience
   */
  #tile(id, experience) {
    const { texts } = this.#app;
    const style = this.#styles.find((one) => one.id === id);
    const name = this.nameOf(id);
    const mixed = inMix(experience.default);
    const begins = mixed.includes(id);
    const full = !begins && mixed.length >= MOST_IN_MIX;
    const begin = element("input", {
      type: "checkbox",
      checked: begins,
      disabled: full || (begins && mixed.length === 1 && !mayBeginWithNone(experience)),
      "data-key": `begin-${id}`,
    });
    begin.addEventListener("change", () => this.#set(toggled(this.#get(), id)));
    return element(
      "li",
      { class: "style-tile", "data-id": id, "data-begins": begins ? "yes" : null },
      style
        ? element("img", { src: style.thumbnail, alt: "", width: 96, height: 96, draggable: "false" })
        : element("span", { class: "no-picture" }),
      element(
        "p",
        { class: "style-name" },
        name,
        style
          ? element("span", { class: "soft" }, byline(style))
          : element("span", { class: "gap" }, texts.say("offer.gone")),
      ),
      element(
        "label",
        { class: "begins" },
        begin,
        element("span", {}, texts.say("offer.begins")),
        element("span", { class: "unseen" }, name),
      ),
      element(
        "div",
        { class: "tile-tools" },
        this.#drag(id, name),
        this.#step(id, name, -1),
        this.#step(id, name, 1),
        tool(texts.say("offer.withdraw", { name }), "close", `withdraw-${id}`, () => this.#withdraw(id, name)),
      ),
    );
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #drag(id, name) {
    return tool(this.#app.texts.say("sort.drag", { name }), "drag", `drag-${id}`, () => {}, "round small-round drag");
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {-1 | 1} step
   */
  #step(id, name, step) {
    const label = this.#app.texts.say(step < 0 ? "sort.earlier" : "sort.later", { name });
    return tool(label, step < 0 ? "back" : "forward", `${step < 0 ? "earlier" : "later"}-${id}`, () =>
      this.#sortable.move(id, step),
    );
  }

  /** @param {Style} style */
  #restTile(style) {
    const name = this.#app.texts.of(style.name).text;
    return element(
      "li",
      {},
      element(
        "button",
        {
          type: "button",
          class: "style-add",
          "data-key": `add-${style.id}`,
          title: `${name}, ${byline(style)}`,
          onclick: () => this.#offer(style.id, name),
        },
        element("img", { src: style.thumbnail, alt: "", width: 64, height: 64 }),
        element("span", {}, icon("add"), element("span", { class: "unseen" }, this.#app.texts.say("offer.add")), name),
      ),
    );
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #offer(id, name) {
    this.#set(offered(this.#get(), id));
    announce(this.#app.texts.say("offer.added", { name }));
    focusOn(this.element, `withdraw-${id}`);
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #withdraw(id, name) {
    this.#set(withdrawn(this.#get(), id));
    announce(this.#app.texts.say("offer.withdrawn", { name }));
    focusOn(this.element, `add-${id}`);
  }

  /**
   * @param {string[]} order
   * @param {string} moved
   */
  #moved(order, moved) {
    this.#set(reordered(this.#get(), order));
    const values = { name: this.nameOf(moved), place: order.indexOf(moved) + 1, count: order.length };
    announce(this.#app.texts.say("sort.moved", values));
  }
}

/**
 * @param {string} label
 * @param {Parameters<typeof iconButton>[1]} iconName
 * @param {string} key by which the focus finds it again
 * @param {() => void} onclick
 * @param {string} [className]
 */
function tool(label, iconName, key, onclick, className = "round small-round") {
  const made = iconButton(label, iconName, onclick, className);
  made.dataset.key = key;
  return made;
}

/** @param {Style} style */
function byline({ painter, year }) {
  return year === null ? painter : `${painter}, ${year}`;
}

/** @param {HTMLElement} root */
function focusKey(root) {
  const { activeElement } = document;
  return activeElement instanceof HTMLElement && root.contains(activeElement) ? (activeElement.dataset.key ?? "") : "";
}

/**
 * @param {HTMLElement} root
 * @param {string} key "": nothing had the focus
 */
function refocus(root, key) {
  if (key && !root.contains(document.activeElement)) focusOn(root, key);
}

/**
 * @param {HTMLElement} root
 * @param {string} key
 */
function focusOn(root, key) {
  const found = [...root.querySelectorAll("[data-key]")].find(
    (one) => one instanceof HTMLElement && one.dataset.key === key,
  );
  if (found instanceof HTMLElement) found.focus();
}
