/** Sentences about a running picture: the one that stands over it, and the one that is only spoken. Pure; knows no element. */

import { Advice } from "../core/framing.js";
import { State } from "../core/journey.js";
import { nearbyText } from "./nearby_banner.js";

/** @typedef {import("./model.js").Model} Model */

/** @param {Pick<Model, "state">} model */
export function isLive({ state }) {
  return state === State.LIVE || state === State.SLOW;
}

/**
 * Whether the visitor looks at something else than the artwork: at a dream, before there is a picture to hang there.
 * @param {Pick<Model, "card" | "dream">} model
 */
function isElsewhere({ card, dream }) {
  return card?.station.experience === "dream" && !dream?.wantsArtwork;
}

/**
 * Whether no worker is there, and no picture can come.
 * @param {Pick<Model, "state" | "house">} model
 */
export function isAlone(model) {
  return isLive(model) && (model.house?.fallback ?? null) !== null;
}

/**
 * What the visitor is advised, so that the artwork is found. Null where nothing is to be said.
 * @param {Model} model
 */
export function adviceOf(model) {
  const { framing, texts } = model;
  if (!isLive(model) || !framing || framing.advice === Advice.NONE) return null;
  if (isElsewhere(model) || isAlone(model)) return null;
  if (model.dream?.isLarge) return texts.say("dream_point");
  return texts.say(framing.advice === Advice.TIP ? "framing_tip" : "framing_point");
}

/**
 * That the picture comes back; that it may flicker, where the visitor was not told before; what was reduced, or why nothing
 * is painted. Empty where all is well, and while there is an advice: one thing at a time.
 * @param {Model} model
 */
export function lineOf(model) {
  const { state, detail, painted, texts, card } = model;
  const late = card?.station.experience === "lens" ? "late_text" : "late_overlay_text";
  if (isAlone(model)) return texts.say("fallback_text");
  if (model.unwarned) return texts.say("flicker");
  if (isLive(model) && painted === "late" && !isElsewhere(model) && !model.dream?.isLarge) return texts.say(late);
  if (state !== State.SLOW || adviceOf(model)) return "";
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
  if (!isLive(model) || !framing || isElsewhere(model) || isAlone(model)) return "";
  if (framing.advice === Advice.POINT && framing.everAnchored) return texts.say("framing_lost");
  return adviceOf(model) ?? (framing.anchored ? texts.say("framing_found") : "");
}

/**
 * What the canvas shows, for who cannot see it; a dream has words of its own.
 * @param {Model} model
 * @param {string} styles the chosen ones in words; empty where there are none
 */
export function pictureOf({ texts, card }, styles) {
  if (card?.station.experience === "dream") return "";
  if (card?.station.experience !== "canvas") return texts.say("painted_view", { style: styles });
  return styles ? texts.say("artwork_painted_view", { style: styles }) : texts.say("artwork_overlay_view");
}
