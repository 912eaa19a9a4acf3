/** Asks whose words are kept, field by field, when two people changed the same document. Saves nothing. */

import { dialog } from "../../core/dialog.js";
import { element } from "../../core/elements.js";
import { fieldName, fieldValue } from "./field_words.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/changes.js").Change} Change */

/**
 * @param {App} app
 * @param {string} what the document's name
 * @returns {import("../document/draft_document.js").Settle}
 */
export function settleWith(app, what) {
  return async ({ changes, saved }) => {
    const { texts } = app;
    const who = app.people(saved.changed_by);
    /** @type {Set<string>} */
    const theirs = new Set(changes.filter(({ clash }) => !clash).map(({ path }) => path));
    const rows = changes.map((change) => choice(app, change, who, saved.content, theirs));
    const intro = element("p", {}, texts.say("conflict.intro", { who, what, when: texts.ago(saved.changed_at) }));
    const all = element(
      "p",
      { class: "row" },
      allButton(texts.say("conflict.all_mine"), rows, "mine"),
      allButton(texts.say("conflict.all_theirs", { who }), rows, "theirs"),
    );
    const asked = dialog(
      texts.say("conflict.title"),
      [intro, changes.length > 2 && all, ...rows],
      [
        { label: texts.say("conflict.later"), value: "", kind: "secondary" },
        { label: texts.say("conflict.save"), value: "save", kind: "primary" },
      ],
      { className: "conflict" },
    );
    return (await asked.closed) === "save" ? theirs : null;
  };
}

/**
 * One field: mine beside theirs.
 * @param {App} app
 * @param {Change} change
 * @param {string} who
 * @param {any} content
 * @param {Set<string>} theirs
 */
function choice(app, change, who, content, theirs) {
  const { texts } = app;
  const { path, clash } = change;
  const options = [
    { value: "mine", label: texts.say(clash ? "conflict.mine" : "conflict.before"), shown: change.mine },
    { value: "theirs", label: texts.say("conflict.theirs", { who }), shown: change.theirs },
  ];
  return element(
    "fieldset",
    { class: clash ? "clash" : "clash one-sided", "data-field": path },
    element("legend", {}, fieldName(app, path, content)),
    element("p", { class: "hint" }, texts.say(clash ? "conflict.both" : "conflict.only_theirs", { who })),
    ...options.map(({ value, label, shown }) => {
      const chosen = theirs.has(path) === (value === "theirs");
      const radio = element("input", { type: "radio", name: `conflict-${path}`, value, checked: chosen });
      radio.addEventListener("change", () => (value === "theirs" ? theirs.add(path) : theirs.delete(path)));
      return element("label", { class: "side" }, radio, element("span", {}, label), fieldValue(app, path, shown));
    }),
  );
}

/**
 * @param {string} label
 * @param {HTMLElement[]} rows
 * @param {"mine" | "theirs"} side
 */
function allButton(label, rows, side) {
  return element(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: () =>
        rows.forEach((row) => /** @type {HTMLInputElement} */ (row.querySelector(`[value=${side}]`)).click()),
    },
    label,
  );
}
