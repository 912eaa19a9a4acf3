/** What somebody sees who follows a link: the first set-up, an invitation, a new password; or that it has ended. */

import { element, fill, setText } from "../core/elements.js";
import { field, formNote } from "../core/form.js";
import { Problem } from "../core/problem.js";
import { passwordField } from "./password_field.js";

/** @typedef {{role: string, login: string, resets: boolean, ends_at: string}} Purpose */

/**
 * @param {string[]} parts the link's secret
 * @param {import("../core/app.js").App} app
 * @returns {Promise<import("../core/router.js").Page>}
 */
export async function openLink([token], app) {
  try {
    const { data } = await app.api.get(`/links/${encodeURIComponent(token)}`);
    return purposePage(app, token, data);
  } catch (error) {
    if (error instanceof Problem && error.code === "link_ended") return endedPage(app);
    throw error;
  }
}

/**
 * @param {import("../core/app.js").App} app
 * @returns {import("../core/router.js").Page}
 */
function endedPage({ texts }) {
  const page = element(
    "div",
    { class: "page door" },
    head(texts.say("link_ended_title"), texts.say("link_ended_text")),
    element(
      "div",
      { class: "actions" },
      element("a", { class: "button secondary", href: "#/" }, texts.say("to_login")),
    ),
  );
  return { element: page, title: texts.say("link_ended_title") };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {string} token
 * @param {Purpose} purpose
 * @returns {import("../core/router.js").Page}
 */
function purposePage(app, token, purpose) {
  const { texts } = app;
  const kind = purpose.resets ? "reset" : "join";
  const title = texts.say(`${kind}_title`);
  const lead = texts.say(`${kind}_lead`, { login: purpose.login });
  const note = formNote();
  const form = acceptance(app, purpose, note, async (body) => {
    const { data } = await app.api.post(`/links/${encodeURIComponent(token)}`, body);
    await app.enter(data);
    app.go("#/");
  });
  const role = element(
    "p",
    { class: "note", "data-kind": "info" },
    element("strong", {}, texts.say(`role_${purpose.role}`)),
    `: ${texts.say(`role_${purpose.role}_means`)}`,
  );
  const page = element(
    "div",
    { class: "page door" },
    head(title, lead),
    !purpose.resets && role,
    form,
    element("p", { class: "hint" }, texts.say("link_until", { when: app.date(purpose.ends_at) })),
  );
  return { element: page, title };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Purpose} purpose
 * @param {HTMLElement} note
 * @param {(body: {login: string, name: string, password: string}) => Promise<void>} accept
 */
function acceptance(app, purpose, note, accept) {
  const { texts } = app;
  const login = element("input", {
    type: "text",
    name: "login",
    autocomplete: "username",
    autocapitalize: "none",
    spellcheck: "false",
    value: purpose.login,
    readonly: purpose.login !== "",
  });
  const name = element("input", { type: "text", name: "name", autocomplete: "name", dir: "auto" });
  const password = passwordField(app, texts.say("new_password"), {
    name: "password",
    autocomplete: "new-password",
    hint: texts.say("password_hint"),
  });
  const submit = element("button", { type: "submit", class: "primary" });
  submit.textContent = texts.say(purpose.resets ? "reset_do" : "join_do");
  const form = element("form", { class: "form", method: "post", novalidate: true });
  fill(
    form,
    !purpose.resets && field(texts.say("your_name"), name, { hint: texts.say("your_name_hint") }),
    field(texts.say("login"), login, purpose.login ? {} : { hint: texts.say("login_hint") }),
    password.element,
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
      await accept({ login: login.value, name: name.value, password: password.input.value });
    } catch (error) {
      app.explain(error, form, note);
    } finally {
      submit.disabled = false;
    }
  }
  return form;
}

/**
 * @param {string} title
 * @param {string} lead
 */
function head(title, lead) {
  return element(
    "div",
    { class: "page-head" },
    element("div", {}, element("h1", {}, title), element("p", { class: "lead" }, lead)),
  );
}
