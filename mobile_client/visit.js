/** One visit: takes the journey through its states as ticket, camera and painting tell. Draws nothing itself. */

import { Camera } from "./core/camera.js";
import { CameraError, stateOfCameraError } from "./core/camera_error.js";
import { Journey, State, STUDIO } from "./core/journey.js";
import { memoryOf } from "./core/memory.js";
import { missingFeatures, seemsInApp, systemOf } from "./core/platform.js";
import { Presence } from "./core/presence.js";
import { verdictOf } from "./core/refusal.js";
import { StyleChoice } from "./core/style_choice.js";
import { TicketReader } from "./core/ticket_reader.js";
import { languageFor, LANGUAGES, Texts } from "./texts/languages.js";

const REMEMBERED_LANGUAGE = "vernissage.language";
const ROOM_CODES = ["room_full", "too_many_connections"];

/**
 * @typedef {object} VisitParts
 * @property {Window} window
 * @property {string} ticket
 * @property {import("./core/clock.js").Clock} clock
 * @property {HTMLVideoElement} video
 * @property {HTMLCanvasElement} canvas
 * @property {(model: import("./view/model.js").Model) => void} render
 * @property {() => Promise<typeof import("./painting.js").Painting>} loadPainting
 */

export class Visit {
  #parts;
  #window;
  #clock;
  #memory;
  #reader;
  #camera;
  /** @type {import("./painting.js").Painting | null} null until the visitor agreed to the camera */
  #painting = null;
  /** @type {Promise<import("./painting.js").Painting | null> | null} under way since the first agreement */
  #loading = null;
  #journey = new Journey(() => this.#changed());
  /** Whether a part of the page could not be loaded. */
  #incomplete = false;
  /** @type {Texts | null} null until a language was loaded */
  #texts = null;
  /** @type {import("./core/ticket.js").Card | null} null until the ticket was read */
  #card = null;
  /** @type {StyleChoice | null} made with the card */
  #choice = null;
  /** @type {readonly import("./core/lenses.js").Lens[]} */
  #lenses = [];
  /** Whether the camera was opened for this visit and not yet turned off. */
  #cameraOn = false;

