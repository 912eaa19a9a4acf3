/** Whether a dream's picture is kept, and behind which private link. Knows no link to the server and no element. */

/** @typedef {{isAsked: boolean, url: string, expiresAt: string, code: string}} Kept an empty code where all is well */

export class Keeping {
  /** @type {Kept | null} */
  #kept = null;
  #everKept = false;

  /** Of the picture as it is now; null until it is to be kept. */
  get kept() {
    return this.#kept;
  }

  get isAsked() {
    return this.#kept?.isAsked ?? false;
  }

  /** Whether any picture was kept. */
  get everKept() {
    return this.#everKept;
  }

  /** It is to be kept. */
  ask() {
    this.#kept = { isAsked: true, url: "", expiresAt: "", code: "" };
  }

  /** @param {string} code why nothing was heard */
  fail(code) {
    this.hear({ type: "kept", code });
  }

  /** @param {import("./protocol.js").TextMessage} message of type `kept` */
  hear({ url, expires_at, code }) {
    this.#kept = { isAsked: false, url: url ?? "", expiresAt: expires_at ?? "", code: code ?? "" };
    this.#everKept ||= Boolean(url);
  }

  /** It is another picture now; an answer that is still to come is waited for. */
  forget() {
    if (!this.isAsked) this.#kept = null;
  }
}
