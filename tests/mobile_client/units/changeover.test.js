import { Changeover, PATIENCE_MS } from "/client/core/changeover.js";
import { FakeClock } from "./fakes.js";
import { equal, test } from "./claims.js";

function setUp() {
  const clock = new FakeClock();
  const told = [];
  const changeover = new Changeover(clock, () => told.push(changeover.covers));
  return { clock, told, changeover };
}

test("the last picture stays until both the card and a new picture are there, whichever comes first", () => {
  for (const last of ["card", "picture"]) {
    const { told, changeover } = setUp();
    changeover.begin(true);
    if (last === "card") changeover.pictureShown();
    changeover.cardRead(false);
    if (last === "picture") changeover.pictureShown();
    equal(told, [true, false]);
  }
});

test("what goes on as it was is not covered", () => {
  const { told, changeover } = setUp();
  changeover.begin(false);
  changeover.cardRead(false);
  changeover.pictureShown();
  equal(told, []);
});

test("where pictures begin anew, those of before the card do not count", () => {
  const { told, changeover } = setUp();
  changeover.begin(true);
  changeover.pictureShown();
  changeover.cardRead(true);
  equal(told, [true]);
  changeover.pictureShown();
  equal(told, [true, false]);
});

test("a still picture is not shown for long, whatever is missing", () => {
  const { clock, told, changeover } = setUp();
  changeover.begin(true);
  clock.pass(PATIENCE_MS);
  equal(told, [true, false]);
  changeover.cardRead(true);
  clock.pass(PATIENCE_MS);
  equal(told, [true, false, true, false]);
});

test("of several changes the newest counts, under the same cover", () => {
  const { clock, told, changeover } = setUp();
  changeover.begin(true);
  changeover.pictureShown();
  clock.pass(PATIENCE_MS - 1);
  changeover.begin(true);
  clock.pass(PATIENCE_MS - 1);
  changeover.cardRead(false);
  equal(told, [true]);
  changeover.pictureShown();
  equal(told, [true, false]);
});
