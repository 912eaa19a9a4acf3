/** The log: who did what, and when, in plain words, the newest first. */

import { button, element, fill } from "../core/elements.js";
import { field } from "../core/form.js";
import { LogNames } from "./log_names.js";
import { nameOf, sentenceOfEntry } from "./log_words.js";

const COUNT = 50;

/**
 * @typedef {object} Entry
 * @property {number} id
 * @property {string} at
 * @property {string} who a person's id, "system" or "command"
 * @property {string} action
 * @property {string} exhibition its id; "": of none
 * @property {string} subject
 * @property {Record<string, any>} detail
 */

/**
 * @param {string[]} parts the exhibition of which it tells; "": all
 * @param {import("../core/app.js").App} app
 * @returns {Promise<import("../core/router.js").Page>}
 */
export async function openLog([exhibition], app) {
  const { texts } = app;
  /** @type {Entry[]} */
  let entries = [];
  const names = new LogNames(app);
  const list = element("div", { class: "log" });
  const more = button(texts.say("log_more"), () => void next().catch((error) => app.report(error)), "secondary");

  async function next() {
    const query = new URLSearchParams({ count: String(COUNT) });
    if (exhibition) query.set("exhibition", exhibition);
    const last = entries.at(-1);
    if (last) query.set("before", String(last.id));
    const { data } = await app.api.get(`/audit?${query}`);
    entries = [...entries, ...data];
    await names.learn(data);
    fill(list, ...days(entries).map(([day, ofDay]) => dayOf(app, day, ofDay, names)));
    if (entries.length === 0) fill(list, element("p", { class: "lead" }, texts.say("log_empty")));
    more.hidden = data.length < COUNT;
  }

  await Promise.all([names.read(), app.readPeople()]); // somebody may have joined meanwhile
  await next();
  const page = element(
    "div",
    { class: "page" },
    element(
      "div",
      { class: "page-head" },
      element(
        "div",
        {},
        element("h1", {}, texts.say("nav_log")),
        element("p", { class: "lead" }, texts.say("log_lead")),
      ),
      filter(app, names.titles, exhibition),
    ),
    list,
    element("div", { class: "actions log-more" }, more),
  );
  return { element: page, title: texts.say("nav_log") };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Map<string, string>} titles
 * @param {string} chosen
 */
function filter(app, titles, chosen) {
  const select = element("select", { name: "exhibition" }, element("option", { value: "" }, app.texts.say("log_all")));
  if (chosen && !titles.has(chosen)) select.append(element("option", { value: chosen }, chosen));
  for (const [id, title] of titles) select.append(element("option", { value: id }, title));
  select.value = chosen;
  select.addEventListener("change", () => app.go(select.value ? `#/log/${select.value}` : "#/log"));
  return field(app.texts.say("exhibition"), select, { className: "log-filter" });
}

/**
 * @param {readonly Entry[]} entries
 * @returns {[string, Entry[]][]} by day, the newest first
 */
function days(entries) {
  /** @type {Map<string, Entry[]>} */
  const found = new Map();
  for (const entry of entries) {
    const day = new Date(entry.at).toDateString();
    found.set(day, [...(found.get(day) ?? []), entry]);
  }
  return [...found];
}

/**
 * @param {import("../core/app.js").App} app
 * @param {string} day
 * @param {readonly Entry[]} entries
 * @param {LogNames} names
 */
function dayOf(app, day, entries, names) {
  const { texts } = app;
  const lines = together(entries.map((entry) => ({ entry, sentence: sentenceOfEntry(app, entry, names), count: 1 })));
  const shown = lines.map(({ entry, sentence, count }) => {
    const isOfExhibition = entry.exhibition && !entry.action.startsWith("exhibition.");
    const where = isOfExhibition ? (names.titles.get(entry.exhibition) ?? entry.exhibition) : "";
    return element(
      "li",
      {},
      element("time", { datetime: entry.at }, texts.time(entry.at)),
      element("span", { class: "who", dir: "auto" }, nameOf(app, entry.who, names.gone)),
      element(
        "span",
        { class: "what" },
        count > 1 ? texts.say("log_times", { sentence, count }) : sentence,
        where && element("span", { class: "where", dir: "auto" }, where),
      ),
    );
  });
  return element(
    "section",
    { class: "log-day" },
    element("h2", {}, texts.day(day)),
    element("ul", { class: "log-lines" }, ...shown),
  );
}

/**
 * What somebody did several times in a row is one line.
 * @param {{entry: Entry, sentence: string, count: number}[]} lines
 */
function together(lines) {
  /** @type {typeof lines} */
  const found = [];
  for (const line of lines) {
    const last = found.at(-1);
    const isSame = last?.sentence === line.sentence && last.entry.who === line.entry.who;
    if (last && isSame && last.entry.exhibition === line.entry.exhibition) last.count += 1;
    else found.push(line);
  }
  return found;
}
