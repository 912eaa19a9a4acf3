/** Brings an exhibition in from a file that a Vernissage wrote. */

import { element } from "../core/elements.js";
import { dialog } from "../core/dialog.js";
import { field, formNote, setError, tick } from "../core/form.js";
import { freeId, idOf } from "../core/ids.js";

/**
 * @param {import("../core/app.js").App} app
 * @param {import("./exhibitions.js").Summary[]} all
 */
export async function importExhibition(app, all) {
  const { texts } = app;
  const taken = all.map((one) => one.id);
  const file = element("input", { type: "file", name: "file", accept: ".zip,application/zip" });
  const id = element("input", { type: "text", name: "id", maxlength: 64, spellcheck: "false", autocapitalize: "none" });
  const replace = element("input", { type: "checkbox", name: "replace" });
  const replacing = tick(texts.say("import_replace"), replace, { hint: texts.say("import_replace_hint") });
  const bar = element("progress", { max: 1, value: 0, "aria-label": texts.say("import_progress"), hidden: true });
  const note = formNote();
  const stop = new AbortController();
  const show = () => (replacing.hidden = !taken.includes(id.value.trim()));
  id.addEventListener("input", show);
  file.addEventListener("change", () => {
    const name = file.files?.[0]?.name.replace(/\.zip$/i, "") ?? "";
    if (name) id.value = idOf(name, "exhibition");
    show();
  });
  show();
  const fields = [
    element("p", {}, texts.say("import_text")),
    field(texts.say("import_file"), file),
    field(texts.say("exhibition_id"), id, { hint: texts.say("import_id_hint") }),
    replacing,
    bar,
    note,
  ];

  async function bring() {
    const archive = file.files?.[0];
    if (!archive) {
      setError(/** @type {HTMLElement} */ (fields[1]), texts.say("import_file_missing"));
      return false;
    }
    const wanted = id.value.trim();
    if (taken.includes(wanted) && !replace.checked) {
      const proposed = freeId(wanted, taken);
      setError(/** @type {HTMLElement} */ (fields[2]), texts.say("import_taken", { proposed }));
      return false;
    }
    const query = new URLSearchParams({ id: wanted, replace: String(replace.checked) });
    bar.hidden = false;
    try {
      const typed = new Blob([archive], { type: "application/zip" });
      await app.api.upload(`/exhibitions/import?${query}`, typed, (share) => (bar.value = share), stop.signal);
      app.go(`#/e/${wanted}`);
      return true;
    } catch (error) {
      bar.hidden = true;
      app.explain(error, asked.element, note);
      return false;
    }
  }

  const asked = dialog(texts.say("import_title"), fields, [
    { label: texts.say("cancel"), value: "" },
    { label: texts.say("import_do"), value: "done", kind: "primary", act: bring },
  ]);
  await asked.closed;
  stop.abort();
}
