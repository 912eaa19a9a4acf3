import { isDescribed, isSameCard, isSameKind } from "/client/core/sameness.js";
import { equal, test } from "./claims.js";

const TARGET = { width: 4, height: 3, mean: [1, 2, 3], deviation: [1, 1, 1] };

function stationOf(changes = {}) {
  const styles = [{ id: "a" }, { id: "b" }];
  return { experience: "canvas", overlay: null, target: TARGET, styles, title: { en: "A" }, ...changes };
}

test("styles and texts may change under a running picture, what is painted and where may not", () => {
  const station = stationOf();
  for (const same of [{}, { title: { en: "B" } }, { styles: [] }, { region: undefined }]) {
    equal(isSameKind(station, stationOf(same)), true);
  }
  const overlay = { kind: "clip", url: "/a" };
  const target = { ...TARGET, width: 5 };
  for (const other of [{ experience: "lens" }, { region: "inside" }, { overlay }, { target }]) equal(isSameKind(station, stationOf(other)), false);
});

test("how full the room is and when a ticket ends is no news of a station, nor what is measured of its artwork", () => {
  const card = { exhibition: { id: "x" }, station: stationOf(), room: { live: 1 } };
  equal(isSameCard(card, { ...card, room: { live: 9 }, expires_at: "2026-12-01T09:00:00Z", version: 7 }), true);
  equal(isSameCard(card, { ...card, station: stationOf({ target: null }) }), true);
  equal(isSameCard(card, { ...card, station: stationOf({ title: { en: "B" } }) }), false);
  equal(isSameCard(card, { ...card, exhibition: { id: "y" } }), false);
});

test("a welcome tells whether the card is outdated, as far as it says", () => {
  equal(isDescribed({ experience: "canvas", styles: ["b", "a"] }, stationOf()), true);
  equal(isDescribed(undefined, stationOf()), true);
  equal(isDescribed({ experience: "lens", styles: ["a", "b"] }, stationOf()), false);
  for (const styles of [["a"], ["a", "c"]]) equal(isDescribed({ experience: "canvas", styles }, stationOf()), false);
});
