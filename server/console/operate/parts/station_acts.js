/** What an operator does for one station: switch it off with a message and on again, choose its fallback picture. */

import { dialog } from "../../core/dialog.js";
import { button, element } from "../../core/elements.js";
import { field, formNote } from "../../core/form.js";
import { pictureAddress } from "../../editor/parts/pictures.js";
import { Upload } from "../../editor/parts/upload.js";
import { MESSAGE_CHARS } from "./house_acts.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").StationReading} StationReading */
/** @typedef {import("../model/types.js").Decisions} Decisions */

export class StationActs {
  #app;
  #path;
  #onChange;

  /**
   * @param {App} app
   * @param {{exhibition: string, station: string}} place
   * @param {(decisions: Decisions) => void} onChange all that holds then
   */
  constructor(app, place, onChange) {
    this.#app = app;
    this.#path = `/operate/stations/${encodeURIComponent(place.exhibition)}/${encodeURIComponent(place.station)}`;
    this.#place = place;
    this.#onChange = onChange;
  }

  #place;

  /** @param {StationReading} station */
  async switchOff({ title, live, waiting }) {
    const { texts, api } = this.#app;
    const input = element("input", { name: "message", type: "text", maxlength: MESSAGE_CHARS, autocomplete: "off" });
    const note = formNote();
    const present = live + waiting;
    const form = [
      element("p", {}, present > 0 ? texts.count("off.means", present) : texts.say("acts.nobody")),
      field(texts.say("off.message"), input, {
        hint: texts.say("off.message_hint"),
        aside: element("span", { class: "hint" }, texts.say("optional")),
      }),
      note,
    ];
    const act = async () => {
      try {
        this.#onChange((await api.put(`${this.#path}/off`, { message: input.value.trim() })).data);
        return true;
      } catch (error) {
        this.#app.explain(error, asked.element, note);
        return false;
      }
    };
    const asked = dialog(texts.say("off.question", { title }), form, [
      { label: texts.say("cancel"), value: "" },
      { label: texts.say("off.do"), value: "done", kind: "danger", act },
    ]);
    input.focus();
    if ((await asked.closed) === "done") this.#app.notice(texts.say("off.done", { title }));
  }

  /** @param {StationReading} station */
  switchOn({ title }) {
    return this.#do(() => this.#app.api.delete(`${this.#path}/off`), "on.done", { title });
  }

  /**
   * @param {StationReading} station
   * @param {string | null} present the picture that is chosen now
   */
  async chooseFallback({ title }, present) {
    const { texts } = this.#app;
    const artwork = await this.#artwork();
    const stage = element("div", { class: "fallback-stage" });
    /** @type {string | null} */
    let chosen = present;
    const show = () => {
      const words = element("p", { class: "hint" }, texts.say("fallback.none"));
      stage.replaceChildren(
        chosen ? element("img", { src: pictureAddress(chosen, true), alt: texts.say("fallback.chosen") }) : words,
      );
      asked.buttons[1].disabled = chosen === present;
    };
    /** @param {string | null} picture */
    const choose = (picture) => {
      chosen = picture;
      show();
    };
    const upload = new Upload(this.#app, {
      path: "/pictures",
      field: "picture",
      accept: "image/jpeg,image/png,image/webp",
      label: texts.say("fallback.own"),
      content: stage,
      onPicture: ({ name }) => choose(name),
    });
    const ways = element(
      "div",
      { class: "actions" },
      artwork && button(texts.say("fallback.artwork"), () => choose(artwork)),
      button(texts.say("fallback.remove"), () => choose(null), "quiet"),
    );
    const asked = dialog(
      texts.say("fallback.title", { title }),
      [element("p", {}, texts.say("fallback.means")), upload.element, ways],
      [
        { label: texts.say("cancel"), value: "" },
        { label: texts.say("save"), value: "done", kind: "primary" },
      ],
      { className: "fallback-dialog" },
    );
    show();
    const isDone = (await asked.closed) === "done";
    upload.close();
    if (isDone) await this.#setFallback(chosen);
  }

  /** @param {string | null} picture */
  #setFallback(picture) {
    const { api } = this.#app;
    const path = `${this.#path}/fallback`;
    return this.#do(() => (picture ? api.put(path, { picture }) : api.delete(path)), "fallback.saved");
  }

  /** The picture of the work that hangs there; "" where the draft has none any more. */
  async #artwork() {
    const { exhibition, station } = this.#place;
    const answer = await this.#app.api.get(`/exhibitions/${exhibition}/stations`).catch(() => null);
    const found = answer?.data.find((/** @type {{id: string}} */ { id }) => id === station);
    return found?.content.artwork.picture ?? "";
  }

  /**
   * @param {() => Promise<import("../../core/api.js").Answer>} act
   * @param {string} done
   * @param {Record<string, string>} [values]
   */
  async #do(act, done, values = {}) {
    try {
      this.#onChange((await act()).data);
      this.#app.notice(this.#app.texts.say(done, values));
    } catch (error) {
      this.#app.report(error);
    }
  }
}
