/** The server's operations, as promises of what they answer. Knows the session's token; shows nothing. */

import { Problem } from "./problem.js";

export { Problem };

const PREFIX = "/api/v1";
/** The kinds of files that operations take; anything else goes as plain bytes, and the server looks for itself. */
const KNOWN_TYPES = /^(image\/(jpeg|png|webp|tiff)|video\/(mp4|webm)|application\/zip)$/;

/** @typedef {{data: any, revision: number}} Answer `revision` is 0 where what was answered has none */
/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {{get(name: string): string | null}} headers
 * @property {() => Promise<string>} text
 * @property {() => Promise<Blob>} blob
 */

/** @typedef {{body?: unknown, revision?: number | null, signal?: AbortSignal}} Request */

/**
 * @typedef {object} Listeners
 * @property {() => Promise<void>} onLoggedOut the session has ended; resolves once somebody is logged in again
 * @property {(reached: boolean) => void} onReached whether the server answered, after every request
 */

export class Api {
  /** Goes with every change. */
  csrf = "";
  #listeners;
  /** @type {Promise<void> | null} one login for all requests that wait for it */
  #login = null;

  /** @param {Listeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
  }

  /**
   * @param {string} path below /api/v1
   * @param {{signal?: AbortSignal}} [options]
   */
  get(path, { signal } = {}) {
    return this.#call("GET", path, { signal });
  }

  /**
   * @param {string} path
   * @param {unknown} [body] nothing: none is sent
   * @param {{signal?: AbortSignal}} [options]
   */
  post(path, body, { signal } = {}) {
    return this.#call("POST", path, { body, signal });
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {number} [revision] what the change was made from
   */
  put(path, body, revision) {
    return this.#call("PUT", path, { body, revision });
  }

  /**
   * @param {string} path
   * @param {unknown} body
   */
  patch(path, body) {
    return this.#call("PATCH", path, { body });
  }

  /**
   * @param {string} path
   * @param {number} [revision]
   */
  delete(path, revision) {
    return this.#call("DELETE", path, { revision });
  }

  /**
   * Sends a file as the body.
   * @param {string} path
   * @param {Blob} file
   * @param {(share: number) => void} [onProgress] 0 to 1, of the bytes that were sent
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer>}
   */
  upload(path, file, onProgress = () => {}, signal) {
    return this.#answer(() => sendFile(PREFIX + path, file, this.csrf, onProgress, signal));
  }

  /** Who is logged in here; keeps the session's token. */
  async me() {
    const { data } = await this.get("/me");
    this.csrf = data.csrf;
    return data;
  }

  /**
   * Without waiting for a login: throws the Problem of status 401 where nobody is logged in.
   * @returns {Promise<any>}
   */
  async whoIsHere() {
    const { data } = await this.#answer(() => this.#send("GET", "/me", {}), false);
    this.csrf = data.csrf;
    return data;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Request} request
   */
  #call(method, path, request) {
    return this.#answer(() => this.#send(method, path, request));
  }

  /**
   * @param {() => Promise<Reply>} send
   * @param {boolean} [mend] whether a lost session is found again first
   * @returns {Promise<Answer>}
   */
  async #answer(send, mend = true) {
    const reply = await this.#reach(send);
    if (reply.status < 400) return read(reply);
    const problem = Problem.of(reply.status, await reply.text(), reply.headers.get("Retry-After"));
    if (!mend || !(await this.#mended(problem))) throw problem;
    return this.#answer(send, false);
  }

  /** @param {() => Promise<Reply>} send */
  async #reach(send) {
    try {
      const reply = await send();
      this.#listeners.onReached(true);
      return reply;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      this.#listeners.onReached(false);
      throw Problem.offline();
    }
  }

  /**
   * Whether the request is worth sending again: after a login here, or after one in another tab.
   * @param {Problem} problem
   */
  async #mended({ code }) {
    if (code === "token_missing") {
      await this.whoIsHere();
      return true;
    }
    if (code !== "not_logged_in") return false;
    this.#login ??= this.#listeners.onLoggedOut().finally(() => (this.#login = null));
    await this.#login;
    return true;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Request} request
   * @returns {Promise<Reply>}
   */
  #send(method, path, { body, revision, signal }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json, */*" };
    if (method !== "GET") headers["X-CSRF-Token"] = this.csrf;
    if (revision) headers["If-Match"] = `"${revision}"`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const text = body === undefined ? undefined : JSON.stringify(body);
    return fetch(PREFIX + path, { method, headers, body: text, signal, credentials: "same-origin" });
  }
}

/**
 * @param {Reply} reply
 * @returns {Promise<Answer>}
 */
async function read(reply) {
  const revision = Number(/"(\d+)"/.exec(reply.headers.get("ETag") ?? "")?.[1] ?? 0);
  const type = reply.headers.get("Content-Type") ?? "";
  if (reply.status === 204) return { data: null, revision };
  if (!type.includes("json")) return { data: await reply.blob(), revision };
  return { data: JSON.parse(await reply.text()), revision };
}

/**
 * By XMLHttpRequest: fetch does not tell how much was sent.
 * @param {string} address
 * @param {Blob} file
 * @param {string} csrf
 * @param {(share: number) => void} onProgress
 * @param {AbortSignal} [signal]
 * @returns {Promise<Reply>}
 */
function sendFile(address, file, csrf, onProgress, signal) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "blob";
    request.setRequestHeader("Content-Type", KNOWN_TYPES.test(file.type) ? file.type : "application/octet-stream");
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onerror = () => fail(new TypeError("the file could not be sent"));
    request.onabort = () => fail(new DOMException("The upload was stopped.", "AbortError"));
    request.onload = () =>
      done({
        status: request.status,
        headers: { get: (name) => request.getResponseHeader(name) },
        text: () => request.response.text(),
        blob: async () => request.response,
      });
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
