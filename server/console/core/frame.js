/** The frame around every page: the house's name, where one can go, who is logged in. Knows no operation. */

import { element, fill, icon, button } from "./elements.js";
import { Problem } from "./problem.js";
import { LANGUAGES } from "./texts.js";

/** @typedef {{key: string, hash: string, belongs: RegExp, needs: import("./app.js").Permission}} Place */

/** @type {readonly Place[]} */
const PLACES = Object.freeze([
  { key: "nav_exhibitions", hash: "#/", belongs: /^#?\/?(e\/.*)?$/, needs: "see" },
  { key: "nav_operate", hash: "#/operate", belongs: /^#\/operate/, needs: "see" },
  { key: "nav_styles", hash: "#/styles", belongs: /^#\/styles/, needs: "see" },
  { key: "nav_people", hash: "#/people", belongs: /^#\/people/, needs: "see" },
  { key: "nav_log", hash: "#/log", belongs: /^#\/log/, needs: "see" },
  { key: "nav_keys", hash: "#/keys", belongs: /^#\/keys/, needs: "administer" },
]);

/** @typedef {{skip: HTMLElement, top: HTMLElement, main: HTMLElement, announcer: HTMLElement}} Stand */
/** @typedef {{setLanguage: (code: string) => void, logOut: () => void}} Actions */

export class Frame {
  #stand;
  #app;
  #actions;
  #hash = "";
  /** Whether the reader is put at the page that comes: not at the very first, where the browser does that. */
  #moves = false;

  /**
   * @param {Stand} stand the elements of index.html
   * @param {import("./app.js").App} app
   * @param {Actions} actions
   */
  constructor(stand, app, actions) {
    this.#stand = stand;
    this.#app = app;
    this.#actions = actions;
    stand.skip.addEventListener("click", (event) => {
      event.preventDefault(); // the address after # is the page's
      stand.main.focus();
    });
    document.addEventListener("click", ({ target }) => closeMenus(target instanceof Node ? target : null));
    document.addEventListener("click", leaveMenu, { capture: true });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && closeMenus(null));
  }

  /** Draws the head anew: after a login, or in another language. */
  render() {
    const { texts } = this.#app;
    document.documentElement.lang = texts.language.code;
    document.documentElement.dir = texts.language.direction;
    this.#stand.skip.textContent = texts.say("skip");
    fill(
      this.#stand.top,
      element("p", { class: "house" }, element("a", { href: "#/" }, "Vernissage")),
      this.#app.me && this.#nav(),
      element("div", { class: "top-end" }, this.#languages(), this.#app.me && this.#person(this.#app.me.person)),
    );
  }

  loading() {
    this.#stand.main.setAttribute("aria-busy", "true");
    fill(this.#stand.main, element("p", { class: "waiting" }, this.#app.texts.say("loading")));
  }

  /**
   * @param {import("./router.js").Page} page
   * @param {string} hash
   */
  show(page, hash) {
    this.#hash = hash;
    const { main, announcer } = this.#stand;
    main.removeAttribute("aria-busy");
    fill(main, page.element);
    document.title = page.title ? `${page.title} · Vernissage` : "Vernissage";
    this.#markPlace();
    announcer.textContent = page.title;
    if (this.#moves) headOf(main).focus({ preventScroll: true });
    this.#moves = true;
  }

  /**
   * @param {unknown} error
   * @param {() => void} retry
   */
  fail(error, retry) {
    const { texts } = this.#app;
    if (!(error instanceof Problem || error instanceof RangeError)) console.error(error);
    const code = error instanceof Problem ? error.code : error instanceof RangeError ? "no_page" : "own";
    const known = ["offline", "part_missing", "not_there", "no_page", "not_allowed"].includes(code);
    const title = texts.say(known ? `failed_${code}` : "failed_own");
    const again = code === "not_there" || code === "no_page" || code === "not_allowed" ? null : retry;
    const text = known ? texts.say(`failed_${code}_text`) : this.#app.sentence(error);
    const next = again
      ? button(texts.say("try_again"), again, "primary")
      : element("a", { href: "#/", class: "button primary" }, texts.say("to_exhibitions"));
    const page = element(
      "div",
      { class: "page narrow" },
      element(
        "div",
        { class: "page-head" },
        element("div", {}, element("h1", {}, title), element("p", { class: "lead" }, text)),
      ),
      element("div", { class: "actions" }, next),
    );
    this.show({ element: page, title }, location.hash);
  }

  #nav() {
    const { texts } = this.#app;
    const links = PLACES.filter(({ needs }) => this.#app.can(needs)).map(({ key, hash }) =>
      element("li", {}, element("a", { href: hash, "data-place": key }, texts.say(key))),
    );
    const nav = element("nav", { "aria-label": texts.say("nav") }, element("ul", { class: "places" }, ...links));
    queueMicrotask(() => this.#markPlace());
    return nav;
  }

  #markPlace() {
    for (const { key, belongs } of PLACES) {
      const link = this.#stand.top.querySelector(`[data-place="${key}"]`);
      if (belongs.test(this.#hash)) link?.setAttribute("aria-current", "page");
      else link?.removeAttribute("aria-current");
    }
  }

  #languages() {
    const { texts } = this.#app;
    const buttons = LANGUAGES.map(({ code, name }) => {
      const current = code === texts.language.code ? "true" : null;
      const onclick = () => this.#actions.setLanguage(code);
      return element("button", { type: "button", lang: code, "aria-current": current, onclick }, name);
    });
    return element("div", { class: "languages", role: "group", "aria-label": texts.say("language") }, ...buttons);
  }

  /** @param {import("./app.js").Person} person */
  #person({ name, role }) {
    const { texts } = this.#app;
    return element(
      "details",
      { class: "menu" },
      element(
        "summary",
        { "aria-label": texts.say("account_of", { name }) },
        icon("person"),
        element("span", { dir: "auto" }, name),
      ),
      element(
        "div",
        { class: "menu-body" },
        element("p", {}, texts.say(`role_${role}`)),
        element("a", { href: "#/account" }, texts.say("nav_account")),
        element("button", { type: "button", onclick: () => this.#actions.logOut() }, texts.say("log_out")),
      ),
    );
  }
}

/** @param {HTMLElement} main */
function headOf(main) {
  const head = main.querySelector("h1");
  head?.setAttribute("tabindex", "-1");
  return head ?? main;
}

/**
 * Something in a menu was chosen: the menu closes first, so that a dialog gives the focus back to where it opened.
 * @param {MouseEvent} event
 */
function leaveMenu({ target }) {
  const menu = target instanceof Element && target.closest(".menu-body :is(a, button)")?.closest("details");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
}

/** @param {Node | null} except where one clicked */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (except && menu.contains(except)) continue;
    const held = menu.contains(document.activeElement);
    menu.removeAttribute("open");
    if (held && !except) menu.querySelector("summary")?.focus();
  }
}
