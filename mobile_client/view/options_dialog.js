/** Language and camera, in a dialog of the studio. */

import { element, iconButton } from "./elements.js";
import { languageSwitch } from "./language_switch.js";

export class OptionsDialog {
  constructor() {
    this.element = element("dialog", { class: "dialog options", "aria-labelledby": "options-title" });
  }

  /**
   * @param {import("./model.js").Model} model
   * @param {import("./model.js").Actions} actions
   */
  open(model, actions) {
    const { texts } = model;
    const close = () => this.element.close();
    this.element.replaceChildren(
      element(
        "header",
        {},
        element("h2", { id: "options-title" }, texts.say("options")),
        iconButton(texts.say("close"), "close", close),
      ),
      element("h3", {}, texts.say("language")),
      languageSwitch(model, { ...actions, setLanguage: (code) => (close(), actions.setLanguage(code)) }),
      ...lensChoice(model, actions, close),
    );
    this.element.showModal();
  }
}

/**
 * @param {import("./model.js").Model} model
 * @param {import("./model.js").Actions} actions
 * @param {() => void} close
 */
function lensChoice({ texts, lenses, lensId }, actions, close) {
  if (lenses.length < 2) return [];
  const select = element("select", { id: "lens" });
  lenses.forEach((lens, index) => {
    const name = lens.label || texts.say("camera_unnamed", { number: index + 1 });
    select.append(element("option", { value: lens.deviceId, selected: lens.deviceId === lensId }, name));
  });
  select.addEventListener("change", () => {
    close();
    actions.chooseLens(select.value);
  });
  return [element("h3", {}, element("label", { for: "lens" }, texts.say("camera"))), select];
}
