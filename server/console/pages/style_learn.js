/** Asks for a painting and what is to be known of it, and lets it be learned. */

import { element } from "../core/elements.js";
import { dialog } from "../core/dialog.js";
import { field, formNote, setError } from "../core/form.js";

/**
 * @param {import("../core/app.js").App} app
 * @param {() => void} begun
 */
export async function learnPainting(app, begun) {
  const { texts } = app;
  const optional = () => element("span", { class: "hint" }, texts.say("optional"));
  const file = element("input", { type: "file", accept: "image/*", name: "picture" });
  const name = element("input", { type: "text", name: "name", maxlength: 80, dir: "auto" });
  const painter = element("input", { type: "text", name: "painter", maxlength: 80, dir: "auto" });
  const year = element("input", { type: "text", name: "year", inputmode: "numeric", maxlength: 5 });
  const licence = element("textarea", { name: "licence", maxlength: 400, rows: 2, dir: "auto" });
  const preview = element("img", { class: "learn-preview", alt: "", hidden: true });
  const bar = element("progress", { max: 1, value: 0, hidden: true, "aria-label": texts.say("upload_progress") });
  const note = formNote();
  const stop = new AbortController();
  /** @type {{file: File, picture: string} | null} uploaded already: a mistake in a field costs no second upload */
  let sent = null;
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    URL.revokeObjectURL(preview.src);
    preview.hidden = !chosen;
    if (chosen) preview.src = URL.createObjectURL(chosen);
    if (chosen && !name.value)
      name.value = chosen.name
        .replace(/\.\w+$/, "")
        .replace(/[_-]+/g, " ")
        .slice(0, 80);
  });
  preview.addEventListener("error", () => (preview.hidden = true)); // the server reads more than browsers do
  const places = {
    file: field(texts.say("painting"), file, { hint: texts.say("painting_hint") }),
    name: field(texts.say("style_name"), name, { hint: texts.say("style_name_hint") }),
    year: field(texts.say("year"), year, { aside: optional() }),
  };
  const fields = [
    element("p", {}, texts.say("learn_text")),
    places.file,
    preview,
    places.name,
    element("div", { class: "two-fields" }, field(texts.say("painter"), painter, { aside: optional() }), places.year),
    field(texts.say("licence"), licence, { aside: optional(), hint: texts.say("licence_hint") }),
    bar,
    note,
  ];

  function isFilled() {
    setError(places.file, file.files?.[0] ? "" : texts.say("painting_missing"));
    setError(places.name, name.value.trim() ? "" : texts.say("style_name_missing"));
    setError(places.year, /^(-?\d{1,4})?$/.test(year.value.trim()) ? "" : texts.say("year_wrong"));
    const wrong = asked.element.querySelector("[aria-invalid]");
    if (wrong instanceof HTMLElement) wrong.focus();
    return wrong === null;
  }

  /** @param {File} chosen */
  async function upload(chosen) {
    if (sent?.file === chosen) return sent.picture;
    bar.hidden = false;
    const path = `/pictures?${new URLSearchParams({ title: chosen.name.slice(0, 200) })}`;
    const { data } = await app.api.upload(path, chosen, (share) => (bar.value = share), stop.signal);
    sent = { file: chosen, picture: data.name };
    return sent.picture;
  }

  async function learn() {
    const chosen = file.files?.[0];
    if (!isFilled() || !chosen) return false;
    try {
      const body = {
        picture: await upload(chosen),
        name: name.value.trim(),
        painter: painter.value.trim() || texts.say("painter_unknown"),
        year: year.value.trim() ? Number(year.value) : null,
        licence: licence.value.trim(),
      };
      await app.api.post("/styles/jobs", body);
      return true;
    } catch (error) {
      app.explain(error, asked.element, note);
      return false;
    } finally {
      bar.hidden = true;
    }
  }

  const asked = dialog(texts.say("learn"), fields, [
    { label: texts.say("cancel"), value: "" },
    { label: texts.say("learn_do"), value: "begun", kind: "primary", act: learn },
  ]);
  const answer = await asked.closed;
  stop.abort();
  URL.revokeObjectURL(preview.src);
  if (answer === "begun") begun();
}
