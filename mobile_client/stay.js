/**
 * A stay at one station: the visitor's choice there, the painting of it, whether its artwork is in view; all of it goes on when
 * the exhibition is published anew meanwhile. Knows no journey.
 */

import { Changeover } from "./core/changeover.js";
import { Framing } from "./core/framing.js";
import { askForMotion } from "./core/motion_permission.js";
import { isDescribed, isSameCard, isSameKind } from "./core/sameness.js";
import { StyleChoice } from "./core/style_choice.js";
import { TicketReader } from "./core/ticket_reader.js";
import { Painting } from "./painting.js";

/** @typedef {import("./core/ticket.js").Card} Card */
/** @typedef {import("./core/ticket.js").Station} Station */
/** @typedef {import("./core/link.js").TextMessage} TextMessage */

/**
 * @typedef {object} StayParts
 * @property {Window} window
 * @property {import("./core/clock.js").Clock} clock
 * @property {import("./core/camera.js").Camera} camera open
 * @property {HTMLVideoElement} video
 * @property {() => HTMLCanvasElement} freshCanvas gives the page a canvas on which nothing was drawn yet
 * @property {string} ticket
 * @property {Card} card
 * @property {typeof fetch} [ask]
 * @property {import("./painting.js").PaintingParts["Socket"]} [Socket]
 * @property {StayHandlers} handlers
 */

/**
 * @typedef {object} StayHandlers
 * @property {(status: TextMessage) => void} onStatus
 * @property {(code: string, retryAfterMs: number) => void} onLost
 * @property {import("./core/link.js").LinkHandlers["onOver"]} onOver
 * @property {(message: TextMessage) => void} onNearby
 * @property {(card: Card) => void} onRenewed the station does something else, or is described otherwise, from now on
 * @property {() => void} onChange called when what is shown may have changed
 */

export class Stay {
  #window;
  #clock;
  #card;
  #handlers;
  #painting;
  #framing;
  #choice;
  #changeover;
  #reader;
  /** Whether it goes on: motion sensors may be allowed when it is over. */
  #here = false;
  #isLive = false;
  /** Whether there was a welcome: before the next one the exhibition may have changed unheard. */
  #wasWelcomed = false;
  /** Whether the server said that the station changed, and the ticket was not read since. */
  #isTold = false;
  /** What counts, as the server said last. */
  #settings = { revision: 0, style: {}, strength: 1 };

  /** @param {StayParts} parts */
  constructor({ card, handlers, ask, ...parts }) {
    this.#window = parts.window;
    this.#clock = parts.clock;
    this.#card = card;
    this.#handlers = handlers;
    this.#choice = choiceAt(card.station);
    this.#framing = this.#newFraming();
    this.#changeover = new Changeover(parts.clock, handlers.onChange);
    const onCard = (/** @type {Card} */ card) => this.#cardRead(card);
    // A ticket that leads nowhere any more is the server's to end.
    this.#reader = new TicketReader(parts.ticket, parts.clock, { onCard, onRefused() {}, onAway() {} }, ask);
    this.#painting = new Painting({
      ...parts,
      station: card.station,
      handlers: {
        onWelcome: (welcome) => this.#welcomed(welcome),
        onStatus: (status) => this.#heardStatus(status),
        onLost: (code, retryAfterMs) => (this.#notLive(), handlers.onLost(code, retryAfterMs)),
        onOver: handlers.onOver,
        onPainted: handlers.onChange,
        onAnchored: (on) => this.#framing.anchor(on),
        onNearby: handlers.onNearby,
        onChanged: (message) => this.#heardChange(message),
        onRenewed: () => this.#changeover.pictureShown(),
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

  /** Whether the last picture is to stay over those that come, for a moment. */
  get changing() {
    return this.#changeover.covers;
  }

  /** @param {string} language of the visitor */
  begin(language) {
    this.#here = true;
    this.#painting.begin(language);
    void this.#listenToMotion();
  }

  end() {
    this.#here = this.#isTold = false;
    this.#reader.stop();
    this.#changeover.end();
    this.#painting.end();
    this.#notLive();
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

  /** Where the sensors are of use. */
  async #listenToMotion() {
    if (!this.#painting.motion) return;
    if ((await askForMotion(this.#window)) && this.#here) this.#painting.motion?.listenTo(this.#window);
  }

  /** @param {TextMessage} welcome */
  #welcomed({ station, settings }) {
    this.#settings = { ...this.#settings, ...settings };
    if (settings && !this.#painting.link.choice) this.#choice?.adopt(this.#settings.style, this.#settings.strength);
    if (this.#wasWelcomed || !isDescribed(station, this.#card.station)) void this.#reader.readAnew();
    this.#wasWelcomed = true;
    this.#handlers.onChange();
  }

  /** @param {TextMessage} message */
  #heardChange({ settings }) {
    this.#settings = { ...this.#settings, ...settings };
    this.#isTold = true;
    // A canvas goes on as it is until more is known: what is laid on the artwork fades by itself.
    this.#changeover.begin(this.#card.station.experience === "lens");
    void this.#reader.readAnew();
  }

  /** @param {Card} card the station as it is now */
  #cardRead(card) {
    const before = this.#card.station;
    const { station } = card;
    const isNews = this.#isTold || !isSameCard(card, this.#card);
    if (!isNews || !station.open) return; // the server itself ends a visit to a station that closes
    this.#isTold = false;
    this.#card = card;
    this.#choice = this.#choiceKept(station);
    this.#handlers.onRenewed(card);
    const isOther = !isSameKind(before, station);
    this.#changeover.cardRead(isOther);
    if (isOther) this.#paintAnew(station);
  }

  /** @param {Station} station what was chosen goes on as far as it is offered there */
  #choiceKept(station) {
    const { link } = this.#painting;
    const choice = choiceAt(station);
    link.adopt(this.#settings, choice?.ids ?? []);
    for (const { style, strength } of [this.#settings, link.choice ?? this.#settings]) choice?.adopt(style, strength);
    return choice;
  }

  /** @param {Station} station of another kind than it was */
  #paintAnew(station) {
    this.#framing.end();
    this.#framing = this.#newFraming();
    this.#painting.change(station);
    if (this.#isLive) this.#seek();
    void this.#listenToMotion();
    this.#handlers.onChange();
  }

  #newFraming() {
    return new Framing(this.#clock, this.#handlers.onChange);
  }

  /** @param {TextMessage} status */
  #heardStatus(status) {
    this.#isLive = status.state === "live" || status.state === "slow";
    if (this.#isLive) this.#seek();
    else this.#framing.end();
    this.#handlers.onStatus(status);
  }

  #notLive() {
    this.#isLive = false;
    this.#framing.end();
  }

  #seek() {
    const { experience, region } = this.#card.station;
    if (experience === "canvas") this.#framing.begin();
    else if (region === "inside") this.#framing.beginBriefly();
  }
}

/** @param {Station} station where the curator gave the overlay there is nothing to choose */
function choiceAt({ styles, default_style, strength }) {
  const ids = styles.map(({ id }) => id);
  return ids.length > 0 ? new StyleChoice(ids, default_style, strength) : null;
}
