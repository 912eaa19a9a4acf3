/** The fields of what a schedule lists: names, days, hours, programmes and dates. */

import { element } from "../../core/elements.js";
import { choices, field } from "../../core/form.js";
import { USUAL_HOURS, WEEKDAYS } from "../model/hours.js";
import { HoursList } from "./hours_list.js";
import { weekdayName } from "./weekday_names.js";

const FIRST_DATE = "2000-01-01";
const LAST_DATE = "2199-12-31";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */

/**
 * @param {App} app
 * @param {DraftDocument} document
 * @param {string} path
 * @param {string} label
 */
export function nameField(app, document, path, label) {
  const own = `${path}.name`;
  const input = element("input", {
    type: "text",
    name: own,
    maxlength: 120,
    dir: "auto",
    value: document.get(own),
    oninput: () => document.set(own, input.value),
  });
  return field(app.texts.say(label), input);
}

/**
 * @param {App} app
 * @param {DraftDocument} document
 * @param {string} path
 */
export function daysField({ texts }, document, path) {
  const own = `${path}.days`;
  const boxes = WEEKDAYS.map((day) => {
    const box = element("input", { type: "checkbox", checked: document.get(own).includes(day) });
    box.addEventListener("change", () =>
      document.set(
        own,
        WEEKDAYS.filter((one) => (one === day ? box.checked : document.get(own).includes(one))),
      ),
    );
    return element("label", { class: "day-box" }, box, element("span", {}, weekdayName(texts, day, "short")));
  });
  return element(
    "fieldset",
    { class: "days", "data-field": own },
    element("legend", {}, texts.say("schedule.days")),
    ...boxes,
    element("p", { class: "error" }),
  );
}

/**
 * One stretch, which a slot always has.
 * @param {App} app
 * @param {DraftDocument} document
 * @param {string} path
 */
export function hoursField(app, document, path) {
  const own = `${path}.hours`;
  const label = app.texts.say("schedule.hours");
  const list = new HoursList(app, {
    path: own,
    label,
    least: 1,
    get: () => [document.get(own)],
    set: ([hours]) => document.set(own, hours),
  });
  list.element.classList.add("full");
  return element(
    "div",
    { class: "field", role: "group", "aria-label": label },
    element("span", { class: "label" }, label),
    list.element,
  );
}

/**
 * Closed, or open at certain hours.
 * @param {App} app
 * @param {DraftDocument} document
 * @param {string} path
 */
export function openingFields(app, document, path) {
  const { texts } = app;
  const own = `${path}.hours`;
  const options = ["closed", "open"].map((value) => ({ value, label: texts.say(`schedule.event_${value}`) }));
  const list = new HoursList(app, {
    path: own,
    label: texts.say("schedule.hours"),
    least: 1,
    get: () => document.get(own) ?? [],
    set: (hours) => document.set(own, hours),
  });
  const isOpen = () => document.get(own).length > 0;
  const set = choices(texts.say("schedule.event_opening"), own, options, isOpen() ? "open" : "closed", (value) => {
    document.set(own, value === "open" ? [{ ...USUAL_HOURS }] : []);
    list.element.hidden = value === "closed";
    list.render();
  });
  delete set.dataset.field;
  list.element.hidden = !isOpen();
  return [set, list.element];
}

/**
 * @param {App} app
 * @param {DraftDocument} document
 * @param {string} path
 */
export function programmeField(app, document, path) {
  const { texts } = app;
  const own = `${path}.programme`;
  const programmes = document.get("programmes");
  const present = document.get(own);
  const select = element(
    "select",
    { name: own, onchange: () => document.set(own, select.value) },
    element("option", { value: "" }, texts.say("schedule.base")),
    ...programmes.map((/** @type {any} */ { id, name }) => element("option", { value: id }, name)),
    present &&
      !programmes.some((/** @type {any} */ { id }) => id === present) &&
      element("option", { value: present }, present),
  );
  select.value = present;
  return field(texts.say("schedule.programme"), select);
}

/**
 * @param {App} app
 * @param {DraftDocument} document
 * @param {string} path
 * @param {"starts" | "ends"} name
 * @param {boolean} optional
 */
export function dateField(app, document, path, name, optional) {
  const { texts } = app;
  const own = `${path}.${name}`;
  const input = element("input", {
    type: "date",
    name: own,
    min: FIRST_DATE,
    max: LAST_DATE,
    value: document.get(own) ?? "",
    required: !optional,
  });
  input.addEventListener("input", () => (input.value || optional) && document.set(own, input.value || null));
  const aside = optional && element("span", { class: "soft small" }, texts.say("texts.optional"));
  return field(texts.say(`schedule.${name}`), input, { aside });
}
