/** The first screen: the station's label, more about it for who asks, what the camera is used for, one button. */

import { element, icon } from "./elements.js";
import { languageSwitch } from "./language_switch.js";
import { placeDetails } from "./place_details.js";

/**
 * @param {import("./model.js").Model} model with a card
 * @param {import("./model.js").Actions} actions
 */
export function consentScreen(model, actions) {
  const { texts } = model;
  const card = /** @type {import("../core/ticket.js").Card} */ (model.card);
  const { station } = card;
  return element(
    "div",
    { class: "sheet consent" },
    artwork(model, station),
    element(
      "div",
      { class: "label" },
      element("header", { class: "sheet-head" }, languageSwitch(model, actions)),
      element("p", { class: "overline" }, texts.of(card.exhibition.title)),
      element("p", { class: "number" }, texts.say("station_label", { number: station.number })),
      element("h1", { tabindex: "-1" }, texts.of(station.title)),
      element("p", { class: "lead" }, texts.of(station.text)),
      placeDetails(texts, station),
      element(
        "div",
        { class: "agreement" },
        cameraUse(texts, station),
        station.accessibility?.flicker && element("p", { class: "warning" }, texts.say("flicker")),
        element(
          "button",
          { type: "button", class: "primary", onclick: actions.begin },
          icon("camera"),
          texts.say("begin"),
        ),
      ),
      card.room.live > 0 && element("p", { class: "room" }, texts.say("room_live", { live: card.room.live })),
    ),
  );
}

/**
 * The artwork, or, where a station has none, its painters side by side.
 * @param {import("./model.js").Model} model
 * @param {import("../core/ticket.js").Station} station
 */
function artwork({ texts }, station) {
  if (station.artwork) {
    const { url, preview = url, alt } = station.artwork;
    return element("figure", { class: "artwork" }, element("img", { src: preview, alt: texts.of(alt), decoding: "async" }));
  }
  const thumbnails = station.styles
    .slice(0, 4)
    .map((style) => element("img", { src: style.thumbnail, alt: "", decoding: "async" }));
  return element("div", { class: "artwork painters" }, ...thumbnails);
}

/**
 * @param {import("../texts/languages.js").Texts} texts
 * @param {import("../core/ticket.js").Station} station
 */
function cameraUse(texts, { experience }) {
  const uses = { lens: "camera_use_text", canvas: "camera_use_artwork", dream: "camera_use_dream" };
  return element(
    "section",
    { class: "camera-use" },
    element("h2", {}, texts.say("camera_use_title")),
    element("p", {}, texts.say(uses[experience])),
  );
}
