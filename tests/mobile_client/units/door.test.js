import { Door, nextLookMs } from "/client/core/door.js";
import { FakeClock } from "./fakes.js";
import { equal, ok, test } from "./claims.js";

const NOW_MS = Date.parse("2026-12-01T08:59:30Z");
const TEN = "2026-12-01T09:00:00Z";

test("a station is looked at a little after it opens, not by all at once", () => {
  equal([nextLookMs(TEN, NOW_MS, 0), nextLookMs(TEN, NOW_MS, 1)], [31_000, 35_000]);
});

test("it is looked at once a minute while it opens later, or nobody knows when", () => {
  for (const opensAt of ["2027-01-01T09:00:00Z", "2026-11-01T09:00:00Z", ""]) {
    equal([nextLookMs(opensAt, NOW_MS, 0), nextLookMs(opensAt, NOW_MS, 1)], [45_000, 60_000]);
  }
  for (let leftMs = 1; leftMs < 120_000; leftMs += 500) {
    ok(nextLookMs(new Date(NOW_MS + leftMs).toISOString(), NOW_MS, 1) <= 60_000, "no longer than a minute");
  }
});

test("a door that was left is not looked at any more", () => {
  const clock = new FakeClock();
  let looks = 0;
  const door = new Door(clock, () => (looks += 1));
  door.watch();
  clock.pass(180_000);
  ok(looks >= 3, `three looks in three minutes, got ${looks}`);
  const before = looks;
  door.leave();
  clock.pass(600_000);
  equal(looks, before);
});
