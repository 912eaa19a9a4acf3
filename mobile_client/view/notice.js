/** What lies over the camera picture while nothing is painted yet: connecting, the waiting room, a lost connection. */

import { State } from "../core/journey.js";
import { element } from "./elements.js";

/** Codes of a server that says when it is back. */
const BREAKS = ["stopping", "draining"];

/**
 * Null where the picture speaks for itself.
 * @param {import("./model.js").Model} model
 * @param {import("./model.js").Actions} actions
 */
export function notice(model, actions) {
  if (model.state === State.CONNECTING) return panel(model, "connecting_title", "connecting_text");
  if (model.state === State.WAITING) return model.detail.full ? fullRoom(model, actions) : waitingRoom(model);
  if (model.state === State.RECONNECTING) return lost(model, actions);
  return null;
}

/**
 * @param {import("./model.js").Model} model
 * @param {string} title
 * @param {string} text
 * @param {...import("./elements.js").Child} rest
 */
function panel({ texts, detail }, title, text, ...rest) {
  const time = detail.waitS ? texts.duration(detail.waitS) : "";
  return element(
    "div",
    { class: "panel" },
    element("h2", {}, texts.say(title)),
    element("p", {}, texts.say(text, { time })),
    ...rest,
  );
}

/** @param {import("./model.js").Model} model */
function waitingRoom(model) {
  const { texts, detail } = model;
  const estimate = detail.estimateS > 0 && texts.say("waiting_estimate", { time: texts.duration(detail.estimateS) });
  return panel(
    model,
    "waiting_title",
    "waiting_text",
    detail.place > 0 &&
      element(
        "p",
        { class: "place" },
        `${texts.say("waiting_place")} `,
        element("strong", {}, texts.number(detail.place)),
      ),
    estimate && element("p", { class: "estimate" }, estimate),
  );
}

/**
 * @param {import("./model.js").Model} model
 * @param {import("./model.js").Actions} actions
 */
function fullRoom(model, actions) {
  return panel(model, "full_title", "full_text", tryNow(model, actions));
}

/**
 * @param {import("./model.js").Model} model
 * @param {import("./model.js").Actions} actions
 */
function lost(model, actions) {
  const stopping = BREAKS.includes(model.detail.code) && model.detail.waitS;
  return panel(
    model,
    stopping ? "stopping_title" : "reconnecting_title",
    stopping ? "stopping_text" : "reconnecting_text",
    tryNow(model, actions),
  );
}

/**
 * @param {import("./model.js").Model} model
 * @param {import("./model.js").Actions} actions
 */
function tryNow({ texts }, actions) {
  return element("button", { type: "button", class: "secondary", onclick: actions.tryNow }, texts.say("try_now"));
}
