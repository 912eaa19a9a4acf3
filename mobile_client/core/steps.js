/** Tells how far visitors come before there is a session, so that a house sees where they give up. */

export class Steps {
  #ticket;
  #told = new Set();

  /** @param {string} ticket */
  constructor(ticket) {
    this.#ticket = ticket;
  }

  /**
   * The first time only, and with nothing that says who came; that it may be lost disturbs nobody.
   * @param {"opened" | "began" | "camera"} step the station is shown; its visitor agrees; the camera is on
   */
  tell(step) {
    if (this.#told.has(step)) return;
    this.#told.add(step);
    const address = `/api/v1/steps/${encodeURIComponent(this.#ticket)}/${step}`;
    fetch(address, { method: "POST", keepalive: true, credentials: "omit" }).catch(() => {});
  }
}
