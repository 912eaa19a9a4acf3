/** One visit: takes the journey through its states as ticket, camera and painting tell. Draws nothing itself. */

import { Camera } from "./core/camera.js";
import { CameraError, stateOfCameraError } from "./core/camera_error.js";
import { Door } from "./core/door.js";
import { Journey, State, STUDIO } from "./core/journey.js";
import { memoryOf } from "./core/memory.js";
import { missingFeatures, seemsInApp, systemOf } from "./core/platform.js";
import { Presence } from "./core/presence.js";
import { verdictOf } from "./core/refusal.js";
import { Steps } from "./core/steps.js";
import { pathOfTicket } from "./core/ticket.js";
import { TicketReader } from "./core/ticket_reader.js";
import { languageFor, LANGUAGES, Texts } from "./texts/languages.js";

const REMEMBERED_LANGUAGE = "vernissage.language";
/** So often a draft's mark says anew how long its ticket lasts. */
const DRAFT_PERIOD_MS = 15_000;

/** What the page shows before there is a tour. */
const NO_TOUR = Object.freeze({
  choice: null,
  painted: /** @type {const} */ ("none"),
  changing: false,
  framing: null,
  dream: null,
  nearby: null,
  house: null,
  trackSettings: null,
  lenses: [],
  canTurn: false,
});

/** @typedef {import("./core/ticket.js").Card} Card */

/**
 * @typedef {object} VisitParts
 * @property {Window} window
 * @property {string} ticket
 * @property {import("./core/clock.js").Clock} clock
 * @property {HTMLVideoElement} video
 * @property {() => HTMLCanvasElement} freshCanvas gives the page a canvas on which nothing was drawn yet
 * @property {(model: import("./view/model.js").Model) => void} render
 * @property {() => Promise<typeof import("./tour.js").Tour>} loadTour what is needed once the camera runs
 * @property {() => Promise<typeof import("./dreaming.js").Dreaming>} loadDream what is needed at a dream, besides
 */

