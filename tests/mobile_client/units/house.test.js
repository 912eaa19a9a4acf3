import { House } from "/client/core/house.js";
import { equal, test } from "./claims.js";

const CLOSING = { type: "announcement", text: "We close in ten minutes.", at: "2026-11-29T17:50:00.000Z" };
const NONE = { type: "announcement", text: "" };

/** A house, and how often what it tells has changed. */
function open() {
  const heard = { changes: 0 };
  const house = new House(() => (heard.changes += 1));
  return { house, heard };
}

test("an announcement is shown until it is taken back", () => {
  const { house, heard } = open();
  equal(house.announcement, "");
  house.hear(CLOSING);
  equal([house.announcement, heard.changes], [CLOSING.text, 1]);
  house.hear(NONE);
  equal([house.announcement, heard.changes], ["", 2]);
});

test("one that was put away stays so over a connection that is lost, and the next one is shown", () => {
  const { house } = open();
  house.hear(CLOSING);
  house.dismiss();
  equal(house.announcement, "");
  house.welcomed();
  house.hear(CLOSING);
  house.settled();
  equal(house.announcement, "");
  house.hear({ ...CLOSING, at: "2026-11-29T17:55:00.000Z" });
  equal(house.announcement, CLOSING.text);
});

test("one that was taken back while the connection was lost goes with the first status, not before", () => {
  const { house } = open();
  house.hear(CLOSING);
  house.welcomed();
  equal(house.announcement, CLOSING.text);
  house.settled();
  equal(house.announcement, "");
});

test("while no worker is there, the house's picture is to be shown, or none", () => {
  const { house } = open();
  equal(house.fallback, null);
  house.hear({ type: "fallback", on: true, picture: "/media/a.jpg" });
  equal(house.fallback, "/media/a.jpg");
  house.hear({ type: "fallback", on: true });
  equal(house.fallback, "");
  house.hear({ type: "fallback", on: false });
  equal(house.fallback, null);
});

test("a new connection begins with a worker", () => {
  const { house } = open();
  house.hear({ type: "fallback", on: true });
  house.welcomed();
  equal(house.fallback, null);
});

test("what is no text is none", () => {
  const { house } = open();
  house.hear({ type: "announcement", text: { html: "<b>" } });
  house.hear({ type: "fallback", on: 1, picture: 7 });
  equal([house.announcement, house.fallback], ["", null]);
});
