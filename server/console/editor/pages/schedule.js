/** When an exhibition is open, and which programme runs when: a week of the saved draft, and the forms below it. */

import { element } from "../../core/elements.js";
import { DraftDocument } from "../document/draft_document.js";
import { SaveBar } from "../parts/save_bar.js";
import { exhibitionPage, titleOf } from "../parts/frame.js";
import { eventList, slotList } from "../parts/schedule_entries.js";
import { WeekView } from "../parts/week_view.js";
import { WeeklyForm } from "../parts/weekly_form.js";

/** @typedef {import("../../core/app.js").App} App */

/**
 * @param {string[]} parts the exhibition's id
 * @param {App} app
 */
export async function openSchedule([id], app) {
  const document = await DraftDocument.open(app, `/exhibitions/${id}`, id);
  const { texts } = app;
  const week = new WeekView(app, id, document.saved.content);
  const forms = [new WeeklyForm(app, document), slotList(app, document), eventList(app, document)];
  const [weekly, slots, events] = forms;
  const note = element("p", { class: "hint", role: "status" });
  const bar = new SaveBar(
    app,
    document,
    titleOf(app, document.saved).text,
    () => void week.renew(document.saved.content),
  );
  const page = exhibitionPage(app, document.saved, {
    tab: "schedule",
    heading: element("h1", {}, texts.say("tabs.schedule")),
    className: "schedule",
    body: [
      week.element,
      note,
      element("section", { class: "section" }, element("h2", {}, texts.say("schedule.weekly")), weekly.element),
      slots.element,
      events.element,
      bar.element,
    ],
  });
  const render = () => (note.textContent = document.dirty ? texts.say("week.saved_only") : "");
  document.onChange(render);
  render();
  await week.load();
  const close = () => {
    for (const part of [...forms, bar, document]) part.close();
  };
  return { element: page, title: texts.say("tabs.schedule"), close };
}
