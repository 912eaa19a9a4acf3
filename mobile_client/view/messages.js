/** For each state outside the studio: what is said, and what the visitor can do next. Pure; knows no element. */

import { State } from "../core/journey.js";

/**
 * @typedef {object} Message
 * @property {string} title text keys, all of them
 * @property {string} text
 * @property {string[]} [steps]
 * @property {boolean} [link] whether the station's address is offered for copying
 * @property {{text: string, action: "begin" | "readAgain" | "reload" | "tryNow" | "openSecurely"}} [next]
 */

/** @typedef {Pick<import("./model.js").Model, "detail" | "system">} Circumstances */

/** @param {string} code */
function ticketText(code) {
  const known = {
    ticket_expired: "ticket_expired_text",
    ticket_foreign: "ticket_foreign_text",
    station_unknown: "station_unknown_text",
  };
  return /** @type {Record<string, string>} */ (known)[code] ?? "ticket_invalid_text";
}

/** @type {Readonly<Record<string, (now: Circumstances) => Message>>} */
const MESSAGES = {
  [State.LOADING]: () => ({ title: "loading_title", text: "loading_text" }),
  [State.ASKING]: () => ({ title: "asking_title", text: "asking_text" }),
  [State.DENIED]: ({ system }) => ({
    title: "denied_title",
    text: "denied_text",
    steps: [1, 2, 3].map((step) => `denied_${system}_${step}`),
    next: { text: "try_again", action: "begin" },
  }),
  [State.NO_CAMERA]: ({ detail }) => ({
    title: detail.reason === "busy" ? "busy_title" : "no_camera_title",
    text: detail.reason === "busy" ? "busy_text" : "no_camera_text",
    next: { text: "try_again", action: "begin" },
  }),
  [State.INSECURE]: () => ({
    title: "insecure_title",
    text: "insecure_text",
    next: { text: "insecure_action", action: "openSecurely" },
  }),
  [State.IN_APP_BROWSER]: () => ({
    title: "in_app_title",
    text: "in_app_text",
    steps: ["in_app_1", "in_app_2", "in_app_3"],
    link: true,
    next: { text: "try_again", action: "begin" },
  }),
  [State.UNSUPPORTED]: ({ detail }) => ({
    title: detail.code ? "outdated_title" : "unsupported_title",
    text: detail.code ? "outdated_text" : "unsupported_text",
    link: !detail.code,
    next: { text: "reload", action: "reload" },
  }),
  [State.RECONNECTING]: () => ({
    title: "reconnecting_title",
    text: "reconnecting_text",
    next: { text: "try_now", action: "tryNow" },
  }),
  [State.STATION_CLOSED]: () => ({
    title: "station_closed_title",
    text: "station_closed_text",
    next: { text: "check_again", action: "readAgain" },
  }),
  [State.TICKET_INVALID]: ({ detail }) => ({
    title: "ticket_invalid_title",
    text: ticketText(detail.code),
    next: { text: "try_again", action: "readAgain" },
  }),
  [State.ENDED]: ({ detail }) => {
    if (detail.code === "left") {
      const text = detail.kept ? "ended_kept_text" : "ended_text";
      return { title: "ended_title", text, next: { text: "again", action: "begin" } };
    }
    if (detail.code === "resumed_elsewhere") {
      return { title: "elsewhere_title", text: "elsewhere_text", next: { text: "continue_here", action: "begin" } };
    }
    return { title: "refused_title", text: "refused_text", next: { text: "again", action: "reload" } };
  },
};

/**
 * @param {string} state outside the studio, and not consent
 * @param {Circumstances} circumstances
 * @returns {Message}
 */
export function messageFor(state, circumstances) {
  const message = MESSAGES[state];
  if (!message) throw new RangeError(`expected a state with a message, got ${state}`);
  return message(circumstances);
}
