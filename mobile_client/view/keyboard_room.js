/** Makes room for the keyboard on the screen, which would else cover what is written. */

/** Less than this is no keyboard, but a bar of the browser. */
const LEAST_PX = 100;

export class KeyboardRoom {
  #root;
  #viewport;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root ends where the keyboard begins; `data-typing` says that it is there
   * @param {VisualViewport | null} viewport
   */
  constructor(root, viewport) {
    this.#root = root;
    this.#viewport = viewport;
    const options = { signal: this.#listening.signal };
    for (const change of ["resize", "scroll"]) viewport?.addEventListener(change, () => this.#make(), options);
  }

  end() {
    this.#listening.abort();
    this.#give(0);
  }

  #make() {
    const viewport = this.#viewport;
    if (!viewport || viewport.scale > 1.05) return; // the visitor looks at something closely
    const covered = innerHeight - viewport.height - viewport.offsetTop;
    const isTyping = this.#root.querySelector("input:focus") !== null;
    this.#give(isTyping && covered > LEAST_PX ? covered : 0);
  }

  /** @param {number} px */
  #give(px) {
    this.#root.style.insetBlockEnd = px > 0 ? `${Math.round(px)}px` : "";
    this.#root.toggleAttribute("data-typing", px > 0);
  }
}
