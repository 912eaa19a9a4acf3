/** A screen that says one thing and offers one next step. */

import { element, icon } from "./elements.js";
import { languageSwitch } from "./language_switch.js";
import { messageFor } from "./messages.js";

/**
 * @param {import("./model.js").Model} model
 * @param {import("./model.js").Actions} actions
 */
export function messageScreen(model, actions) {
  const { texts } = model;
  const message = messageFor(model.state, model);
  const { next } = message;
  const opening = texts.opening(model.detail.opensAt);
  return element(
    "div",
    { class: "sheet message" },
    element("header", { class: "sheet-head" }, languageSwitch(model, actions)),
    element("p", { class: "overline" }, overline(model)),
    element("h1", { tabindex: "-1" }, texts.say(message.title)),
    opening && element("p", { class: "opening" }, opening),
    model.detail.notice && element("p", { class: "opening", dir: "auto" }, model.detail.notice),
    element("p", { class: "lead" }, texts.say(message.text)),
    message.steps &&
      element("ol", { class: "steps" }, ...message.steps.map((step) => element("li", {}, texts.say(step)))),
    message.link && linkField(model),
    next &&
      element(
        "button",
        { type: "button", class: "primary", onclick: () => actions[next.action]() },
        texts.say(next.text),
      ),
  );
}

/** @param {import("./model.js").Model} model */
function overline({ texts, card }) {
  return card ? texts.of(card.exhibition.title) : "Vernissage";
}

/** @param {import("./model.js").Model} model */
function linkField({ texts, address }) {
  const field = element("input", {
    type: "text",
    readonly: true,
    value: address,
    "aria-label": texts.say("link_label"),
    dir: "ltr",
  });
  const said = element("span", { role: "status", class: "said" });
  const copy = async () => {
    field.select();
    said.textContent = (await copied(field)) ? texts.say("copied") : "";
  };
  const button = element(
    "button",
    { type: "button", class: "secondary", onclick: copy },
    icon("copy"),
    texts.say("copy_link"),
  );
  return element("div", { class: "link-field" }, field, button, said);
}

/**
 * Apps' browsers often have no clipboard; the old command works in most of them.
 * @param {HTMLInputElement} field selected
 */
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
