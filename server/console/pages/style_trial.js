/** One style tried on one picture: painted by the engine that paints for visitors, beside what it was made from. */

import { button, element, fill, setText } from "../core/elements.js";
import { field } from "../core/form.js";

const SAMPLE = "sample";
/** So long nothing is asked while a slider moves. */
const REST_MS = 250;

export class StyleTrial {
  #app;
  #picture = SAMPLE;
  #style = "";
  #styleName = "";
  #strength = 1;
  /** @type {AbortController | null} of the painting that is on its way */
  #asked = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;
  /** @type {Map<HTMLImageElement, string>} addresses that the browser made for pictures in memory */
  #shown = new Map();
  #painted = element("img", { class: "trial-painted", alt: "" });
  #original = element("img", { class: "trial-original", alt: "" });
  #stage;
  #caption = element("p", { class: "hint", role: "status" });

  /** @param {import("../core/app.js").App} app */
  constructor(app) {
    const { texts } = app;
    this.#app = app;
    const split = element("input", { type: "range", min: 0, max: 100, value: 0, name: "split" });
    const strength = element("input", { type: "range", min: 0, max: 100, value: 100, name: "strength" });
    this.#stage = element("div", { class: "trial-stage" }, this.#painted, this.#original);
    split.addEventListener("input", () => this.#stage.style.setProperty("--split", `${split.value}%`));
    strength.addEventListener("input", () => {
      this.#strength = Number(strength.value) / 100;
      this.#rest();
    });
    this.element = element(
      "figure",
      { class: "trial" },
      this.#stage,
      element("figcaption", {}, this.#caption),
      element(
        "div",
        { class: "trial-tools" },
        field(texts.say("show_original"), split),
        field(texts.say("strength"), strength),
      ),
      app.can("edit") && this.#pictureChoice(),
    );
  }

  /**
   * @param {string} style
   * @param {string} name
   */
  choose(style, name) {
    this.#style = style;
    this.#styleName = name;
    void this.#paint();
  }

  close() {
    clearTimeout(this.#resting);
    this.#asked?.abort();
    for (const address of this.#shown.values()) URL.revokeObjectURL(address);
  }

  #pictureChoice() {
    const { texts } = this.#app;
    const input = element("input", {
      type: "file",
      accept: "image/*",
      class: "unseen",
      tabindex: "-1",
      "aria-hidden": "true",
    });
    const own = button(texts.say("own_picture"), () => input.click(), "secondary");
    const sample = button(texts.say("sample_picture"), () => this.#usePicture(SAMPLE, sample), "quiet", {
      hidden: true,
    });
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      input.value = "";
      if (file) await this.#upload(file, sample);
    });
    return element("div", { class: "actions" }, own, sample, input);
  }

  /**
   * @param {File} file
   * @param {HTMLElement} sample the button back to our own picture
   */
  async #upload(file, sample) {
    const { texts, api } = this.#app;
    const path = `/pictures?${new URLSearchParams({ title: file.name.slice(0, 200) })}`;
    try {
      const say = (/** @type {number} */ share) =>
        setText(this.#caption, texts.say("uploading", { share: texts.percent(share) }));
      say(0);
      const { data } = await api.upload(path, file, say);
      this.#usePicture(data.name, sample);
    } catch (error) {
      setText(this.#caption, this.#app.sentence(error));
    }
  }

  /**
   * @param {string} name
   * @param {HTMLElement} sample
   */
  #usePicture(name, sample) {
    sample.hidden = name === SAMPLE;
    this.#picture = name;
    this.#forget(this.#original);
    void this.#paint();
  }

  #rest() {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.#paint(), REST_MS);
  }

  async #paint() {
    const { texts } = this.#app;
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    this.#stage.setAttribute("aria-busy", "true");
    setText(this.#caption, texts.say("painting_now"));
    try {
      await this.#show(this.#painted, this.#strength, asked.signal);
      if (!this.#shown.has(this.#original)) await this.#show(this.#original, 0, asked.signal);
      this.#painted.alt = texts.say("painted_alt", { style: this.#styleName });
      fill(this.#caption, texts.say("painted_caption", { style: this.#styleName }));
    } catch (error) {
      if (asked.signal.aborted) return;
      fill(
        this.#caption,
        `${this.#app.sentence(error)} `,
        button(texts.say("try_again"), () => void this.#paint(), "quiet"),
      );
    }
    if (this.#asked === asked) this.#stage.removeAttribute("aria-busy");
  }

  /**
   * At no strength it is the picture itself, at the size at which it is painted.
   * @param {HTMLImageElement} image
   * @param {number} strength
   * @param {AbortSignal} signal
   */
  async #show(image, strength, signal) {
    const body = { picture: this.#picture, style: { [this.#style]: 1 }, strength };
    const { data } = await this.#app.api.post("/paintings", body, { signal });
    if (signal.aborted) return;
    const address = URL.createObjectURL(data);
    this.#forget(image);
    this.#shown.set(image, address);
    image.src = address;
    await image.decode().catch(() => {}); // replaced meanwhile
    if (image.naturalWidth) this.#stage.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`;
  }

  /** @param {HTMLImageElement} image */
  #forget(image) {
    const address = this.#shown.get(image);
    if (address) URL.revokeObjectURL(address);
    this.#shown.delete(image);
  }
}
