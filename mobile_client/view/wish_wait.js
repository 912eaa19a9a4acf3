/** A wish that is under way: its place, how far it is, and a way out of it. */

import { DreamState } from "../core/dream.js";
import { element, setText } from "./elements.js";
import { waitDetail, waitLine, wordsOf } from "./dream_lines.js";

export class WishWait {
  #texts;
  #dreaming;
  #words = element("p", { class: "name", dir: "auto" });
  #detail = element("p", { class: "detail" });
  #progress = element("progress", { max: 1, value: 0 });
  heading = element("h2", { tabindex: "-1" });

  /**
   * @param {import("../texts/languages.js").Texts} texts
   * @param {import("../dreaming.js").Dreaming} dreaming
   */
  constructor(texts, dreaming) {
    this.#texts = texts;
    this.#dreaming = dreaming;
    this.#progress.setAttribute("aria-label", texts.say("dream_forming"));
    const cancel = element(
      "button",
      { type: "button", class: "secondary", onclick: () => dreaming.cancel() },
      texts.say("dream_cancel"),
    );
    this.element = element("div", { class: "wait" }, this.#progress, this.heading, this.#words, this.#detail, cancel);
  }

  render() {
    const { dream } = this.#dreaming;
    const { step, steps } = dream.told;
    setText(this.heading, waitLine(this.#texts, this.#dreaming));
    setText(this.#words, wordsOf(this.#texts, dream.wished));
    setText(this.#detail, waitDetail(this.#texts, this.#dreaming));
    const isForming = dream.state === DreamState.FORMING && steps > 0;
    this.#progress.classList.toggle("idle", !isForming);
    this.#progress.value = isForming ? Math.min(1, step / steps) : dream.state === DreamState.HELD ? 1 : 0;
  }
}