  /** @param {VisitParts} parts */
  constructor(parts) {
    const { window, ticket, clock, video } = parts;
    this.#parts = parts;
    this.#window = window;
    this.#clock = clock;
    this.#memory = memoryOf(window, "localStorage");
    const system = systemOf(window.navigator);
    this.#reader = new TicketReader(ticket, clock, {
      onCard: (card) => this.#cardRead(card),
      onRefused: (code) => this.#journey.to(verdictOf(code).state ?? State.TICKET_INVALID, { code }),
      onAway: () => this.#journey.to(State.RECONNECTING),
    });
    const onLost = (/** @type {CameraError} */ error) => this.#cameraFailed(error);
    this.#camera = new Camera({
      video,
      devices: window.navigator.mediaDevices,
      system,
      clock,
      memory: this.#memory,
      onLost,
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
      onLeave: () => this.#inStudio && this.#painting?.pause(),
    }).listenTo(this.#window);
    if (!this.#window.isSecureContext) this.#journey.to(State.INSECURE);
    else if (missingFeatures(this.#window).length > 0) this.#journey.to(State.UNSUPPORTED);
    else await this.#reader.read();
  }

  /** The visitor agrees, or wants to try again: asks for the camera, then connects. */
  async begin() {
    this.#journey.to(State.ASKING);
    this.#loading ??= this.#loadPainting(); // while the browser asks
    try {
      await this.#camera.open();
    } catch (error) {
      this.#cameraFailed(CameraError.of(error));
      return;
    }
    this.#lenses = await this.#camera.lenses();
    this.#painting = await this.#loading;
    if (this.#journey.state !== State.ASKING) return; // the camera was lost again meanwhile
    if (!this.#painting) {
      this.#unloaded();
      return;
    }
    this.#cameraOn = true;
    this.#journey.to(State.CONNECTING);
    this.#painting.begin(this.#language);
  }

  leave() {
    this.#finish(State.ENDED, { code: "left" });
  }

  /** Does not wait for the next attempt. */
  tryNow() {
    if (this.#inStudio) this.#painting?.link.networkChanged();
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
    this.#texts = await Texts.load(language);
    this.#memory.setItem(REMEMBERED_LANGUAGE, code);
    this.#changed();
  }

  /** The visitor's choice was changed through the model. */
  choiceChanged() {
    const choice = /** @type {StyleChoice} */ (this.#choice);
    this.#painting?.link.choose({ style: choice.mix, strength: choice.strength });
    this.#changed();
  }

  /** @param {string} lensId */
  async chooseLens(lensId) {
    try {
      await this.#camera.choose(lensId);
      this.#changed();
    } catch (error) {
      this.#cameraFailed(CameraError.of(error));
    }
  }

  get #inStudio() {
    return this.#cameraOn && STUDIO.includes(this.#journey.state);
  }

  get #language() {
    return this.#texts?.language.code ?? "en";
  }

  /** Null where the server could not be reached for it. */
  async #loadPainting() {
    const { window, ticket, clock, video, canvas, loadPainting } = this.#parts;
    const Painting = await loadPainting().catch((error) => void console.error(error));
    if (!Painting) return null;
    return new Painting({
      window,
      ticket,
      clock,
      camera: this.#camera,
      video,
      canvas,
      handlers: {
        onWelcome: (welcome) => this.#welcomed(welcome),
        onStatus: (status) => this.#heardStatus(status),
        onLost: (code, retryAfterMs) => this.#linkLost(code, retryAfterMs),
        onOver: (code, state) => this.#finish(state, { code }),
        onPainted: () => this.#changed(),
      },
    });
  }

  /** A browser does not ask twice for a module that it failed to get: the page is loaded anew once the server is back. */
  #unloaded() {
    this.#incomplete = true;
    this.#finish(State.RECONNECTING, {});
    void this.#reader.read();
  }

  /** @param {import("./core/ticket.js").Card} card */
  #cardRead(card) {
    if (this.#incomplete) {
      this.reload();
      return;
    }
    const { styles, default_style, strength, open } = card.station;
    const ids = styles.map(({ id }) => id);
    this.#card = card;
    this.#choice = new StyleChoice(ids, default_style, strength);
    this.#journey.to(open ? State.CONSENT : State.STATION_CLOSED);
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
    this.#painting?.end();
    this.#camera.close();
    this.#cameraOn = false;
    this.#journey.to(state, detail);
  }

  /** @param {import("./core/link.js").TextMessage} welcome */
  #welcomed(welcome) {
    const { settings } = welcome;
    if (settings && !this.#painting?.link.hasChosen) this.#choice?.adopt(settings.style ?? {}, settings.strength ?? 1);
    this.#changed();
  }

  /** @param {import("./core/link.js").TextMessage} status states that this page does not know are left alone */
  #heardStatus(status) {
    if (status.state === "waiting")
      this.#journey.to(State.WAITING, { place: status.place, estimateS: status.estimate_s });
    else if (status.state === "live") this.#journey.to(State.LIVE);
    else if (status.state === "slow") this.#journey.to(State.SLOW, { reduced: status.reduced });
    else if (status.state === "stopping")
      this.#journey.to(State.RECONNECTING, { code: "stopping", waitS: status.retry_after_s });
  }

  /**
   * @param {string} code
   * @param {number} retryAfterMs
   */
  #linkLost(code, retryAfterMs) {
    const waitS = retryAfterMs / 1000;
    if (ROOM_CODES.includes(code)) this.#journey.to(State.WAITING, { full: true, waitS });
    else this.#journey.to(State.RECONNECTING, { code, waitS });
  }

  /** @param {number} awayMs */
  async #returned(awayMs) {
    if (!this.#inStudio) return;
    try {
      await this.#camera.wake();
    } catch (error) {
      this.#cameraFailed(CameraError.of(error));
      return;
    }
    this.#painting?.link.wake(awayMs);
    this.#painting?.link.connect(this.#language);
    this.#painting?.keepAwake();
  }

  #changed() {
    if (!this.#texts) return;
    this.#parts.render({
      state: this.#journey.state,
      detail: this.#journey.detail,
      inStudio: this.#inStudio,
      texts: this.#texts,
      card: this.#card,
      choice: this.#choice,
      painted: this.#painting?.painted ?? "none",
      mirrored: this.#camera.facesVisitor,
      lenses: this.#lenses,
      lensId: this.#camera.lensId,
      system: systemOf(this.#window.navigator),
      address: this.#card?.public_url || this.#window.location.href,
    });
  }
}
