import { CornerChoice, MOST_POINTS } from "/client/core/warp/corner_choice.js";
import { Flow, LOST } from "/client/core/warp/flow.js";
import { after, cornersOf, identity, inverse, project, rescaled } from "/client/core/warp/homography.js";
import { KeyFrame } from "/client/core/warp/key_frame.js";
import { Patches } from "/client/core/warp/patches.js";
import { Pyramid } from "/client/core/warp/pyramid.js";
import { equal, near, ok, test } from "./claims.js";
import { apart, artwork, frameOf, handHeld, placeAt } from "./scenes.js";

const SIZE = { width: 320, height: 240 };
const UNIT = { width: 1, height: 1 };
const ART = artwork(3);

function pyramidOf(grey) {
  const pyramid = new Pyramid(SIZE.width, SIZE.height, 4);
  pyramid.readGrey(grey);
  return pyramid;
}

/** What the camera sees at a time, and where the artwork is in it, in pixels. */
function seenAt(atS, light) {
  const place = placeAt(atS);
  return { pyramid: pyramidOf(frameOf(ART, place, 320, 240, light)), place: rescaled(place, UNIT, SIZE) };
}

test("each level of a pyramid holds the means of the one above", () => {
  const pyramid = new Pyramid(64, 48, 4);
  pyramid.readGrey(Uint8Array.from({ length: 64 * 48 }, (_, at) => (at % 64) * 2));
  equal(
    pyramid.levels.map(({ width, height }) => [width, height]),
    [
      [64, 48],
      [32, 24],
    ],
  );
  equal([...pyramid.levels[1].pixels.slice(0, 4)], [1, 5, 9, 13]);
});

