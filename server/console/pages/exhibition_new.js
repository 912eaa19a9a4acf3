/** Makes an exhibition: its title, what it is called in addresses, its languages, and where it is. */

import { element } from "../core/elements.js";
import { dialog } from "../core/dialog.js";
import { field, formNote, setError } from "../core/form.js";
import { freeId, idOf } from "../core/ids.js";

/** What museums write in most; any other can be added in the exhibition's settings. */
const COMMON = ["en", "zh-Hans", "zh-Hant", "ar", "de", "es", "fr", "it", "ja", "ko", "pt", "ru"];

/**
 * @param {import("../core/app.js").App} app
 * @param {import("./exhibitions.js").Summary[]} all
 */
export async function makeExhibition(app, all) {
  const { texts } = app;
  const taken = all.map((one) => one.id);
  const own = texts.language.code;
  const title = element("input", { type: "text", name: "title", maxlength: 200, required: true, dir: "auto" });
  const id = element("input", { type: "text", name: "id", maxlength: 64, spellcheck: "false", autocapitalize: "none" });
  const zone = timezones();
  const languages = languageBoxes(app, own);
  const note = formNote();
  let typedId = false;
  id.addEventListener("input", () => (typedId = id.value !== ""));
  title.addEventListener("input", () => {
    if (!typedId) id.value = title.value.trim() ? freeId(idOf(title.value, "exhibition"), taken) : "";
  });
  const fields = [
    field(texts.say("title_in", { language: app.languageName(own) }), title),
    field(texts.say("exhibition_id"), id, { hint: texts.say("exhibition_id_hint") }),
    languages.element,
    field(texts.say("timezone"), zone, { hint: texts.say("timezone_hint") }),
    note,
  ];

  async function make() {
    const chosen = languages.chosen();
    setError(languages.element, chosen.length ? "" : texts.say("languages_missing"));
    setError(fields[0], title.value.trim() ? "" : texts.say("title_missing"));
    if (chosen.length === 0 || !title.value.trim()) return false;
    const content = { title: { [own]: title.value }, languages: chosen, schedule: { timezone: zone.value } };
    if (!chosen.includes(own)) content.title = { [chosen[0]]: title.value };
    try {
      const { data } = await app.api.post("/exhibitions", { id: id.value.trim(), content });
      app.go(`#/e/${data.id}`);
      return true;
    } catch (error) {
      app.explain(error, asked.element, note);
      return false;
    }
  }

  const asked = dialog(texts.say("make_exhibition"), fields, [
    { label: texts.say("cancel"), value: "" },
    { label: texts.say("make"), value: "made", kind: "primary", act: make },
  ]);
  title.focus();
  await asked.closed;
}

function timezones() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const zones = "supportedValuesOf" in Intl ? Intl.supportedValuesOf("timeZone") : [];
  const select = element("select", { name: "content.schedule.timezone" });
  for (const zone of [...new Set([here, "UTC", ...zones])].sort()) {
    select.append(element("option", { value: zone, selected: zone === here }, zone.replaceAll("_", " ")));
  }
  return select;
}

/**
 * @param {import("../core/app.js").App} app
 * @param {string} own the language of the page, ticked already
 */
function languageBoxes(app, own) {
  const boxes = [own, ...COMMON.filter((tag) => tag !== own)].map((tag) => {
    const id = `language-${tag}`;
    const box = element("input", { type: "checkbox", id, value: tag });
    box.checked = tag === own;
    return {
      box,
      line: element("div", { class: "choice" }, box, element("label", { for: id }, app.languageName(tag))),
    };
  });
  const set = element(
    "fieldset",
    { class: "choices", "data-field": "content.languages" },
    element("legend", {}, app.texts.say("languages_of_exhibition")),
    element("p", { class: "hint" }, app.texts.say("languages_hint")),
    element("div", { class: "choice-grid" }, ...boxes.map(({ line }) => line)),
    element("p", { class: "error" }),
  );
  return { element: set, chosen: () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value) };
}
