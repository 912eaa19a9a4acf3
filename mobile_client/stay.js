/** A stay at one station: the visitor's choice there, the painting of it, whether its artwork is in view. Knows no journey. */

import { Framing } from "./core/framing.js";
import { askForMotion } from "./core/motion_permission.js";
import { StyleChoice } from "./core/style_choice.js";
import { Painting } from "./painting.js";

/**
 * @typedef {object} StayParts
 * @property {Window} window
 * @property {import("./core/clock.js").Clock} clock
 * @property {import("./core/camera.js").Camera} camera open
 * @property {HTMLVideoElement} video
 * @property {() => HTMLCanvasElement} freshCanvas gives the page a canvas on which nothing was drawn yet
 * @property {string} ticket
 * @property {import("./core/ticket.js").Card} card
 * @property {StayHandlers} handlers
 */

/**
 * @typedef {object} StayHandlers
 * @property {(status: import("./core/link.js").TextMessage) => void} onStatus
 * @property {(code: string, retryAfterMs: number) => void} onLost
 * @property {(code: string, state: string) => void} onOver
 * @property {(message: import("./core/link.js").TextMessage) => void} onNearby
 * @property {() => void} onChange called when what is shown may have changed
 */

export class Stay {
  #window;
  #card;
  #handlers;
  #painting;
  #framing;
  #choice;
  /** Whether it goes on: motion sensors may be allowed when it is over. */
  #here = false;

  /** @param {StayParts} parts */
  constructor({ card, handlers, ...parts }) {
    const { station } = card;
    const ids = station.styles.map(({ id }) => id);
    this.#window = parts.window;
    this.#card = card;
    this.#handlers = handlers;
    this.#choice = ids.length > 0 ? new StyleChoice(ids, station.default_style, station.strength) : null;
    this.#framing = new Framing(parts.clock, handlers.onChange);
    this.#painting = new Painting({
      ...parts,
      station,
      handlers: {
        onWelcome: (welcome) => this.#welcomed(welcome),
        onStatus: (status) => this.#heardStatus(status),
        onLost: (code, retryAfterMs) => (this.#framing.end(), handlers.onLost(code, retryAfterMs)),
        onOver: handlers.onOver,
        onPainted: handlers.onChange,
        onAnchored: (on) => this.#framing.anchor(on),
        onNearby: handlers.onNearby,
      },
    });
  }

  get card() {
    return this.#card;
  }

  /** Null where the curator gave the overlay, and there is nothing to choose. */
  get choice() {
    return this.#choice;
  }

  get framing() {
    return this.#framing;
  }

  get painted() {
    return this.#painting.painted;
  }

  /** @param {string} language of the visitor */
  begin(language) {
    this.#here = true;
    this.#painting.begin(language);
    if (this.#painting.motion) void this.#listenToMotion();
  }

  end() {
    this.#here = false;
    this.#painting.end();
    this.#framing.end();
  }

  /** The page is kept aside. */
  pause() {
    this.#painting.pause();
  }

  /**
   * The visitor is back at the page.
   * @param {number} awayMs
   * @param {string} language
   */
  wake(awayMs, language) {
    this.#painting.link.wake(awayMs);
    this.#painting.link.connect(language);
    this.#painting.keepAwake();
  }

  tryNow() {
    this.#painting.link.networkChanged();
  }

  /** The visitor chose something else. */
  tellChoice() {
    if (this.#choice) this.#painting.link.choose({ style: this.#choice.mix, strength: this.#choice.strength });
  }

  async #listenToMotion() {
    if ((await askForMotion(this.#window)) && this.#here) this.#painting.motion?.listenTo(this.#window);
  }

  /** @param {import("./core/link.js").TextMessage} welcome */
  #welcomed({ settings }) {
    if (settings && !this.#painting.link.hasChosen) this.#choice?.adopt(settings.style ?? {}, settings.strength ?? 1);
    this.#handlers.onChange();
  }

  /** @param {import("./core/link.js").TextMessage} status */
  #heardStatus(status) {
    if (status.state === "live" || status.state === "slow") this.#seek();
    else this.#framing.end();
    this.#handlers.onStatus(status);
  }

  #seek() {
    const { experience, region } = this.#card.station;
    if (experience === "canvas") this.#framing.begin();
    else if (region === "inside") this.#framing.beginBriefly();
  }
}
