/** The keys that codes are signed with: what it means to change them, and doing so. */

import { button, element, redraw } from "../core/elements.js";

/** @typedef {{id: number, made_at: string, withdrawn_at: string | null, current: boolean}} Key */

/**
 * @param {string[]} _parts
 * @param {import("../core/app.js").App} app
 * @returns {Promise<import("../core/router.js").Page>}
 */
export async function openKeys(_parts, app) {
  const { texts } = app;
  const list = element("ul", { class: "lines" });

  async function read() {
    /** @type {Key[]} */
    const keys = (await app.api.get("/keys")).data;
    redraw(list, ...keys.reverse().map((key) => keyLine(app, key, () => void withdraw(key))));
  }

  /**
   * @param {() => Promise<unknown>} act
   * @param {string} done
   */
  async function perform(act, done) {
    try {
      await act();
      app.notice(done);
      await read();
    } catch (error) {
      app.report(error);
    }
  }

  async function rotate() {
    const sure = await app.confirm(texts.say("rotate_question"), {
      detail: texts.say("rotate_means"),
      yes: texts.say("rotate"),
    });
    if (sure) await perform(() => app.api.post("/keys"), texts.say("rotated"));
  }

  /** @param {Key} key */
  async function withdraw({ id }) {
    const means = ["withdraw_key_codes", "withdraw_key_visits", "withdraw_key_forever"].map((line) =>
      element("li", {}, texts.say(line)),
    );
    const sure = await app.confirm(texts.say("withdraw_key_question", { id }), {
      detail: element("ul", {}, ...means),
      yes: texts.say("withdraw_key"),
      typed: String(id),
      danger: true,
    });
    if (sure) await perform(() => app.api.delete(`/keys/${id}`), texts.say("key_withdrawn", { id }));
  }

  await read();
  const steps = ["keys_step_1", "keys_step_2", "keys_step_3"].map((key) => element("li", {}, texts.say(key)));
  const page = element(
    "div",
    { class: "page" },
    element(
      "div",
      { class: "page-head" },
      element(
        "div",
        {},
        element("h1", {}, texts.say("nav_keys")),
        element("p", { class: "lead" }, texts.say("keys_lead")),
      ),
      element(
        "div",
        { class: "actions" },
        button(texts.say("rotate"), () => void rotate(), "primary"),
      ),
    ),
    element("section", { "aria-label": texts.say("nav_keys") }, list),
    element(
      "section",
      { class: "section" },
      element("h2", {}, texts.say("keys_when")),
      element("p", {}, texts.say("keys_when_text")),
      element("ol", { class: "steps" }, ...steps),
    ),
  );
  return { element: page, title: texts.say("nav_keys") };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Key} key
 * @param {() => void} withdraw
 */
function keyLine(app, { id, made_at, withdrawn_at, current }, withdraw) {
  const { texts } = app;
  const state = withdrawn_at ? "hidden" : current ? "shown" : "scheduled";
  const word = withdrawn_at ? "key_gone" : current ? "key_current" : "key_older";
  return element(
    "li",
    { class: "line", "data-key": id },
    element(
      "div",
      {},
      element("h2", { class: "key-name" }, texts.say("key_named", { id: String(id) })),
      element(
        "p",
        { class: "state", "data-state": state },
        texts.say(word, { when: withdrawn_at ? texts.day(withdrawn_at) : "" }),
      ),
      element("p", { class: "hint" }, texts.say("key_made", { when: app.date(made_at) })),
    ),
    !withdrawn_at &&
      (current
        ? element("p", { class: "hint" }, texts.say("key_current_hint"))
        : button(texts.say("withdraw_key"), withdraw, "danger", {
            "aria-label": texts.say("withdraw_key_named", { id: String(id) }),
          })),
  );
}
