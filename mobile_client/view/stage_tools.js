/** What the camera can do, at the foot of its picture: light, zoom, the other side. Shows only what this camera has. */

import { element, iconButton } from "./elements.js";
import { Slider } from "./slider.js";

export class StageTools {
  #torch;
  #zoom;
  #turn;

  /**
   * @param {() => import("../core/track_settings.js").TrackSettings | null | undefined} settings the present ones
   * @param {() => void} turnCamera
   */
  constructor(settings, turnCamera) {
    const light = () => settings()?.setTorch(!settings()?.torch);
    this.#torch = iconButton("", "light", light, "round stage-tool");
    this.#zoom = new Slider("zoom", (value) => settings()?.setZoom(value));
    this.#zoom.element.classList.add("zoom");
    this.#turn = iconButton("", "turn", turnCamera, "round stage-tool turn");
    this.element = element("div", { class: "stage-tools" }, this.#torch, this.#zoom.element, this.#turn);
  }

  /** @param {import("./model.js").Model} model */
  render({ texts, trackSettings, canTurn }) {
    const torch = trackSettings?.torch ?? null;
    const zoom = trackSettings?.zoom ?? null;
    label(this.#torch, texts.say("light"));
    this.#torch.hidden = torch === null;
    this.#torch.setAttribute("aria-pressed", String(torch === true));
    label(this.#turn, texts.say("turn_camera"));
    this.#turn.hidden = !canTurn;
    this.#zoom.element.hidden = zoom === null;
    const factor = Math.round((trackSettings?.zoomFactor ?? 1) * 10) / 10;
    if (zoom !== null) this.#zoom.render(texts.say("zoom"), zoom, texts.say("zoom_value", { factor }));
    this.element.hidden = torch === null && zoom === null && !canTurn;
  }
}

/**
 * @param {HTMLElement} button
 * @param {string} text
 */
function label(button, text) {
  if (button.title === text) return;
  button.title = text;
  button.setAttribute("aria-label", text);
}
