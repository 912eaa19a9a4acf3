import { Framing, GLANCE_MS, PATIENCE_MS } from "/client/core/framing.js";
import { DISMISSED_MS, Nearby, OFFER_MS } from "/client/core/nearby.js";
import { pathOfTicket, ticketInPath } from "/client/core/ticket.js";
import { FakeClock } from "./fakes.js";
import { equal, test } from "./claims.js";

const HALL = { type: "nearby", station: { id: "hall", number: 5, title: "The hall" }, ticket: "HALL" };
const YARD = { type: "nearby", station: { id: "yard", number: 6, title: "The yard" }, ticket: "YARD" };

/** The offers of a visitor at the harbour; `answers` says how going to a ticket's station ends. */
function atTheHarbour(answers = {}) {
  const clock = new FakeClock();
  const gone = [];
  const go = async (ticket) => (gone.push(ticket), answers[ticket] ?? "");
  const nearby = new Nearby({ clock, go, onChange() {} });
  return { clock, nearby, gone, hear: (message) => nearby.hear(message, "harbour") };
}

test("another station is offered, the present one is not", () => {
  const { nearby, hear } = atTheHarbour();
  hear({ ...HALL, station: { ...HALL.station, id: "harbour" } });
  equal(nearby.offer, null);
  hear(HALL);
  equal([nearby.offer.station.title, nearby.offer.ticket], ["The hall", "HALL"]);
});

test("an offer goes by itself, and stays while its code is in view", () => {
  const { clock, nearby, hear } = atTheHarbour();
  hear(HALL);
  clock.pass(OFFER_MS - 1);
  hear(HALL);
  clock.pass(OFFER_MS - 1);
  equal(nearby.offer?.ticket, "HALL");
  clock.pass(1);
  equal(nearby.offer, null);
});

test("an offer stays while the visitor is at it", () => {
  const { clock, nearby, hear } = atTheHarbour();
  hear(HALL);
  nearby.hold(true);
  clock.pass(10 * OFFER_MS);
  equal(nearby.offer?.ticket, "HALL");
  nearby.hold(false);
  clock.pass(OFFER_MS);
  equal(nearby.offer, null);
});

test("a dismissed station is not offered again for a minute, another is", () => {
  const { clock, nearby, hear } = atTheHarbour();
  hear(HALL);
  nearby.dismiss();
  hear(HALL);
  equal(nearby.offer, null);
  hear(YARD);
  equal(nearby.offer?.ticket, "YARD");
  nearby.dismiss();
  clock.pass(DISMISSED_MS);
  hear(HALL);
  equal(nearby.offer?.ticket, "HALL");
});

test("an offer that is taken leads there once, and is gone on arrival", async () => {
  const { nearby, hear, gone } = atTheHarbour();
  hear(HALL);
  const [first, second] = [nearby.take(), nearby.take()];
  equal(nearby.offer?.going, true);
  hear(YARD);
  equal(nearby.offer?.ticket, "HALL");
  await Promise.all([first, second]);
  equal([nearby.offer, gone], [null, ["HALL"]]);
});

test("a station that cannot be gone to says why, may be tried again, and goes by itself", async () => {
  const answers = { HALL: "station_closed" };
  const { clock, nearby, hear, gone } = atTheHarbour(answers);
  hear(HALL);
  await nearby.take();
  equal([nearby.offer?.problem, nearby.offer?.going], ["station_closed", false]);
  clock.pass(OFFER_MS - 1);
  delete answers.HALL;
  await nearby.take();
  equal([nearby.offer, gone], [null, ["HALL", "HALL"]]);
});

test("a visit that ends on the way leaves no offer behind", async () => {
  const { nearby, hear } = atTheHarbour({ HALL: "away" });
  hear(HALL);
  const way = nearby.take();
  nearby.end();
  await way;
  equal(nearby.offer, null);
});

test("a message without a station or a ticket offers nothing", () => {
  const { nearby, hear } = atTheHarbour();
  for (const message of [{}, { station: { id: 3 }, ticket: "T" }, { station: HALL.station }]) hear(message);
  equal(nearby.offer, null);
});

test("the address of a ticket is the one that its code leads to", () => {
  for (const ticket of ["A-b_9", "a/b", "é"]) equal(ticketInPath(pathOfTicket(ticket)), ticket);
});

function framing() {
  const clock = new FakeClock();
  return { clock, framing: new Framing(clock, () => {}) };
}

test("the artwork is to be pointed at until it is found", () => {
  const { framing: view } = framing();
  equal(view.advice, "none");
  view.begin();
  equal(view.advice, "point");
  view.anchor(true);
  equal([view.advice, view.anchored], ["none", true]);
});

test("an artwork that is not found for a while brings a longer advice", () => {
  const { clock, framing: view } = framing();
  view.begin();
  clock.pass(PATIENCE_MS - 1);
  equal(view.advice, "point");
  clock.pass(1);
  equal(view.advice, "tip");
});

test("a status that comes again does not begin the search anew", () => {
  const { clock, framing: view } = framing();
  view.begin();
  clock.pass(PATIENCE_MS);
  view.begin();
  equal(view.advice, "tip");
});

test("a glance away is no loss, a longer one is", () => {
  const { clock, framing: view } = framing();
  view.begin();
  view.anchor(true);
  view.anchor(false);
  clock.pass(GLANCE_MS - 1);
  equal(view.advice, "none");
  view.anchor(true);
  clock.pass(10 * PATIENCE_MS);
  equal(view.advice, "none");
  view.anchor(false);
  clock.pass(GLANCE_MS);
  equal([view.advice, view.everAnchored], ["point", true]);
  clock.pass(PATIENCE_MS);
  equal(view.advice, "tip");
});

test("nothing is advised while nothing is live, and not where the overlay still lies on the artwork", () => {
  const { clock, framing: view } = framing();
  view.begin();
  view.end();
  clock.pass(10 * PATIENCE_MS);
  equal(view.advice, "none");
  view.anchor(true);
  view.begin();
  equal(view.advice, "none");
});

test("where nobody tells whether the artwork was found the advice is given for a while", () => {
  const { clock, framing: view } = framing();
  view.beginBriefly();
  equal(view.advice, "point");
  clock.pass(PATIENCE_MS);
  equal(view.advice, "none");
});
