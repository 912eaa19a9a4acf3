/** From one station to the next with one camera: the present stay, what the camera can do, what is nearby. Knows no journey. */

import { House } from "./core/house.js";
import { Nearby } from "./core/nearby.js";
import { newsOfLoss, newsOfStatus } from "./core/news.js";
import { readTicket, TicketProblem } from "./core/ticket.js";
import { TrackSettings } from "./core/track_settings.js";
import { Stay } from "./stay.js";

/** @typedef {import("./core/ticket.js").Card} Card */

/**
 * @typedef {object} TourParts
 * @property {Window} window
 * @property {import("./core/clock.js").Clock} clock
 * @property {import("./core/camera.js").Camera} camera
 * @property {HTMLVideoElement} video
 * @property {() => HTMLCanvasElement} freshCanvas gives the page a canvas on which nothing was drawn yet
 * @property {import("./stay.js").StayParts["loadDream"]} loadDream what is needed at a dream
 * @property {TourHandlers} handlers
 */

/**
 * @typedef {object} TourHandlers
 * @property {(news: import("./core/news.js").News) => void} onNews
 * @property {import("./stay.js").StayHandlers["onOver"]} onOver
 * @property {() => void} onChange called when what is shown may have changed
 * @property {(ticket: string, card: Card) => void} onMove the visitor goes on at this station
 * @property {(card: Card) => void} onRenewed the present station is another one from now on, or described otherwise
 */

export class Tour {
  #parts;
  #nearby;
  #house;
  #trackSettings;
  /** @type {Stay | null} null until the first station was entered */
  #stay = null;
  /** @type {readonly import("./core/lenses.js").Lens[]} */
  #lenses = [];

  /** @param {TourParts} parts */
  constructor(parts) {
    const { clock, handlers } = parts;
    this.#parts = parts;
    this.#trackSettings = new TrackSettings(handlers.onChange);
    this.#house = new House(handlers.onChange);
    this.#nearby = new Nearby({ clock, go: (ticket) => this.moveTo(ticket), onChange: handlers.onChange });
  }

  /** Null until a station was entered. */
  get stay() {
    return this.#stay;
  }

  /** What the page shows of it. */
  get view() {
    const { camera } = this.#parts;
    return {
      choice: this.#stay?.choice ?? null,
      painted: this.#stay?.painted ?? "none",
      changing: this.#stay?.changing ?? false,
      framing: this.#stay?.framing ?? null,
      dream: this.#stay?.dreaming ?? null,
      nearby: this.#nearby,
      house: this.#house,
      trackSettings: this.#trackSettings,
      lenses: this.#lenses,
      canTurn: this.#lenses.length > 1 && camera.knowsItsSide,
    };
  }

  /**
   * The station's picture begins, on the camera that is open. A stay there that was ended goes on.
   * @param {string} ticket
   * @param {Card} card
   * @param {string} language of the visitor
   */
  enter(ticket, card, language) {
    if (this.#stay?.card !== card) {
      this.#stay?.end();
      this.#stay = this.#stayAt(ticket, card);
    }
    this.#stay.begin(language);
  }

  /**
   * Goes on at another station. Where that cannot be, the visit stays where it was.
   * @param {string} ticket
   * @returns {Promise<string>} why it cannot be, as in PROTOCOL.md; "away" where the server was not reached; or an empty text
   */
  async moveTo(ticket) {
    let card;
    try {
      card = await readTicket(ticket);
    } catch (error) {
      return error instanceof TicketProblem ? error.code : "away";
    }
    if (!card.station.open) return "station_closed";
    this.#parts.handlers.onMove(ticket, card);
    return "";
  }

  /** The camera was opened, the first time or another. */
  async useCamera() {
    const { camera } = this.#parts;
    this.#lenses = await camera.lenses();
    this.#trackSettings.use(camera.track);
  }

  /**
   * The visitor is back at the page.
   * @param {number} awayMs
   * @param {string} language
   */
  wake(awayMs, language) {
    this.#trackSettings.renew();
    this.#stay?.wake(awayMs, language);
  }

  end() {
    this.#stay?.end();
    this.#nearby.end();
  }

  /**
   * @param {string} ticket
   * @param {Card} card
   */
  #stayAt(ticket, card) {
    const { handlers, ...rest } = this.#parts;
    return new Stay({
      ...rest,
      ticket,
      card,
      handlers: {
        onWelcome: () => this.#house.welcomed(),
        onStatus: (status) => (this.#house.settled(), this.#tell(newsOfStatus(status))),
        onLost: (code, retryAfterMs) => this.#tell(newsOfLoss(code, retryAfterMs)),
        onOver: handlers.onOver,
        onRenewed: handlers.onRenewed,
        onHouse: (message) => this.#house.hear(message),
        onNearby: (message) => this.#nearby.hear(message, card.station.id),
        onChange: handlers.onChange,
      },
    });
  }

  /** @param {import("./core/news.js").News | null} news */
  #tell(news) {
    if (news) this.#parts.handlers.onNews(news);
  }
}
