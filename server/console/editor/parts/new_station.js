/** Asks for a new station's title and number, and adds it. */

import { dialog } from "../../core/dialog.js";
import { element } from "../../core/elements.js";
import { field, formNote, showErrors } from "../../core/form.js";
import { Problem } from "../../core/problem.js";
import { nextNumber, proposedId } from "../model/ids.js";

/** @typedef {import("../../core/app.js").App} App */

/**
 * @param {App} app
 * @param {import("../model/types.js").Exhibition} exhibition
 * @param {readonly import("../model/types.js").Station[]} stations
 * @returns {Promise<string>} its id; "": none was added
 */
export async function newStation(app, exhibition, stations) {
  const { texts } = app;
  const [language] = exhibition.content.languages;
  const number = nextNumber(stations.map(({ content }) => content.number));
  const title = element("input", { type: "text", name: "title", lang: language, dir: "auto", autocomplete: "off" });
  const place = element("input", {
    type: "number",
    name: "number",
    min: 1,
    max: 65535,
    value: number,
    inputmode: "numeric",
  });
  const id = element("input", { type: "text", name: "id", maxlength: 64, autocomplete: "off", spellcheck: "false" });
  const propose = () =>
    proposedId(
      title.value,
      `station-${place.value || number}`,
      stations.map((station) => station.id),
    );
  let chosen = false; // whether the id is the curator's own
  id.addEventListener("input", () => (chosen = id.value !== ""));
  for (const input of [title, place]) input.addEventListener("input", () => !chosen && (id.value = propose()));
  id.value = propose();
  const note = formNote();
  const form = element(
    "div",
    { class: "form" },
    field(
      texts.say("field.in_language", { field: texts.say("field.title"), language: app.languageName(language) }),
      title,
    ),
    field(texts.say("field.number"), place, { hint: texts.say("new_station.number_hint") }),
    field(texts.say("new_station.id"), id, { hint: texts.say("new_station.id_hint") }),
    note,
  );
  const asked = dialog(texts.say("new_station.title"), form, [
    { label: texts.say("cancel"), value: "", kind: "secondary" },
    { label: texts.say("new_station.add"), value: "done", kind: "primary", act: add },
  ]);

  async function add() {
    const words = title.value.trim() ? { [language]: title.value } : {};
    try {
      const body = { id: id.value.trim(), content: { number: place.valueAsNumber || 0, title: words } };
      await app.api.post(`/exhibitions/${exhibition.id}/stations`, body);
      return true;
    } catch (error) {
      const errors = error instanceof Problem ? error.errors : [];
      const homeless = showErrors(
        form,
        errors.map((one) => ({ ...one, field: one.field.replace("content.", "") })),
        "en",
      );
      note.textContent = errors.length > 0 ? homeless.join(" ") : app.sentence(error);
      return false;
    }
  }

  return (await asked.closed) === "done" ? id.value.trim() : "";
}
