/** The languages as a row of buttons, each in its own language. */

import { LANGUAGES } from "../texts/languages.js";
import { element } from "./elements.js";

/**
 * @param {import("./model.js").Model} model
 * @param {import("./model.js").Actions} actions
 */
export function languageSwitch(model, actions) {
  const present = model.texts.language.code;
  const offered = LANGUAGES.filter(
    ({ code }) => !model.card || model.card.languages.includes(code) || code === present,
  );
  const buttons = offered.map(({ code, name }) => {
    const current = code === present ? "true" : undefined;
    const onclick = () => actions.setLanguage(code);
    return element("button", { type: "button", lang: code, "aria-current": current, onclick }, name);
  });
  return element("nav", { class: "languages", "aria-label": model.texts.say("language") }, ...buttons);
}
