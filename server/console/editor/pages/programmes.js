/** Named alternatives to what stations usually do: the schedule says when each of them runs. */

import { button, element, fill } from "../../core/elements.js";
import { dialog } from "../../core/dialog.js";
import { field } from "../../core/form.js";
import { DraftDocument } from "../document/draft_document.js";
import { SaveBar } from "../parts/save_bar.js";
import { proposedId } from "../model/ids.js";
import { reveal } from "../parts/faults.js";
import { exhibitionHash, exhibitionPage, titleOf } from "../parts/frame.js";
import { ProgrammeForm } from "../parts/programme_form.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Programme} Programme */

/**
 * @param {string[]} parts the exhibition's id
 * @param {App} app
 */
export async function openProgrammes([id], app) {
  const [document, stations, styles] = await Promise.all([
    DraftDocument.open(app, `/exhibitions/${id}`, id),
    app.api.get(`/exhibitions/${id}/stations`),
    app.api.get("/styles"),
  ]);
  const page = new Programmes(app, document, { stations: stations.data, styles: styles.data });
  return { element: page.element, title: app.texts.say("tabs.programmes"), close: () => page.close() };
}

class Programmes {
  #app;
  #document;
  #around;
  #list = element("ul", { class: "programme-list" });
  /** @type {ProgrammeForm[]} */
  #forms = [];
  #bar;

  /**
   * @param {App} app
   * @param {DraftDocument} document
   * @param {{stations: import("../model/types.js").Station[], styles: import("../model/types.js").Style[]}} around
   */
  constructor(app, document, around) {
    this.#app = app;
    this.#document = document;
    this.#around = around;
    this.#bar = new SaveBar(app, document, titleOf(app, document.saved).text);
    this.element = this.#page();
    document.onChange((path) => this.#update(path));
    this.#build();
  }

  close() {
    this.#closeForms();
    this.#bar.close();
    this.#document.close();
  }

  /** @returns {Programme[]} */
  get #programmes() {
    return this.#document.get("programmes");
  }

  #page() {
    const { texts } = this.#app;
    const schedule = element(
      "a",
      { href: `${exhibitionHash(this.#document.saved.id)}/schedule` },
      texts.say("programmes.to_schedule"),
    );
    return exhibitionPage(this.#app, this.#document.saved, {
      tab: "programmes",
      heading: element("h1", {}, texts.say("tabs.programmes")),
      actions: this.#app.can("edit") && button(texts.say("programmes.add"), () => void this.#add()),
      className: "programmes",
      lead: element(
        "p",
        { class: "lead" },
        texts.say("programmes.lead"),
        " ",
        schedule,
        texts.say("programmes.lead_end"),
      ),
      body: [
        element("div", { "data-field": "programmes" }, element("p", { class: "error" }), this.#list),
        this.#bar.element,
      ],
    });
  }

  #closeForms() {
    for (const form of this.#forms) form.close();
    this.#forms = [];
  }

  #build(open = -1) {
    const { texts } = this.#app;
    this.#closeForms();
    const lines = this.#programmes.map((programme, at) => this.#line(programme, at, at === open));
    fill(this.#list, ...(lines.length > 0 ? lines : [element("li", { class: "soft" }, texts.say("programmes.none"))]));
  }

  /**
   * @param {Programme} programme
   * @param {number} at
   * @param {boolean} open
   */
  #line(programme, at, open) {
    const summary = element("summary", {}, ...this.#summary(programme));
    const form = new ProgrammeForm(this.#app, this.#document, `programmes.${at}`, {
      ...this.#around,
      languages: this.#document.get("languages"),
      onRemove: () => void this.#remove(at),
    });
    this.#forms.push(form);
    return element(
      "li",
      {},
      element(
        "details",
        { open, "data-field": `programmes.${at}` },
        summary,
        element("p", { class: "error" }),
        form.element,
      ),
    );
  }

  /** @param {Programme} programme */
  #summary({ name, closed, experiences }) {
    const { texts } = this.#app;
    const others = Object.keys(experiences).length;
    const facts = [
      closed.length > 0 && texts.count("programmes.closed_count", closed.length),
      others > 0 && texts.count("programmes.other_count", others),
    ];
    const words = facts.filter((fact) => typeof fact === "string");
    return [
      element("span", { class: "programme-name", dir: "auto" }, name || "…"),
      element(
        "span",
        { class: "soft small" },
        words.length > 0 ? words.join(" · ") : texts.say("programmes.all_usual"),
      ),
    ];
  }

  async #add() {
    const { texts } = this.#app;
    const input = element("input", { type: "text", name: "name", maxlength: 80, dir: "auto", autocomplete: "off" });
    const asked = dialog(
      texts.say("programmes.add"),
      field(texts.say("programmes.name"), input, { hint: texts.say("programmes.name_hint") }),
      [
        { label: texts.say("cancel"), value: "", kind: "secondary" },
        { label: texts.say("programmes.make"), value: "make", kind: "primary", act: () => input.value.trim() !== "" },
      ],
    );
    if ((await asked.closed) !== "make") return;
    const name = input.value.trim();
    const id = proposedId(
      name,
      "programme",
      this.#programmes.map((programme) => programme.id),
    );
    this.#document.set("programmes", [...this.#programmes, { id, name, closed: [], experiences: {} }]);
    this.#build(this.#programmes.length - 1);
    const last = this.#list.lastElementChild?.querySelector("details");
    if (last) reveal(last);
  }

  /** @param {number} at */
  async #remove(at) {
    const { texts } = this.#app;
    const { id, name } = this.#programmes[at];
    const { slots, events } = this.#document.get("schedule");
    const used = [...slots, ...events].some(({ programme }) => programme === id);
    const detail = texts.say(used ? "programmes.remove_used" : "programmes.remove_detail");
    if (!(await this.#app.confirm(texts.say("programmes.remove_question", { name }), { danger: true, detail }))) return;
    this.#document.set(
      "programmes",
      this.#programmes.filter((_, index) => index !== at),
    );
    this.#build();
  }

  /** @param {string} path */
  #update(path) {
    if (path === "") {
      this.#build(
        [...this.#list.querySelectorAll(":scope > li > details")].findIndex(
          (details) => details instanceof HTMLDetailsElement && details.open,
        ),
      );
      return;
    }
    const summaries = this.#list.querySelectorAll(":scope > li > details > summary");
    this.#programmes.forEach((programme, at) => summaries[at] && fill(summaries[at], ...this.#summary(programme)));
  }
}
