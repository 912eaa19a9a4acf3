/** Which page an address stands for: opens it, closes the one before, and puts the reader at its beginning. */

/**
 * @typedef {object} Page
 * @property {HTMLElement} element its first h1 is what the reader is put at
 * @property {string} title
 * @property {() => void} [close] the page is left
 * @property {() => boolean | Promise<boolean>} [mayLeave] false: it asked, and the reader stays
 * @property {boolean} [wide] whether it uses the whole width of the window
 */

/**
 * @typedef {object} Route
 * @property {RegExp} pattern of the address after #; its groups are the page's parts
 * @property {(parts: string[], app: import("./app.js").App) => Page | Promise<Page>} open
 */

/**
 * @typedef {object} Frame where pages are shown
 * @property {(hash: string) => Promise<void>} ready resolves once the page may be opened: somebody is logged in
 * @property {() => void} loading a page is on its way
 * @property {(page: Page, hash: string) => void} show
 * @property {(error: unknown, retry: () => void) => void} fail
 */

export class Router {
  #routes;
  #moreRoutes;
  #app;
  #frame;
  #window;
  /** @type {Page | null} */
  #page = null;
  #hash = "";
  /** Counts openings: of two that were asked for, the later one is shown. */
  #turn = 0;
  /** Whether the next change of the address is our own, back to the page that is not left. */
  #returning = false;
  /** @type {Map<number, number>} how far down the page of an entry of the history was scrolled */
  #scrolls = new Map();
  #entry = 0;

  /**
   * @param {{routes: readonly Route[], moreRoutes: (address: string) => Promise<readonly Route[]>}} known the first
   *   that fits is taken; `moreRoutes` are loaded where none does
   * @param {import("./app.js").App} app
   * @param {Frame} frame
   * @param {Window} window
   */
  constructor({ routes, moreRoutes }, app, frame, window) {
    this.#routes = routes;
    this.#moreRoutes = moreRoutes;
    this.#app = app;
    this.#frame = frame;
    this.#window = window;
    window.history.scrollRestoration = "manual";
    window.addEventListener("hashchange", () => void this.#changed());
  }

  /** The address of the page that is open. */
  get hash() {
    return this.#hash;
  }

  /** Opens what the address says now. */
  start() {
    this.#stamp();
    return this.#open(this.#window.location.hash);
  }

  /** @param {string} hash */
  go(hash) {
    if (this.#window.location.hash === hash) void this.reload();
    else this.#window.location.hash = hash;
  }

  /** The same page anew, such as in another language. */
  reload() {
    const scroll = this.#window.scrollY;
    return this.#open(this.#window.location.hash, scroll);
  }

  async #changed() {
    if (this.#returning) {
      this.#returning = false;
      return;
    }
    const wanted = this.#window.location.hash;
    if (wanted === this.#hash) return;
    this.#scrolls.set(this.#entry, this.#window.scrollY);
    if (!(await this.mayLeave())) {
      this.#returning = true;
      this.#window.location.hash = this.#hash;
      return;
    }
    const back = this.#window.history.state?.entry;
    if (back === undefined) this.#stamp();
    else this.#entry = back;
    await this.#open(this.#window.location.hash, back === undefined ? 0 : (this.#scrolls.get(back) ?? 0));
  }

  /** Whether the page that is open may be left; it asks where something would be lost. */
  async mayLeave() {
    return (await this.#page?.mayLeave?.()) ?? true;
  }

  #stamp() {
    this.#entry = Math.max(this.#entry, ...this.#scrolls.keys(), 0) + 1;
    this.#window.history.replaceState({ entry: this.#entry }, "");
  }

  /**
   * @param {string} hash
   * @param {number} [scroll]
   */
  async #open(hash, scroll = 0) {
    this.#turn += 1;
    const turn = this.#turn;
    const address = hash.replace(/^#/, "") || "/";
    this.#page?.close?.();
    this.#page = null;
    this.#hash = hash;
    this.#frame.loading();
    try {
      await this.#frame.ready(hash);
      if (turn !== this.#turn) return;
      this.#frame.loading();
      const fits = (/** @type {Route} */ { pattern }) => pattern.test(address);
      const route = this.#routes.find(fits) ?? (await this.#moreRoutes(address)).find(fits);
      if (!route) throw new RangeError(`no page at ${address}`);
      const parts = (route.pattern.exec(address) ?? []).slice(1).map((part) => decodeURIComponent(part ?? ""));
      const page = await route.open(parts, this.#app);
      if (turn !== this.#turn) {
        page.close?.();
        return;
      }
      this.#page = page;
      this.#frame.show(page, hash);
      this.#window.scrollTo(0, scroll);
    } catch (error) {
      if (turn === this.#turn) this.#frame.fail(error, () => void this.#open(hash));
    }
  }
}
