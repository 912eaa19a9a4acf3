import { longestBetween, longestMove } from "/client/core/warp/corner_moves.js";
import { Easing } from "/client/core/warp/easing.js";
import { Fading } from "/client/core/warp/fading.js";
import { SMOOTHING } from "/client/core/warp/late_warp.js";
import { OneEuro } from "/client/core/warp/one_euro.js";
import { SeededRandom } from "/client/core/warp/seeded_random.js";
import { equal, near, ok, test } from "./claims.js";

/** Root mean square of what a filter makes of noise of that size around rest. */
function trembleOf(filter, noise) {
  const random = new SeededRandom(3);
  let squares = 0;
  for (let frame = 0; frame < 330; frame += 1) {
    const values = Float64Array.from(
      { length: 8 },
      () => 0.5 + noise * Math.sqrt(6) * (random.next() + random.next() - 1),
    );
    const smooth = filter.filter(values, frame / 30);
    if (frame >= 30) squares += smooth.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / 8;
  }
  return Math.sqrt(squares / 300);
}

test("what rests trembles clearly less after smoothing", () => {
  const noise = 0.4 / 640;
  const tremble = trembleOf(new OneEuro(8, SMOOTHING), noise);
  ok(tremble < 0.65 * noise, `two thirds of ${noise}, got ${tremble}`);
});

test("what moves lags by less than a pixel at 300 px a second", () => {
  const filter = new OneEuro(8, SMOOTHING);
  let lag = 0;
  for (let frame = 0; frame < 60; frame += 1) {
    const x = (300 / 640) * (frame / 30);
    lag = x - filter.filter(new Float64Array(8).fill(x), frame / 30)[0];
  }
  ok(lag > 0 && lag * 640 < 1, `below 1 px, got ${lag * 640}`);
});

test("smoothing goes by capture time, not by the number of frames", () => {
  const [often, seldom] = [new OneEuro(2, { ...SMOOTHING, beta: 0 }), new OneEuro(2, { ...SMOOTHING, beta: 0 })];
  for (const filter of [often, seldom]) filter.filter([0, 0], 0);
  for (let frame = 1; frame <= 300; frame += 1) often.filter([1, 1], frame / 1000);
  for (let frame = 1; frame <= 150; frame += 1) seldom.filter([1, 1], frame / 500);
  near(often.filter([1, 1], 0.3), seldom.filter([1, 1], 0.3), 0.01);
});

test("after a reset the next values are taken as they are, and a time that does not go on changes nothing", () => {
  const filter = new OneEuro(2, SMOOTHING);
  filter.filter([0, 0], 1);
  equal([...filter.filter([1, 1], 1)], [0, 0]);
  filter.reset();
  equal([...filter.filter([1, 1], 1)], [1, 1]);
});

const REST = new Float64Array(8).fill(0.5);

test("a correction is made up for in about 150 ms, at first where it was shown", () => {
  const easing = new Easing();
  const shown = REST.map((value) => value + 0.01);
  easing.correct(shown, REST);
  near(easing.follow(REST, 0), shown, 1e-12);
  for (let frame = 0; frame < 5; frame += 1) easing.follow(REST, 33);
  near(easing.follow(REST, 0), REST, 0.001);
});

test("no correction moves a corner by more than 10 of 640 pixels in a frame, and each ends", () => {
  const easing = new Easing();
  let before = REST.map((value) => value + 0.3);
  easing.correct(before, REST);
  for (let frame = 0; frame < 60; frame += 1) {
    const eased = Float64Array.from(easing.follow(REST, 33));
    ok(longestBetween(before, eased) <= 10.01 / 640, "a small step");
    before = eased;
  }
  near(before, REST, 0.001);
});

test("how far corners move is told by the one that moves most", () => {
  equal(longestMove([0, 0, 3, 4, 1, 1, 0, 0]), 5);
});

test("the overlay comes and goes over some frames", () => {
  const fading = new Fading();
  const seen = [];
  for (const wanted of [true, true, true, true, true, false, false, false]) {
    fading.step(wanted, 33);
    seen.push(Math.round(fading.opacity * 100));
  }
  equal(seen, [22, 44, 66, 88, 100, 87, 74, 60]);
});
