/** Logging in: as a page, and over a page whose session has ended. */

import { element, setText } from "../core/elements.js";
import { field, formNote } from "../core/form.js";
import { Problem } from "../core/problem.js";
import { passwordField } from "./password_field.js";

/**
 * @param {import("../core/app.js").App} app
 * @param {{login?: string, onEntered: () => void}} options `login`: who was here before
 */
export function loginForm(app, { login = "", onEntered }) {
  const { texts } = app;
  const name = element("input", {
    type: "text",
    name: "login",
    autocomplete: "username",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
    value: login,
  });
  const password = passwordField(app, texts.say("password"), { name: "password", autocomplete: "current-password" });
  const note = formNote();
  const submit = element("button", { type: "submit", class: "primary" }, texts.say("log_in"));
  const form = element(
    "form",
    { class: "form", method: "post", novalidate: true },
    field(texts.say("login"), name),
    password.element,
    note,
    element("div", { class: "actions" }, submit),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!submit.disabled) void tryIt();
  });

  async function tryIt() {
    submit.disabled = true;
    setText(note, "");
    try {
      const { data } = await app.api.post("/login", { login: name.value, password: password.input.value });
      await app.enter(data);
      onEntered();
    } catch (error) {
      submit.disabled = false;
      refused(error);
    }
  }

  /** @param {unknown} error */
  function refused(error) {
    if (error instanceof Problem && error.status === 429) {
      wait(error.retryAfterS);
      return;
    }
    setText(note, app.sentence(error));
    password.input.select();
    password.input.focus();
  }

  /** @param {number} seconds */
  function wait(seconds) {
    const until = Date.now() + seconds * 1000;
    submit.disabled = true;
    const count = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      const over = left <= 0 || !form.isConnected;
      note.textContent = over ? "" : texts.say("problem_throttled", { wait: texts.duration(left) });
      note.setAttribute("aria-live", "off"); // it is read out once, not each second
      submit.disabled = !over;
      if (over) clearInterval(counting);
    };
    const counting = setInterval(count, 1000);
    note.removeAttribute("aria-live");
    count();
  }

  return { form, focus: () => (name.value ? password.input : name).focus() };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {() => void} onEntered
 * @returns {import("../core/router.js").Page}
 */
export function loginPage(app, onEntered) {
  const { form, focus } = loginForm(app, { onEntered });
  const page = element(
    "div",
    { class: "page door" },
    element(
      "div",
      { class: "page-head" },
      element(
        "div",
        {},
        element("h1", {}, app.texts.say("login_title")),
        element("p", { class: "lead" }, app.texts.say("login_lead")),
      ),
    ),
    form,
    element("p", { class: "hint" }, app.texts.say("login_help")),
  );
  queueMicrotask(focus);
  return { element: page, title: app.texts.say("log_in") };
}
