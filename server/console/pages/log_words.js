/** Entries of the log as sentences. An action that has no words yet is shown by its own name. */

/** Whose subject is a person. */
const OF_PEOPLE = /^(user|password|session|login$|logout$)/;

/**
 * @typedef {object} Known names
 * @property {Map<string, string>} gone of people whose accounts were removed
 * @property {Map<string, string>} titles of exhibitions
 * @property {Map<string, string>} stations by exhibition and id, with a slash between
 * @property {Map<string, string>} styles
 */

/**
 * @param {import("../core/app.js").App} app
 * @param {string} id
 * @param {Map<string, string>} gone
 */
export function nameOf(app, id, gone) {
  return gone.get(id) ?? app.people(id);
}

/**
 * @param {import("../core/app.js").App} app
 * @param {import("./log.js").Entry} entry
 * @param {Known} known
 */
export function sentenceOfEntry(app, entry, known) {
  const { texts } = app;
  const key = `log_${entry.action.replaceAll(".", "_")}`;
  const values = valuesOf(app, entry, known);
  const form = [`${key}${variantOf(entry)}`, key].find((one) => texts.has(one));
  const said = form ? texts.say(form, values) : [entry.action, entry.subject].filter(Boolean).join(" ");
  return said + changesOf(app, entry);
}

/**
 * What is said in other words: of oneself, of somebody who has a name, of who came too often.
 * @param {import("./log.js").Entry} entry
 */
function variantOf({ who, action, subject, detail }) {
  if (action === "login.refused" && detail.reason === "throttled") return "_throttled";
  if (action === "invitation.make" && detail.login) return "_named";
  return who === subject ? "_own" : "";
}

/**
 * @param {import("../core/app.js").App} app
 * @param {import("./log.js").Entry} entry
 * @param {Known} known
 */
function valuesOf(app, { action, exhibition, subject, detail }, { gone, titles, stations, styles }) {
  const { texts } = app;
  const thing =
    stations.get(`${exhibition}/${subject}`) ?? (action.startsWith("style.") && styles.get(subject)) ?? subject;
  const role = (/** @type {unknown} */ name) =>
    typeof name === "string" && texts.has(`role_${name}`) ? texts.say(`role_${name}`) : "";
  const at = typeof detail.goes_live_at === "number" ? texts.date(detail.goes_live_at * 1000) : "";
  return {
    subject: OF_PEOPLE.test(action) && action !== "login.refused" ? nameOf(app, subject, gone) : thing || subject,
    title: titles.get(exhibition) ?? exhibition,
    name: String(detail.name ?? subject),
    login: String(detail.login ?? subject),
    role: role(detail.role ?? detail.after),
    before: role(detail.before) || String(detail.before ?? ""),
    after: role(detail.after) || String(detail.after ?? ""),
    count: Number(detail.count ?? 0),
    when: at,
    address: String(detail.address ?? ""),
  };
}

/**
 * Which parts of a document were changed, in words where there are some.
 * @param {import("../core/app.js").App} app
 * @param {import("./log.js").Entry} entry
 */
function changesOf({ texts }, { detail }) {
  if (!Array.isArray(detail.changed) || detail.changed.length === 0) return "";
  const parts = detail.changed.map((name) => (texts.has(`part_${name}`) ? texts.say(`part_${name}`) : String(name)));
  return texts.say("log_changed", { parts: texts.list([...new Set(parts)]) });
}
