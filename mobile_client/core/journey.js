/** The one state machine of the page: where a visitor is, and what may follow what. Knows no element and no socket. */

/** @enum {string} */
export const State = Object.freeze({
  LOADING: "loading", // the ticket is being read
  CONSENT: "consent", // the station is shown; the camera is off
  ASKING: "asking", // the browser asks for the camera
  DENIED: "denied", // the visitor or the system said no
  NO_CAMERA: "no_camera", // there is none, or another app holds it
  INSECURE: "insecure", // the page did not come over HTTPS
  IN_APP_BROWSER: "in_app_browser", // an app's own browser keeps the camera to itself
  UNSUPPORTED: "unsupported", // the browser lacks something that the page needs
  CONNECTING: "connecting", // the camera runs; the link to this station opens for the first time
  WAITING: "waiting", // the room is full
  LIVE: "live", // frames go, overlays come
  SLOW: "slow", // live, with less than the full rate
  RECONNECTING: "reconnecting", // the network or the server is away; the page tries by itself
  STATION_CLOSED: "station_closed",
  TICKET_INVALID: "ticket_invalid",
  ENDED: "ended",
});

const AT_THE_CAMERA = [State.DENIED, State.NO_CAMERA, State.IN_APP_BROWSER, State.UNSUPPORTED, State.INSECURE];
const AT_THE_DOOR = [State.STATION_CLOSED, State.TICKET_INVALID, State.ENDED, State.UNSUPPORTED];
const IN_THE_ROOM = [State.WAITING, State.LIVE, State.SLOW, State.RECONNECTING];
/** The camera may be taken away at any time, and the visitor may move on to another station, which is connecting anew. */
const CONNECTED = [
  State.CONNECTING,
  ...IN_THE_ROOM,
  ...AT_THE_DOOR,
  State.DENIED,
  State.NO_CAMERA,
  State.IN_APP_BROWSER,
];

/**
 * From each state, those that may follow. A state that lists itself may come again with other details; from one that
 * lists none only loading the page again leads on.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const TRANSITIONS = Object.freeze({
  [State.LOADING]: [
    State.CONSENT,
    State.INSECURE,
    State.IN_APP_BROWSER,
    State.UNSUPPORTED,
    State.RECONNECTING,
    State.STATION_CLOSED,
    State.TICKET_INVALID,
  ],
  [State.CONSENT]: [State.ASKING],
  [State.ASKING]: [State.CONNECTING, State.RECONNECTING, ...AT_THE_CAMERA],
  [State.DENIED]: [State.ASKING],
  [State.NO_CAMERA]: [State.ASKING],
  [State.IN_APP_BROWSER]: [State.ASKING],
  [State.INSECURE]: [],
  [State.UNSUPPORTED]: [],
  [State.CONNECTING]: CONNECTED,
  [State.WAITING]: CONNECTED,
  [State.LIVE]: CONNECTED,
  [State.SLOW]: CONNECTED,
  [State.RECONNECTING]: [...CONNECTED, State.CONSENT],
  [State.STATION_CLOSED]: [State.LOADING, State.CONSENT, State.STATION_CLOSED, State.TICKET_INVALID],
  [State.TICKET_INVALID]: [State.LOADING],
  [State.ENDED]: [State.ASKING],
});

/**
 * States in which the camera runs.
 * @type {readonly string[]}
 */
export const STUDIO = Object.freeze([State.CONNECTING, ...IN_THE_ROOM]);

/** A change that the table does not allow. */
export class JourneyError extends Error {}

export class Journey {
  /** @type {string} */
  #state = State.LOADING;
  /** @type {Readonly<Record<string, any>>} what the state's screen has to say: a reason, a place, a time */
  #detail = Object.freeze({});
  #onChange;

  /** @param {(state: string, detail: Readonly<Record<string, any>>) => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get state() {
    return this.#state;
  }

  get detail() {
    return this.#detail;
  }

  /** @param {string} state */
  may(state) {
    return TRANSITIONS[this.#state].includes(state);
  }

  /**
   * Goes to a state, or throws JourneyError.
   * @param {string} state
   * @param {Record<string, any>} [detail]
   */
  to(state, detail = {}) {
    if (!this.may(state)) {
      throw new JourneyError(
        `expected one of ${TRANSITIONS[this.#state].join(", ")} after ${this.#state}, got ${state}`,
      );
    }
    this.#state = state;
    this.#detail = Object.freeze({ ...detail });
    this.#onChange(this.#state, this.#detail);
  }
}
