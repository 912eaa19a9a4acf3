/** One's own account: the password, and the browsers in which one is logged in. */

import { button, element, redraw, setText } from "../core/elements.js";
import { formNote } from "../core/form.js";
import { agentOf } from "./agent.js";
import { passwordField } from "./password_field.js";

/** @typedef {{id: string, agent: string, made_at: string, seen_at: string, current: boolean}} Session */

/**
 * @param {string[]} _parts
 * @param {import("../core/app.js").App} app
 * @returns {Promise<import("../core/router.js").Page>}
 */
export async function openAccount(_parts, app) {
  const { texts } = app;
  const person = /** @type {import("../core/app.js").Me} */ (app.me).person;
  const sessions = element("ul", { class: "lines" });

  async function read() {
    /** @type {Session[]} */
    const all = (await app.api.get("/me/sessions")).data;
    const hereFirst = all.sort((one, other) => Number(other.current) - Number(one.current));
    redraw(sessions, ...hereFirst.map((one) => sessionLine(app, one, () => void again())));
  }

  async function again() {
    await read().catch((error) => app.report(error));
  }

  await read();
  const role = `${texts.say(`role_${person.role}`)}: ${texts.say(`role_${person.role}_means`)}`;
  const page = element(
    "div",
    { class: "page" },
    element(
      "div",
      { class: "page-head" },
      element("div", {}, element("h1", { dir: "auto" }, person.name), element("p", { class: "lead" }, role)),
    ),
    element("p", { class: "hint" }, texts.say("your_login", { login: person.login })),
    element(
      "section",
      { class: "section split" },
      element(
        "div",
        {},
        element("h2", {}, texts.say("change_password")),
        element("p", { class: "soft" }, texts.say("change_password_text")),
      ),
      passwordForm(app, person.login, () => void again()),
    ),
    element(
      "section",
      { class: "section split" },
      element(
        "div",
        {},
        element("h2", {}, texts.say("sessions")),
        element("p", { class: "soft" }, texts.say("sessions_text")),
      ),
      sessions,
    ),
  );
  return { element: page, title: texts.say("nav_account") };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {string} login for the browser's password manager
 * @param {() => void} changed
 */
function passwordForm(app, login, changed) {
  const { texts } = app;
  const old = passwordField(app, texts.say("old_password"), { name: "old", autocomplete: "current-password" });
  const fresh = passwordField(app, texts.say("new_password"), {
    name: "new",
    autocomplete: "new-password",
    hint: texts.say("password_hint"),
  });
  const note = formNote();
  const submit = element("button", { type: "submit", class: "primary" }, texts.say("change_password"));
  const user = element("input", { type: "text", autocomplete: "username", value: login, hidden: true, readonly: true });
  const form = element(
    "form",
    { class: "form", method: "post", novalidate: true },
    user,
    old.element,
    fresh.element,
    note,
    element("div", { class: "actions" }, submit),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!submit.disabled) void send();
  });

  async function send() {
    submit.disabled = true;
    setText(note, "");
    try {
      await app.api.post("/me/password", { old: old.input.value, new: fresh.input.value });
      form.reset();
      app.notice(texts.say("password_changed"));
      changed();
    } catch (error) {
      app.explain(error, form, note);
    } finally {
      submit.disabled = false;
    }
  }
  return form;
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Session} session
 * @param {() => void} changed
 */
function sessionLine(app, session, changed) {
  const { texts } = app;
  const { browser, system } = agentOf(session.agent);
  const name = browser
    ? texts.say("browser_on", { browser, system: system || texts.say("browser_unknown") })
    : texts.say("browser_unknown");

  async function end() {
    try {
      await app.api.delete(`/me/sessions/${session.id}`);
      app.notice(texts.say("session_over"));
      changed();
    } catch (error) {
      app.report(error);
    }
  }

  return element(
    "li",
    { class: "line", "data-key": session.id },
    element(
      "div",
      {},
      element("p", {}, name, session.current && element("span", { class: "tag" }, texts.say("this_browser"))),
      element(
        "p",
        { class: "hint" },
        texts.say("session_times", { since: texts.date(session.made_at), seen: texts.ago(session.seen_at) }),
      ),
    ),
    !session.current &&
      button(texts.say("session_end"), () => void end(), "secondary", {
        "aria-label": `${texts.say("session_end")}: ${name}`,
      }),
  );
}
