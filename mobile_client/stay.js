/**
 * A stay at one station: the visitor's choice there, the painting of it, whether its artwork is in view; all of it goes on when
 * the exhibition is published anew meanwhile. Knows no journey.
 */

import { Changeover } from "./core/changeover.js";
import { Framing } from "./core/framing.js";
import { askForMotion } from "./core/motion_permission.js";
import { isDescribed, isSameCard, isSameKind } from "./core/sameness.js";
import { choiceAt, strengthOf } from "./core/style_choice.js";
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
 * @property {() => Promise<typeof import("./dreaming.js").Dreaming | null>} [loadDream] null where it cannot be had
 * @property {typeof fetch} [ask]
 * @property {import("./painting.js").PaintingParts["Socket"]} [Socket]
 * @property {StayHandlers} handlers
 */

/**
 * @typedef {object} StayHandlers
 * @property {(status: TextMessage) => void} onStatus
 * @property {(code: string, retryAfterMs: number) => void} onLost
 * @property {import("./core/link.js").LinkHandlers["onOver"]} onOver
 * @property {() => void} [onWelcome] a connection begins
 * @property {(message: TextMessage) => void} [onHouse] an announcement, or what to show while no worker is there
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
  #loadDream;
  /** @type {import("./dreaming.js").Dreaming | null} set at a dream, once it was loaded */
  #dreaming = null;
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
  constructor({ card, handlers, ask, loadDream = async () => null, ...parts }) {
    this.#window = parts.window;
    this.#clock = parts.clock;
    this.#card = card;
    this.#handlers = handlers;
    this.#loadDream = loadDream;
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
        onAnchored: (on) => this.#anchored(on),
        onDream: (message) => this.#dreaming?.hear(message),
        onTexture: (texture) => this.#isForArtwork(texture),
        onHouse: handlers.onHouse,
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

  /** Null where no pictures are made of words, and until it was loaded. */
  get dreaming() {
    return this.#dreaming;
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
    if (this.#card.station.experience === "dream") void this.#openDream(language);
    else this.#open(language);
  }

  end() {
    this.#here = this.#isTold = false;
    this.#reader.stop();
    this.#changeover.end();
    this.#dreaming?.end();
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

  /** @param {string} language */
  #open(language) {
    this.#painting.begin(language);
    void this.#listenToMotion();
  }

  /** @param {string} language */
  async #openDream(language) {
    if ((await this.#furnish()) && this.#here) this.#open(language);
  }

  /** Gets what a dream needs. False where it cannot be had, and the visit does not go on like this. */
  async #furnish() {
    const Dreaming = await this.#loadDream();
    const { station } = this.#card;
    if (!Dreaming || station.experience !== "dream") return Dreaming !== null;
    this.#dreaming ??= new Dreaming({
      station,
      link: this.#painting.link,
      clock: this.#clock,
      lay: (texture) => this.#painting.lay(texture),
      onChange: this.#handlers.onChange,
    });
    this.#handlers.onChange();
    return true;
  }

  /** @param {boolean} on */
  #anchored(on) {
    this.#dreaming?.anchor(on);
    this.#framing.anchor(on);
  }

  /** @param {import("./core/protocol.js").Texture} texture a dream lays its own, when they are to be seen */
  #isForArtwork(texture) {
    this.#dreaming?.hearTexture(texture);
    return this.#dreaming === null;
  }

  /** Where the sensors are of use. */
  async #listenToMotion() {
    if (!this.#painting.motion) return;
    if ((await askForMotion(this.#window)) && this.#here) this.#painting.motion?.listenTo(this.#window);
  }

  /** @param {TextMessage} welcome */
  #welcomed({ station, settings, resumed }) {
    this.#settings = { ...this.#settings, ...settings };
    this.#handlers.onWelcome?.();
    this.#dreaming?.startAnew(resumed === true);
    if (settings && !this.#painting.link.choice) this.#choice?.adopt(this.#settings.style, strengthOf(this.#settings));
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
    if (station.experience === "dream") this.#dreaming?.renew(station);
    this.#handlers.onRenewed(card);
    const isOther = !isSameKind(before, station);
    this.#changeover.cardRead(isOther);
    if (isOther) void this.#paintOther(station);
  }

  /** @param {Station} station of another kind than it was */
  async #paintOther(station) {
    const isDream = station.experience === "dream";
    if (!isDream) this.#endDream();
    if (isDream && !this.#dreaming && !(await this.#furnish())) return;
    if (station === this.#card.station) this.#paintAnew(station);
  }

  #endDream() {
    this.#dreaming?.end();
    this.#dreaming = null;
  }

  /** @param {Station} station what was chosen goes on as far as it is offered there */
  #choiceKept(station) {
    const { link } = this.#painting;
    const choice = choiceAt(station);
    link.adopt(this.#settings, choice?.ids ?? []);
    for (const kept of [this.#settings, link.choice ?? this.#settings]) choice?.adopt(kept.style, strengthOf(kept));
    return choice;
  }

  /** @param {Station} station */
  #paintAnew(station) {
    this.#framing.end();
    this.#framing = this.#newFraming();
    this.#painting.change(station);
    this.#dreaming?.layAgain();
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
    if (experience !== "lens") this.#framing.begin();
    else if (region === "inside") this.#framing.beginBriefly();
  }
}
