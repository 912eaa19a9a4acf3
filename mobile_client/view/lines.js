/** Sentences about a running picture: the one that stands over it, and the one that is only spoken. Pure; knows no element. */

import { State } from "../core/journey.js";
import { nearbyText } from "./nearby_banner.js";

/** @typedef {import("./model.js").Model} Model */

/** @param {Pick<Model, "state">} model */
export function isLive({ state }) {
  return state === State.LIVE || state === State.SLOW;
}

/**
 * What was reduced, or why nothing is painted. Empty where all is well.
 * @param {Model} model
 */
export function lineOf(model) {
  const { state, detail, painted, texts } = model;
  if (isLive(model) && painted === "late") return texts.say("late_text");
  if (state !== State.SLOW) return "";
  const reduced = /** @type {string[]} */ (detail.reduced ?? []).map((what) => texts.say(`slow_${what}`));
  return `${texts.say("slow_title")}: ${reduced.join(texts.say("slow_between"))}`;
}

/**
 * What a visitor who cannot see it is told of it: a station nearby, the artwork found or lost. Empty where there is no news.
 * @param {Model} model
 */
export function spokenOf(model) {
  const { texts, framing, nearby } = model;
  if (nearby?.offer) return nearbyText(texts, nearby.offer);
  if (!isLive(model) || !framing) return "";
  if (framing.advice === "tip") return texts.say("framing_tip");
  if (framing.advice === "point") return texts.say(framing.everAnchored ? "framing_lost" : "framing_point");
  return framing.anchored ? texts.say("framing_found") : "";
}

/**
 * What the canvas shows, for who cannot see it.
 * @param {Model} model
 * @param {string} styles the chosen ones in words; empty where there are none
 */
export function pictureOf({ texts, card }, styles) {
  if (card?.station.experience !== "canvas") return texts.say("painted_view", { style: styles });
  return styles ? texts.say("artwork_painted_view", { style: styles }) : texts.say("artwork_overlay_view");
}
