/** Everybody who has an account, and the links that were sent to others. Who may not change it, reads it. */

import { button, element, icon, redraw } from "../core/elements.js";
import {
  changeRole,
  invitation,
  remove,
  rename,
  reset,
  ROLES,
  sentence,
  toggle,
  withdrawLink,
} from "./person_actions.js";

/** @typedef {import("../core/app.js").Person} Person */
/** @typedef {{id: string, role: string, login: string, person: string | null, ends_at: string}} Link */

/**
 * @param {string[]} _parts
 * @param {import("../core/app.js").App} app
 * @returns {Promise<import("../core/router.js").Page>}
 */
export async function openPeople(_parts, app) {
  const { texts } = app;
  const people = element("section", { "aria-label": texts.say("people") });
  const links = element("section", { class: "section" });
  const mayChange = app.can("administer");

  async function read() {
    const [persons, open] = await Promise.all([
      app.readPeople(),
      mayChange ? app.api.get("/invitations").then(({ data }) => data) : [],
    ]);
    redraw(
      people,
      peopleTable(app, persons, () => void again()),
    );
    links.hidden = open.length === 0;
    redraw(
      links,
      element("h2", {}, texts.say("links_open")),
      linkTable(app, open, () => void again()),
    );
  }

  async function again() {
    await read().catch((error) => app.report(error));
  }

  await read();
  const invite = button(texts.say("invite"), () => void invitation(app, () => void again()), "primary");
  const page = element(
    "div",
    { class: "page" },
    element(
      "div",
      { class: "page-head" },
      element(
        "div",
        {},
        element("h1", {}, texts.say("people")),
        element("p", { class: "lead" }, texts.say("people_lead")),
      ),
      mayChange && element("div", { class: "actions" }, invite),
    ),
    people,
    links,
    roleList(app),
  );
  return { element: page, title: texts.say("people") };
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Person[]} people
 * @param {() => void} changed
 */
function peopleTable(app, people, changed) {
  const { texts } = app;
  const mayChange = app.can("administer");
  const heads = ["name", "login", "role", "since"].map((key) => element("th", { scope: "col" }, texts.say(key)));
  const rows = people.map((person) => {
    const isOneself = person.id === app.me?.person.id;
    return element(
      "tr",
      { class: person.disabled ? "disabled" : null, "data-key": person.id },
      element(
        "th",
        { scope: "row" },
        element("span", { class: "person-name", dir: "auto" }, person.name),
        isOneself && element("span", { class: "tag" }, texts.say("you")),
        person.disabled && element("span", { class: "tag" }, texts.say("disabled")),
      ),
      element("td", { "data-label": texts.say("login") }, person.login),
      element("td", { "data-label": texts.say("role") }, texts.say(`role_${person.role}`)),
      element("td", { "data-label": texts.say("since") }, texts.day(person.made_at)),
      mayChange && element("td", { class: "end" }, personMenu(app, person, changed)),
    );
  });
  return element(
    "table",
    { class: "table people" },
    element("thead", {}, element("tr", {}, ...heads, mayChange && element("td", {}))),
    element("tbody", {}, ...rows),
  );
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Person} person
 * @param {() => void} changed
 */
function personMenu(app, person, changed) {
  const { texts } = app;
  const isOneself = person.id === app.me?.person.id;
  const entry = (/** @type {string} */ key, /** @type {() => Promise<void>} */ act, className = "") =>
    element("button", { type: "button", class: className || null, onclick: () => void act() }, texts.say(key));
  return element(
    "details",
    { class: "menu" },
    element(
      "summary",
      { class: "round", "aria-label": texts.say("more_of", { title: person.name }), title: texts.say("more") },
      icon("more"),
    ),
    element(
      "div",
      { class: "menu-body" },
      entry("rename", () => rename(app, person, changed)),
      entry("change_role", () => changeRole(app, person, changed)),
      entry("send_reset", () => reset(app, person, changed)),
      !isOneself && entry(person.disabled ? "enable" : "disable", () => toggle(app, person, changed)),
      !isOneself && entry("remove_person", () => remove(app, person, changed), "ends"),
    ),
  );
}

/**
 * @param {import("../core/app.js").App} app
 * @param {Link[]} links
 * @param {() => void} changed
 */
function linkTable(app, links, changed) {
  const { texts } = app;
  const heads = ["link_for", "role", "link_ends"].map((key) => element("th", { scope: "col" }, texts.say(key)));
  const rows = links.map((link) => {
    const whose = link.person
      ? texts.say("link_resets", { name: app.people(link.person) })
      : link.login || texts.say("link_anybody");
    const withdraw = button(texts.say("withdraw_link"), () => void withdrawLink(app, link, changed), "quiet");
    return element(
      "tr",
      { "data-key": link.id },
      element("th", { scope: "row" }, whose),
      element("td", { "data-label": texts.say("role") }, texts.say(`role_${link.role}`)),
      element("td", { "data-label": texts.say("link_ends") }, app.date(link.ends_at)),
      element("td", { class: "end" }, withdraw),
    );
  });
  return element(
    "table",
    { class: "table people" },
    element("thead", {}, element("tr", {}, ...heads, element("td", {}))),
    element("tbody", {}, ...rows),
  );
}

/** @param {import("../core/app.js").App} app */
function roleList({ texts }) {
  return element(
    "section",
    { class: "section" },
    element("h2", {}, texts.say("roles")),
    element(
      "dl",
      { class: "roles" },
      ...ROLES.flatMap((role) => [
        element("dt", {}, texts.say(`role_${role}`)),
        element("dd", {}, sentence(texts.say(`role_${role}_means`))),
      ]),
    ),
  );
}
