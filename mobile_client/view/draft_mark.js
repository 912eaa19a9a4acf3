/** The mark of a draft, above every screen: that nobody else sees it, and how long its ticket lasts. */

import { element, setText } from "./elements.js";

export class DraftMark {
  element = element("p", { class: "draft", hidden: true });

  /** @param {import("./model.js").Model} model */
  render({ texts, card }) {
    this.element.hidden = !card?.draft;
    const leftS = (Date.parse(card?.expires_at ?? "") - Date.now()) / 1000;
    setText(this.element, leftS > 0 ? texts.say("draft_left", { time: texts.duration(leftS) }) : texts.say("draft"));
  }
}
