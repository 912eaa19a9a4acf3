/** Fields with their labels, hints and errors. Knows no operation; what is wrong is said beside the field it is in. */

import { element, fill, icon } from "./elements.js";

let made = 0;

/** An id that nothing else on the page has. */
export function freshId(stem = "f") {
  made += 1;
  return `${stem}-${made}`;
}

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/**
 * A control under its label. `input.name` is the field's name in the body that the server takes.
 * @param {string} label
 * @param {Control} input
 * @param {{hint?: string | Node, error?: string, aside?: import("./elements.js").Child, className?: string}} [options]
 *   `aside` stands on the label's line, such as "optional"
 * @returns {HTMLDivElement}
 */
export function field(label, input, { hint, error = "", aside = null, className = "" } = {}) {
  input.id ||= freshId();
  const hintId = `${input.id}-hint`;
  const errorId = `${input.id}-error`;
  input.setAttribute("aria-describedby", [hint ? hintId : "", errorId].filter(Boolean).join(" "));
  const made = element(
    "div",
    { class: `field ${className}`.trim(), "data-field": input.name },
    element("div", { class: "field-head" }, element("label", { for: input.id }, label), aside),
    hint && element("p", { class: "hint", id: hintId }, hint),
    input,
    element("p", { class: "error", id: errorId }),
  );
  setError(made, error);
  input.addEventListener("input", () => setError(made, ""));
  return made;
}

/**
 * One of several, each with a line that explains it.
 * @param {string} legend
 * @param {string} name
 * @param {{value: string, label: string, hint?: string}[]} options
 * @param {string} chosen
 * @param {(value: string) => void} [onchange]
 * @returns {HTMLFieldSetElement}
 */
export function choices(legend, name, options, chosen, onchange = () => {}) {
  const set = element("fieldset", { class: "choices", "data-field": name }, element("legend", {}, legend));
  for (const { value, label, hint } of options) {
    const id = freshId();
    const hintId = hint ? `${id}-hint` : null;
    const attributes = { type: "radio", id, name, value, "aria-describedby": hintId, onchange: () => onchange(value) };
    const radio = element("input", attributes);
    radio.checked = value === chosen;
    const words = element("label", { for: id }, label);
    set.append(
      element("div", { class: "choice" }, radio, words, hint && element("p", { class: "hint", id: hintId }, hint)),
    );
  }
  set.append(element("p", { class: "error", id: freshId("error") }));
  return set;
}

/**
 * A box to tick.
 * @param {string} label
 * @param {HTMLInputElement} input of type checkbox
 * @param {{hint?: string}} [options]
 */
export function tick(label, input, { hint } = {}) {
  input.id ||= freshId();
  const hintId = hint ? `${input.id}-hint` : null;
  if (hintId) input.setAttribute("aria-describedby", hintId);
  return element(
    "div",
    { class: "choice", "data-field": input.name },
    input,
    element("label", { for: input.id }, label),
    hint && element("p", { class: "hint", id: hintId }, hint),
  );
}

/**
 * Says what is wrong with a field; an empty sentence: nothing.
 * @param {Element} field what `field` or `choices` made
 * @param {string} sentence
 * @param {string} [lang] the sentence's language, where it is not the page's
 */
export function setError(field, sentence, lang = "") {
  const place = field.querySelector(".error");
  if (place) {
    fill(place, sentence && icon("warning"), sentence && element("span", { lang: lang || null }, sentence));
  }
  field.classList.toggle("wrong", sentence !== "");
  for (const control of field.querySelectorAll("input, select, textarea")) {
    if (sentence) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

/**
 * Puts each of a problem's sentences beside its field, and goes to the first that is wrong.
 * @param {HTMLElement} form
 * @param {readonly {field: string, sentence: string}[]} errors
 * @param {string} [lang] the sentences' language
 * @returns {string[]} the sentences of which there is no field here
 */
export function showErrors(form, errors, lang = "") {
  clearErrors(form);
  /** @type {string[]} */
  const homeless = [];
  for (const { field: name, sentence } of errors) {
    const found = [...form.querySelectorAll("[data-field]")].find(
      (place) => place instanceof HTMLElement && place.dataset.field === name && name !== "",
    );
    if (found) setError(found, sentence, lang);
    else homeless.push(sentence);
  }
  const first = form.querySelector("[aria-invalid]");
  if (first instanceof HTMLElement) first.focus();
  return homeless;
}

/** @param {HTMLElement} form */
export function clearErrors(form) {
  for (const place of form.querySelectorAll(".wrong")) setError(place, "");
}

/**
 * What the whole form could not do; read out when it comes.
 * @param {string} [sentence]
 */
export function formNote(sentence = "") {
  return element("p", { class: "form-note", role: "alert" }, sentence);
}