export class Visit {
  #parts;
  #window;
  #clock;
  #memory;
  #ticket;
  #reader;
  #camera;
  #door;
  #steps;
  /** @type {import("./tour.js").Tour | null} null until the visitor agreed to the camera */
  #tour = null;
  /** @type {Promise<import("./tour.js").Tour | null> | null} under way since the first agreement */
  #loading = null;
  #journey = new Journey((state, { opensAt }) => {
    if (state === State.STATION_CLOSED) this.#door.watch(opensAt);
    else this.#door.leave();
    this.#changed();
  });
  /** Whether a part of the page could not be loaded. */
  #incomplete = false;
  /** @type {Texts | null} null until a language was loaded */
  #texts = null;
  /** @type {string[]} words that are needed beside those of every page */
  #vocabulary = [];
  /** @type {Card | null} null until the ticket was read */
  #card = null;
  /** How often the exhibition changed under the live picture. */
  #renewals = 0;
  /** Id of the station before which the visitor was told that its picture may flicker. */
  #warnedAt = "";
  /** Whether the camera was opened for this visit and not yet turned off. */
  #cameraOn = false;

  /** @param {VisitParts} parts */
  constructor(parts) {
    const { window, ticket, clock, video } = parts;
    this.#parts = parts;
    this.#window = window;
    this.#clock = clock;
    this.#ticket = ticket;
    this.#memory = memoryOf(window, "localStorage");
    this.#reader = this.#readerOf(ticket);
    this.#steps = new Steps(ticket);
    this.#door = new Door(clock, () => void this.#reader.read());
    this.#camera = new Camera({
      video,
      devices: window.navigator.mediaDevices,
      system: systemOf(window.navigator),
      clock,
      memory: this.#memory,
      onLost: (error) => this.#cameraFailed(error),
      onOpened: () => this.#inStudio && void this.#tour?.useCamera(),
    });
  }

  /** Loads the language, looks whether the page can work here, reads the ticket. */
  async open() {
    const { navigator } = this.#window;
    const wishes = [this.#memory.getItem(REMEMBERED_LANGUAGE), ...navigator.languages];
    this.#texts = await Texts.load(languageFor(wishes));
    this.#changed();
    new Presence(this.#clock, {
      onReturn: (awayMs) => void this.#returned(awayMs),
      onOnline: () => this.tryNow(),
      onLeave: () => this.#inStudio && this.#tour?.stay?.pause(),
    }).listenTo(this.#window);
    this.#clock.every(DRAFT_PERIOD_MS, () => this.#card?.draft && this.#changed());
    if (!this.#window.isSecureContext) this.#journey.to(State.INSECURE);
    else if (missingFeatures(this.#window).length > 0) this.#journey.to(State.UNSUPPORTED);
    else await this.#reader.read();
  }

  /** The visitor agrees, or wants to try again: asks for the camera, then connects. */
  async begin() {
    if (this.#journey.state === State.CONSENT && this.#flickers) this.#warnedAt = this.#card?.station.id ?? "";
    this.#journey.to(State.ASKING);
    this.#steps.tell("began");
    this.#loading ??= this.#loadTour(); // while the browser asks
    try {
      await this.#camera.open();
      this.#steps.tell("camera");
    } catch (error) {
      this.#cameraFailed(CameraError.of(error));
      return;
    }
    this.#tour = await this.#loading;
    await this.#tour?.useCamera();
    if (this.#journey.state !== State.ASKING) return; // the camera was lost again meanwhile
    if (this.#tour) {
      this.#cameraOn = true;
      this.#enter(this.#tour);
    } else {
      this.#unloaded();
    }
  }

  leave() {
    this.#finish(State.ENDED, { code: "left", kept: this.#tour?.stay?.dreaming?.keeping.everKept });
  }

  /** Does not wait for the next attempt. */
  tryNow() {
    if (this.#inStudio) this.#tour?.stay?.tryNow();
    else if (this.#journey.state === State.RECONNECTING) void this.#reader.read();
  }

  readAgain() {
    this.#journey.to(State.LOADING);
    void this.#reader.read();
  }

  reload() {
    this.#window.location.reload();
  }

  openSecurely() {
    const { host, pathname } = this.#window.location;
    this.#window.location.assign(`https://${host}${pathname}`);
  }

  /** @param {string} code one of LANGUAGES */
  async setLanguage(code) {
    const language = LANGUAGES.find((known) => known.code === code);
    if (!language) return;
    this.#texts = await Texts.load(language, this.#vocabulary);
    this.#memory.setItem(REMEMBERED_LANGUAGE, code);
    this.#changed();
  }

  /** The visitor's choice was changed through the model. */
  choiceChanged() {
    this.#tour?.stay?.tellChoice();
    this.#changed();
  }

  /** @param {string} lensId */
  async chooseLens(lensId) {
    await this.#changeCamera(() => this.#camera.choose(lensId));
  }

  /** From the room to the visitor's face, or back. */
  async turnCamera() {
    await this.#changeCamera(() => this.#camera.turn());
  }

  get #inStudio() {
    return this.#cameraOn && STUDIO.includes(this.#journey.state);
  }

  get #flickers() {
    return this.#card?.station.accessibility?.flicker === true;
  }

  get #language() {
    return this.#texts?.language.code ?? "en";
  }

  /** @param {() => Promise<void>} change */
  async #changeCamera(change) {
    try {
      await change();
      this.#changed();
    } catch (error) {
      this.#cameraFailed(CameraError.of(error));
    }
  }

  /** Null where the server could not be reached for it. */
  async #loadTour() {
    const { window, clock, video, freshCanvas, loadTour } = this.#parts;
    const loaded = Promise.all([loadTour(), this.#learn("studio")]);
    const [Tour] = (await loaded.catch((error) => void console.error(error))) ?? [];
    if (!Tour) return null;
    return new Tour({
      window,
      clock,
      camera: this.#camera,
      video,
      freshCanvas,
      loadDream: () => this.#loadDream(),
      handlers: {
        onNews: ({ state, detail }) => this.#journey.to(state, detail),
        onOver: (code, state, closing) => this.#finish(state, { code, ...closing }),
        onChange: () => this.#changed(),
        onRenewed: (card) => this.#renewed(card),
        onMove: (ticket, card) => this.#move(ticket, card),
      },
    });
  }

  /**
   * Words that are needed from now on.
   * @param {string} vocabulary
   */
  async #learn(vocabulary) {
    this.#vocabulary = [...new Set([...this.#vocabulary, vocabulary])];
    await this.#texts?.include(this.#vocabulary);
  }

  /** Null where the server could not be reached for it. */
  async #loadDream() {
    const loaded = Promise.all([this.#parts.loadDream(), this.#learn("dream")]);
    const [Dreaming] = (await loaded.catch((error) => void console.error(error))) ?? [];
    if (!Dreaming && this.#inStudio) this.#unloaded();
    return Dreaming ?? null;
  }

  /** @param {import("./tour.js").Tour} tour on the camera that was opened */
  #enter(tour) {
    tour.enter(this.#ticket, /** @type {Card} */ (this.#card), this.#language);
    this.#journey.to(State.CONNECTING);
  }

  /**
   * On to another station, in this page; the visitor may have left while it was asked about.
   * @param {string} ticket
   * @param {Card} card
   */
  #move(ticket, card) {
    if (!this.#tour || !this.#inStudio) return;
    this.#ticket = ticket;
    this.#card = card;
    this.#reader = this.#readerOf(ticket);
    this.#window.history.replaceState(null, "", pathOfTicket(ticket));
    this.#enter(this.#tour);
  }

  /** @param {string} ticket */
  #readerOf(ticket) {
    return new TicketReader(ticket, this.#clock, {
      onCard: (card) => this.#cardRead(card),
      onRefused: (code) => this.#journey.to(verdictOf(code).state ?? State.TICKET_INVALID, { code }),
      onAway: () => this.#journey.state !== State.STATION_CLOSED && this.#journey.to(State.RECONNECTING),
    });
  }

  /** A browser does not ask twice for a module that it failed to get: the page is loaded anew once the server is back. */
  #unloaded() {
    this.#incomplete = true;
    this.#finish(State.RECONNECTING, {});
    void this.#reader.read();
  }

  /** @param {Card} card */
  #cardRead(card) {
    if (this.#incomplete) {
      this.reload();
      return;
    }
    this.#card = card;
    const { open, opens_at, notice } = card.station;
    if (open) this.#welcome();
    else this.#journey.to(State.STATION_CLOSED, { opensAt: opens_at ?? "", notice: notice ?? "" });
  }

  #welcome() {
    this.#journey.to(State.CONSENT);
    this.#steps.tell("opened");
  }

  /** @param {Card} card of the station that the visitor is at: it changed while the picture was live */
  #renewed(card) {
    this.#card = card;
    this.#renewals += 1;
    this.#changed();
  }

  /** @param {CameraError} error may come after the visitor left, and then matters no more */
  #cameraFailed(error) {
    const state = stateOfCameraError(error.reason, seemsInApp(this.#window.navigator));
    if (this.#journey.may(state)) this.#finish(state, { reason: error.reason });
  }

  /**
   * Everything is turned off before the last screen comes.
   * @param {string} state
   * @param {Record<string, any>} detail
   */
  #finish(state, detail) {
    this.#tour?.end();
    this.#camera.close();
    this.#cameraOn = false;
    this.#journey.to(state, detail);
  }

  /** @param {number} awayMs */
  async #returned(awayMs) {
    if (this.#journey.state === State.STATION_CLOSED) void this.#reader.read();
    if (!this.#inStudio) return;
    try {
      await this.#camera.wake();
    } catch (error) {
      this.#cameraFailed(CameraError.of(error));
      return;
    }
    this.#tour?.wake(awayMs, this.#language);
  }

  #changed() {
    if (!this.#texts) return;
    this.#parts.render({
      state: this.#journey.state,
      detail: this.#journey.detail,
      inStudio: this.#inStudio,
      texts: this.#texts,
      card: this.#card,
      ...(this.#tour?.view ?? NO_TOUR),
      renewals: this.#renewals,
      unwarned: this.#flickers && this.#card?.station.id !== this.#warnedAt,
      mirrored: this.#camera.facesVisitor,
      lensId: this.#camera.lensId,
      system: systemOf(this.#window.navigator),
      address: this.#card?.public_url || this.#window.location.href,
    });
  }
}
