/** What happened, the newest first: by level, kind and station. */

import { button, element, fill } from "../../core/elements.js";
import { field } from "../../core/form.js";
import { isSame } from "../model/condition.js";
import { stationChooser } from "../parts/choosers.js";
import { operatePage, placeHash, tabHash } from "../parts/frame.js";
import { levelMark } from "../parts/mark.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").HouseEvent} HouseEvent */
/** @typedef {import("../model/types.js").StationReading} StationReading */

const COUNT = 50;
const LEVELS = ["info", "warning", "error"];
const KINDS = ["station", "alert", "doctor", "log"];

/**
 * @param {string[]} parts the exhibition and the station; "": all
 * @param {App} app
 * @returns {Promise<import("../../core/router.js").Page>}
 */
export async function openEvents([exhibition, station], app) {
  const { texts } = app;
  const place = station ? { exhibition, station } : null;
  const chosen = { level: "", kind: "" };
  /** @type {HouseEvent[]} */
  let events = [];
  let turn = 0;
  const list = element("div", { class: "log events" });
  const more = button(texts.say("log_more"), () => void next(), "secondary");
  /** @type {StationReading[]} */
  const stations = (await app.api.get("/operate/reading")).data.stations;

  /** @param {boolean} [anew] from the newest on */
  async function read(anew = false) {
    turn += 1;
    const mine = turn;
    const last = anew ? undefined : events.at(-1);
    const query = new URLSearchParams({ count: String(COUNT), ...place });
    for (const [name, value] of Object.entries(chosen)) if (value) query.set(name, value);
    if (last) query.set("before", String(last.id));
    const { data } = await app.api.get(`/operate/events?${query}`);
    if (mine !== turn) return;
    events = last ? [...events, ...data] : data;
    fill(list, ...days(events).map(([day, ofDay]) => dayOf(app, day, ofDay, stations)));
    if (events.length === 0) fill(list, element("p", { class: "lead" }, texts.say("events.empty")));
    more.hidden = data.length < COUNT;
  }

  const next = (anew = false) => read(anew).catch((error) => app.report(error));
  await read(true);
  const page = operatePage(app, {
    tab: "events",
    head: [
      element("h1", {}, texts.say("operate.tab_events")),
      element("p", { class: "lead" }, texts.say("events.lead")),
    ],
    actions: button(texts.say("events.again"), () => void next(true)),
    body: [
      element(
        "div",
        { class: "chart-choices" },
        stationChooser(app, {
          label: texts.say("history.of"),
          all: texts.say("events.all"),
          stations,
          chosen: place,
          onChoose: (one) => app.go(one ? placeHash("events", one) : tabHash("events")),
        }),
        select(app, "level", LEVELS, (value) => ((chosen.level = value === "info" ? "" : value), void next(true))),
        select(app, "kind", ["", ...KINDS], (value) => ((chosen.kind = value), void next(true))),
      ),
      list,
      element("div", { class: "actions log-more" }, more),
    ],
  });
  return { element: page, title: texts.say("operate.tab_events") };
}

/**
 * @param {App} app
 * @param {"level" | "kind"} name
 * @param {readonly string[]} values
 * @param {(value: string) => void} onChoose
 */
function select({ texts }, name, values, onChoose) {
  const made = element(
    "select",
    { name },
    ...values.map((value) => element("option", { value }, texts.say(value ? `${name}.from_${value}` : `${name}.all`))),
  );
  made.addEventListener("change", () => onChoose(made.value));
  return field(texts.say(`events.${name}`), made, { className: "chooser" });
}

/**
 * @param {readonly HouseEvent[]} events
 * @returns {[string, HouseEvent[]][]} by day, the newest first
 */
function days(events) {
  /** @type {Map<string, HouseEvent[]>} */
  const found = new Map();
  for (const event of events) {
    const day = new Date(event.at).toDateString();
    found.set(day, [...(found.get(day) ?? []), event]);
  }
  return [...found];
}

/**
 * @param {App} app
 * @param {string} day
 * @param {readonly HouseEvent[]} events
 * @param {readonly StationReading[]} stations
 */
function dayOf({ texts }, day, events, stations) {
  const lines = events.map((event) => {
    const station = stations.find((one) => isSame(one, event) || (!event.exhibition && one.station === event.station));
    const title = event.station && (station?.title || event.station);
    const where = event.sentence.includes(title) ? "" : title;
    const kind = texts.has(`kind.from_${event.kind}`) ? texts.say(`kind.from_${event.kind}`) : event.kind;
    const level = /** @type {const} */ ({ info: "quiet", warning: "warning", error: "error" })[event.level];
    return element(
      "li",
      { "data-level": event.level },
      element("time", { datetime: event.at }, texts.clock(event.at)),
      element("span", { class: "event-level" }, levelMark(level, texts.say(`event.${event.level}`))),
      element(
        "span",
        { class: "what" },
        element("span", { lang: "en" }, event.sentence), // the server's own words
        element("span", { class: "where", dir: "auto" }, where ? `${kind}, ${where}` : kind),
      ),
    );
  });
  return element(
    "section",
    { class: "log-day" },
    element("h2", {}, texts.day(day)),
    element("ul", { class: "log-lines" }, ...lines),
  );
}
