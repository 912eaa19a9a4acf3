/** The forms of what a schedule lists: weekly slots and dated events. */

import { element } from "../../core/elements.js";
import { addDays, wallClock } from "../model/dates.js";
import { DatedList } from "./dated_list.js";
import { dateField, daysField, hoursField, nameField, openingFields, programmeField } from "./schedule_fields.js";
import { dateName, weekdayName } from "./weekday_names.js";

const EVENING = Object.freeze({ opens: "18:00", closes: "21:00" });

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../document/draft_document.js").DraftDocument} DraftDocument */
/** @typedef {import("../model/types.js").Slot} Slot */
/** @typedef {import("../model/types.js").Event} Event */

/**
 * @param {App} app
 * @param {DraftDocument} document
 */
export function slotList(app, document) {
  const { texts } = app;
  return new DatedList(app, document, {
    path: "schedule.slots",
    title: texts.say("field.schedule.slots"),
    hint: texts.say("schedule.slots_hint"),
    add: texts.say("schedule.add_slot"),
    none: texts.say("schedule.no_slots"),
    make: () => ({ days: ["thu"], hours: { ...EVENING }, programme: "", starts: null, ends: null, name: "" }),
    summary: (slot) => slotWords(app, document, slot),
    form: (path) =>
      element(
        "div",
        { class: "form" },
        nameField(app, document, path, "schedule.slot_name"),
        daysField(app, document, path),
        hoursField(app, document, path),
        programmeField(app, document, path),
        element(
          "div",
          { class: "dates" },
          dateField(app, document, path, "starts", true),
          dateField(app, document, path, "ends", true),
        ),
      ),
  });
}

/**
 * @param {App} app
 * @param {DraftDocument} document
 */
export function eventList(app, document) {
  const { texts } = app;
  return new DatedList(app, document, {
    path: "schedule.events",
    title: texts.say("field.schedule.events"),
    hint: texts.say("schedule.events_hint"),
    add: texts.say("schedule.add_event"),
    none: texts.say("schedule.no_events"),
    make: () => {
      const day = addDays(wallClock(new Date(), document.get("schedule.timezone")).slice(0, 10), 7);
      return { name: texts.say("schedule.new_event"), starts: day, ends: day, hours: [], programme: "" };
    },
    summary: (event) => eventWords(app, document, event),
    form: (path) =>
      element(
        "div",
        { class: "form" },
        nameField(app, document, path, "schedule.event_name"),
        element(
          "div",
          { class: "dates" },
          dateField(app, document, path, "starts", false),
          dateField(app, document, path, "ends", false),
        ),
        ...openingFields(app, document, path),
        programmeField(app, document, path),
      ),
  });
}

/**
 * @param {App} app
 * @param {DraftDocument} document
 * @param {Slot} slot
 */
function slotWords({ texts }, document, { name, days, hours, programme, starts, ends }) {
  const dates =
    starts || ends ? `${starts ? dateName(texts, starts) : "…"} – ${ends ? dateName(texts, ends) : "…"}` : "";
  const names = texts.list(
    days.map((day) => weekdayName(texts, day, "short")),
    "unit",
  );
  return [name, names, `${hours.opens}–${hours.closes}`, programmeName(document, programme), dates]
    .filter(Boolean)
    .join(" · ");
}

/**
 * @param {App} app
 * @param {DraftDocument} document
 * @param {Event} event
 */
function eventWords({ texts }, document, { name, starts, ends, hours, programme }) {
  const dates = starts === ends ? dateName(texts, starts) : `${dateName(texts, starts)} – ${dateName(texts, ends)}`;
  const opening =
    hours.length > 0 ? hours.map(({ opens, closes }) => `${opens}–${closes}`).join(", ") : texts.say("hours.closed");
  return [name, dates, opening, programmeName(document, programme)].filter(Boolean).join(" · ");
}

/**
 * @param {DraftDocument} document
 * @param {string} id
 */
function programmeName(document, id) {
  return id && (document.get("programmes").find((/** @type {any} */ one) => one.id === id)?.name ?? id);
}
