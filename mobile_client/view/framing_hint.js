/** Where to point the camera: an outline in the artwork's shape, its picture small, and a sentence. Gone once it is found. */

import { element, setText } from "./elements.js";
import { adviceOf } from "./lines.js";

const SVG = "http://www.w3.org/2000/svg";
/** For an artwork whose shape is not known. */
const USUAL_SHAPE = Object.freeze({ width: 4, height: 3 });
/** Length of a corner's arm, as a share of the shorter side. */
const ARM = 0.16;

export class FramingHint {
  #corners = document.createElementNS(SVG, "path");
  #picture = element("img", { alt: "", decoding: "async" });
  #text = element("p");
  /** Fills what the foot of the stage leaves. */
  outline = document.createElementNS(SVG, "svg");
  /** Stands at the foot. */
  advice = element("div", { class: "advice" }, this.#picture, this.#text);

  constructor() {
    this.outline.setAttribute("class", "outline");
    this.outline.setAttribute("aria-hidden", "true");
    this.outline.append(this.#corners);
  }

  /** @param {import("../core/ticket.js").Station} station */
  show({ target, artwork }) {
    const { width, height } = target ?? USUAL_SHAPE;
    const arm = ARM * Math.min(width, height);
    this.outline.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#corners.setAttribute(
      "d",
      `M0 ${arm}V0H${arm}M${width - arm} 0H${width}V${arm}M${width} ${height - arm}V${height}H${width - arm}` +
        `M${arm} ${height}H0V${height - arm}`,
    );
    this.#picture.hidden = !artwork;
    if (artwork) this.#picture.src = artwork.preview ?? artwork.url;
  }

  /** @param {import("./model.js").Model} model */
  render(model) {
    const advice = adviceOf(model);
    this.outline.toggleAttribute("data-shown", advice !== null && !model.dream?.isLarge);
    this.advice.hidden = advice === null;
    if (advice !== null) setText(this.#text, advice);
  }
}
