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
 * Merely looking at a storage throws where it is blocked.
 * @param {Window} window
 * @returns {Storage | PageMemory}
 */
export function memoryOf(window) {
  try {
    return window.localStorage;
  } catch {
    return new PageMemory();
  }
}
