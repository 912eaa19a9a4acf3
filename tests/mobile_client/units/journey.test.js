import { Journey, JourneyError, State, STUDIO, TRANSITIONS } from "/client/core/journey.js";
import { verdictOf } from "/client/core/refusal.js";
import { equal, ok, test, throws } from "./claims.js";

const ALL = Object.values(State);

/** The shortest way from loading to a state, through allowed changes. */
function wayTo(goal) {
  const ways = [[State.LOADING]];
  const seen = new Set(ways[0]);
  for (const way of ways) {
    if (way[way.length - 1] === goal) return way.slice(1);
    for (const next of TRANSITIONS[way[way.length - 1]]) {
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  throw new Error(`no way leads to ${goal}`);
}

function journeyAt(state) {
  const journey = new Journey(() => {});
  for (const next of wayTo(state)) journey.to(next);
  return journey;
}

test("a journey begins by loading", () => {
  equal(new Journey(() => {}).state, "loading");
});

test("every state can be reached", () => {
  for (const state of ALL) equal(journeyAt(state).state, state);
});

test("every change in the table is made, with its details, and told once", () => {
  for (const from of ALL) {
    for (const to of TRANSITIONS[from]) {
      const told = [];
      const journey = new Journey((state, detail) => told.push([state, detail]));
      for (const next of wayTo(from)) journey.to(next);
      told.length = 0;
      journey.to(to, { place: 3 });
      equal(told, [[to, { place: 3 }]]);
      equal([journey.state, journey.detail], [to, { place: 3 }]);
    }
  }
});

test("every change that is not in the table is refused and changes nothing", () => {
  let refused = 0;
  for (const from of ALL) {
    for (const to of ALL.filter((state) => !TRANSITIONS[from].includes(state))) {
      const journey = journeyAt(from);
      throws(JourneyError, () => journey.to(to));
      equal(journey.state, from);
      refused += 1;
    }
  }
  ok(refused > 100, "most changes to be refused");
});

test("no picture is painted before the visitor agreed", () => {
  for (const before of ["loading", "consent"]) {
    for (const state of STUDIO.filter((state) => state !== "reconnecting")) equal(journeyAt(before).may(state), false);
  }
});

test("the camera is asked for only by the visitor's own step", () => {
  const before = ALL.filter((state) => TRANSITIONS[state].includes("asking"));
  equal(before.sort(), ["consent", "denied", "ended", "in_app_browser", "no_camera"]);
});

test("a state's details cannot be changed from outside", () => {
  const detail = { place: 3 };
  const journey = journeyAt("connecting");
  journey.to("waiting", detail);
  detail.place = 1;
  equal(journey.detail.place, 3);
});

test("each refusal that ends a visit leads to a screen that may follow the live picture", () => {
  const codes = [
    "wrong_version",
    "ticket_forged",
    "station_unknown",
    "station_closed",
    "wrong_origin",
    "resumed_elsewhere",
  ];
  for (const code of codes) ok(journeyAt("live").may(verdictOf(code).state), `a screen for ${code}`);
});

test("a broken connection and a full room are tried again", () => {
  for (const code of ["lost", "room_full", "stopping", "silent", "a code of a newer server"])
    equal(verdictOf(code).retry, true);
});
