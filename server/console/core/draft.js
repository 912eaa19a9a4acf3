/** What was typed and not saved yet, kept in the browser: it outlives a closed tab and a lost session. */

const PREFIX = "vernissage.draft.";
/** What nobody came back to for so long is forgotten. */
const KEPT_MS = 30 * 86_400_000;

/** @typedef {{revision: number, value: any, atMs: number}} Kept made from which revision of what is saved, and when */
/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Memory */

export class Draft {
  #memory;
  #key;

  /**
   * @param {Memory} memory
   * @param {string} key
   */
  constructor(memory, key) {
    this.#memory = memory;
    this.#key = PREFIX + key;
  }

  /**
   * Keeps a value that JSON can hold. Where the browser's memory is full, what was kept before stays.
   * @param {number} revision of what is saved, from which this was made
   * @param {unknown} value
   */
  keep(revision, value) {
    try {
      this.#memory.setItem(this.#key, JSON.stringify({ revision, value, atMs: Date.now() }));
      return true;
    } catch {
      return false;
    }
  }

  /** @returns {Kept | null} */
  get kept() {
    return read(this.#memory.getItem(this.#key));
  }

  drop() {
    this.#memory.removeItem(this.#key);
  }
}

/**
 * Removes what nobody came back to.
 * @param {Storage} storage
 * @param {number} [nowMs]
 */
export function sweep(storage, nowMs = Date.now()) {
  for (const key of Object.keys(storage).filter((name) => name.startsWith(PREFIX))) {
    const kept = read(storage.getItem(key));
    if (!kept || nowMs - kept.atMs > KEPT_MS) storage.removeItem(key);
  }
}

/**
 * @param {string | null} text
 * @returns {Kept | null}
 */
function read(text) {
  if (text === null) return null;
  try {
    const { revision, value, atMs } = JSON.parse(text);
    return Number.isFinite(revision) && Number.isFinite(atMs) ? { revision, value, atMs } : null;
  } catch {
    return null; // of an older page
  }
}