test("colours become grey by how bright they seem", () => {
  const pyramid = new Pyramid(32, 32, 1);
  const rgba = new Uint8ClampedArray(32 * 32 * 4);
  rgba.set([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
  pyramid.readRgba(rgba);
  equal([...pyramid.levels[0].pixels.slice(0, 4)], [77, 149, 29, 255]);
});

test("points are chosen inside the artwork only, and spread over it", () => {
  const { pyramid, place } = seenAt(0.4);
  const points = new Float64Array(2 * MOST_POINTS);
  const count = new CornerChoice().choose(pyramid, place, points);
  const inside = project(inverse(place), points.subarray(0, 2 * count));
  ok(count >= 50, `fifty points, got ${count}`);
  ok(
    inside.every((value) => value > 0.02 && value < 0.98),
    "all points inside",
  );
  for (const [left, top] of [
    [0, 0],
    [0.5, 0],
    [0, 0.5],
    [0.5, 0.5],
  ]) {
    const here = [...Array(count).keys()].filter((index) => {
      const [u, v] = [inside[2 * index] - left, inside[2 * index + 1] - top];
      return u >= 0 && u < 0.5 && v >= 0 && v < 0.5;
    });
    ok(here.length > count / 10, `points in the quarter at ${left}, ${top}`);
  }
});

test("a blank wall has no points, and neither has an artwork that is out of view", () => {
  const points = new Float64Array(2 * MOST_POINTS);
  const blank = pyramidOf(new Uint8Array(320 * 240).fill(128));
  equal(new CornerChoice().choose(blank, rescaled(placeAt(0), UNIT, SIZE), points), 0);
  const away = Float64Array.of(200, 0, 400, 0, 150, 300, 0, 0, 1);
  equal(new CornerChoice().choose(seenAt(0).pyramid, away, points), 0);
});

/** Points of one frame followed to another from a poor guess; their distance from where they should be, sorted. */
function errorsOf(from, to, guess) {
  const [points, found] = [new Float64Array(2 * MOST_POINTS), new Float64Array(2 * MOST_POINTS)];
  const scores = new Float32Array(MOST_POINTS);
  const count = new CornerChoice().choose(from.pyramid, from.place, points);
  const patches = new Patches(MOST_POINTS, 4);
  patches.take(from.pyramid, points, count);
  new Flow().follow(patches, points, count, to.pyramid, guess, found, scores);
  const truth = project(after(to.place, inverse(from.place)), points.subarray(0, 2 * count));
  const errors = [...Array(count).keys()].map((index) =>
    Math.hypot(found[2 * index] - truth[2 * index], found[2 * index + 1] - truth[2 * index + 1]),
  );
  return errors.sort((a, b) => a - b);
}

test("points are followed to a tenth of a pixel, through noise and changed light", () => {
  const later = seenAt(0.5, { gain: 0.85, bias: 8, noise: 2, seed: 2 });
  const errors = errorsOf(seenAt(0.4, { noise: 2, seed: 1 }), later, identity());
  ok(errors[errors.length >> 1] < 0.1, `a median below 0.1 px, got ${errors[errors.length >> 1]}`);
  ok(errors[Math.floor(errors.length * 0.9)] < 0.4, "nine of ten below 0.4 px");
});

test("points are followed over a far way, and a turned picture is, given a guess that turns", () => {
  const far = errorsOf(seenAt(0), seenAt(0.15), identity());
  ok(far[Math.floor(far.length * 0.7)] < 0.6, `seven of ten found without a guess, got ${far}`);
  const from = seenAt(0.4);
  const turn = Float64Array.of(0.85, -0.5, 100, 0.5, 0.85, -60, 0, 0, 1);
  const place = after(turn, from.place);
  const to = { pyramid: pyramidOf(frameOf(ART, rescaled(place, UNIT, { width: 1 / 320, height: 1 / 240 }))), place };
  const inView = errorsOf(from, to, turn).filter((error) => error < 0.3);
  ok(inView.length > 25, `most points that are still in view, got ${inView.length}`);
});

test("a point that left the picture is lost, not invented", () => {
  const { pyramid, place } = seenAt(0.4);
  const [points, found, scores] = [
    new Float64Array(2 * MOST_POINTS),
    new Float64Array(2 * MOST_POINTS),
    new Float32Array(MOST_POINTS),
  ];
  const count = new CornerChoice().choose(pyramid, place, points);
  const patches = new Patches(MOST_POINTS, 4);
  patches.take(pyramid, points, count);
  new Flow().follow(patches, points, count, pyramid, Float64Array.of(1, 0, 400, 0, 1, 0, 0, 0, 1), found, scores);
  equal(
    [...scores.slice(0, count)].filter((score) => score !== LOST),
    [],
  );
});

test("points over which somebody walks are thrown out, there and back", () => {
  const [from, to] = [seenAt(0.4, { noise: 1, seed: 1 }), seenAt(0.5)];
  const grey = frameOf(ART, placeAt(0.5), 320, 240, { noise: 1, seed: 2 });
  const other = frameOf(artwork(9), placeAt(1.7), 320, 240);
  for (let at = 0; at < grey.length; at += 1) if (at % 320 > 110 && at % 320 < 190) grey[at] = other[at];
  const key = new KeyFrame();
  key.hold({ pyramid: from.pyramid, captureMs: 0, place: null }, from.place);
  const motion = key.follow(pyramidOf(grey), identity());
  ok(motion && motion.inliers < key.count, "some points to be thrown out");
  const corners = cornersOf(rescaled(after(motion.homography, from.place), UNIT, { width: 1 / 320, height: 1 / 240 }));
  ok(apart(corners, handHeld(0.5)) < 1.5, "the others to agree on the truth");
  near(cornersOf(to.place), cornersOf(after(motion.homography, from.place)), 1);
});

test("a key frame does not find itself in another artwork", () => {
  const from = seenAt(0.4);
  const key = new KeyFrame();
  key.hold({ pyramid: from.pyramid, captureMs: 0, place: null }, from.place);
  const other = pyramidOf(frameOf(artwork(11), placeAt(0.4)));
  equal(key.follow(other, identity()), null);
  equal(key.follow(pyramidOf(new Uint8Array(320 * 240).fill(90)), identity()), null);
});

test("of several guesses the one that looks most alike is taken", () => {
  const [from, to] = [seenAt(0.4), seenAt(0.6)];
  const key = new KeyFrame();
  key.hold({ pyramid: from.pyramid, captureMs: 0, place: null }, from.place);
  const truth = after(to.place, inverse(from.place));
  const wrong = Float64Array.of(1, 0, -30, 0, 1, 25, 0, 0, 1);
  ok(key.bestOf(to.pyramid, [identity(), truth, wrong]) === truth, "the true one");
});
