/** What an admin does with accounts and links: each asks first, does it, and lets the list be read anew. */

import { element } from "../core/elements.js";
import { dialog } from "../core/dialog.js";
import { choices, field, formNote } from "../core/form.js";
import { showLink } from "./link_dialog.js";

export const ROLES = Object.freeze(["viewer", "curator", "operator", "admin"]);

/** @typedef {import("./people.js").Person} Person */
/** @typedef {import("./people.js").Link} Link */

/**
 * Does it, says so, and reads the list anew; says what went wrong where there is no form for that.
 * @param {import("../core/app.js").App} app
 * @param {() => Promise<unknown>} act
 * @param {string} done
 * @param {() => void} changed
 */
async function perform(app, act, done, changed) {
  try {
    await act();
    app.notice(done);
    changed();
  } catch (error) {
    app.report(error);
  }
}

/**
 * A dialog of one form: it stays open, with what is wrong, until the server took it.
 * @param {import("../core/app.js").App} app
 * @param {string} title
 * @param {HTMLElement[]} fields
 * @param {{yes: string, send: () => Promise<unknown>}} options
 */
async function ask(app, title, fields, { yes, send }) {
  const note = formNote();
  const asked = dialog(
    title,
    [...fields, note],
    [
      { label: app.texts.say("cancel"), value: "" },
      {
        label: yes,
        value: "done",
        kind: "primary",
        act: async () => {
          try {
            await send();
            return true;
          } catch (error) {
            app.explain(error, asked.element, note);
            return false;
          }
        },
      },
    ],
  );
  return (await asked.closed) === "done";
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Person} person
 * @param {() => void} changed
 */
export async function rename(app, person, changed) {
  const { texts } = app;
  const input = element("input", { type: "text", name: "name", value: person.name, dir: "auto", maxlength: 120 });
  const send = () => app.api.patch(`/people/${person.id}`, { name: input.value });
  const title = texts.say("rename_title", { name: person.name });
  const done = await ask(app, title, [field(texts.say("name"), input)], { yes: texts.say("save"), send });
  if (!done) return;
  app.notice(texts.say("saved"));
  changed();
}

/**
 * @param {import("../core/app.js").App} app
 * @param {string} chosen
 */
function roleChoices(app, chosen) {
  const { texts } = app;
  const options = ROLES.map((role) => ({
    value: role,
    label: texts.say(`role_${role}`),
    hint: sentence(texts.say(`role_${role}_means`)),
  }));
  return choices(texts.say("role"), "role", options, chosen);
}

/** @param {string} text */
export function sentence(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** @param {HTMLElement} set */
function chosenOf(set) {
  return /** @type {HTMLInputElement | null} */ (set.querySelector("input:checked"))?.value ?? "";
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Person} person
 * @param {() => void} changed
 */
export async function changeRole(app, person, changed) {
  const { texts } = app;
  const set = roleChoices(app, person.role);
  const send = () => app.api.patch(`/people/${person.id}`, { role: chosenOf(set) });
  const title = texts.say("change_role_title", { name: person.name });
  if (!(await ask(app, title, [set], { yes: texts.say("save"), send }))) return;
  app.notice(texts.say("saved"));
  changed();
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Person} person
 * @param {() => void} changed
 */
export async function reset(app, person, changed) {
  const { texts } = app;
  const { name } = person;
  const detail = texts.say("reset_means", { name });
  if (!(await app.confirm(texts.say("reset_question", { name }), { detail, yes: texts.say("make_link") }))) return;
  try {
    const { data } = await app.api.post(`/people/${person.id}/reset`);
    await showLink(app, texts.say("reset_link_title", { name }), texts.say("reset_link_text", { name }), data);
    changed();
  } catch (error) {
    app.report(error);
  }
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Person} person
 * @param {() => void} changed
 */
export async function toggle(app, person, changed) {
  const { texts } = app;
  const { name, disabled } = person;
  if (!disabled) {
    const detail = texts.say("disable_means");
    if (!(await app.confirm(texts.say("disable_question", { name }), { detail, yes: texts.say("disable") }))) return;
  }
  const done = texts.say(disabled ? "enabled_done" : "disabled_done", { name });
  await perform(app, () => app.api.patch(`/people/${person.id}`, { disabled: !disabled }), done, changed);
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Person} person
 * @param {() => void} changed
 */
export async function remove(app, person, changed) {
  const { texts } = app;
  const { name, login } = person;
  const sure = await app.confirm(texts.say("remove_person_question", { name }), {
    detail: texts.say("remove_person_means"),
    yes: texts.say("remove_person"),
    typed: login,
    danger: true,
  });
  if (sure)
    await perform(app, () => app.api.delete(`/people/${person.id}`), texts.say("removed", { title: name }), changed);
}

/**
 * @param {import("../core/app.js").App} app
 * @param {() => void} changed
 */
export async function invitation(app, changed) {
  const { texts } = app;
  const set = roleChoices(app, "curator");
  const login = element("input", {
    type: "text",
    name: "login",
    autocapitalize: "none",
    spellcheck: "false",
    autocomplete: "off",
  });
  const optional = element("span", { class: "hint" }, texts.say("optional"));
  /** @type {{address: string, ends_at: string} | null} */
  let link = null;
  const fields = [set, field(texts.say("login"), login, { hint: texts.say("invite_login_hint"), aside: optional })];
  const send = async () => {
    link = (await app.api.post("/invitations", { role: chosenOf(set), login: login.value.trim() })).data;
  };
  await ask(app, texts.say("invite"), fields, { yes: texts.say("make_link"), send });
  if (!link) return;
  changed();
  await showLink(app, texts.say("invite_link_title"), texts.say("invite_link_text"), link);
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Link} link
 * @param {() => void} changed
 */
export async function withdrawLink(app, link, changed) {
  const { texts } = app;
  const detail = texts.say("withdraw_link_means");
  if (!(await app.confirm(texts.say("withdraw_link_question"), { detail, yes: texts.say("withdraw_link") }))) return;
  await perform(app, () => app.api.delete(`/invitations/${link.id}`), texts.say("link_withdrawn"), changed);
}
