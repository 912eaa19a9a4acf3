/** What the browser keeps for the page; where it keeps nothing (cookies blocked), the page remembers for itself. */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Memory */

/** Remembers until the page is closed. */
export class PageMemory {
  /** @type {Map<string, string>} */
  #kept = new Map();

  /** @param {string} key */
  getItem(key) {
    return this.#kept.get(key) ?? null;
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  setItem(key, value) {
    this.#kept.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#kept.delete(key);
  }
}

/**
 * Merely looking at a storage throws where the visitor has blocked it.
 * @param {Window} window
 * @param {"localStorage" | "sessionStorage"} kind
 * @returns {Memory}
 */
export function memoryOf(window, kind) {
  try {
    return window[kind];
  } catch {
    return new PageMemory();
  }
}
