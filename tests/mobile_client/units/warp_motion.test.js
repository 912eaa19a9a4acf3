import { after, cornersOf, fromCorners, identity, inverse, project, rescaled } from "/client/core/warp/homography.js";
import { LeastSquares } from "/client/core/warp/least_squares.js";
import { MotionFit } from "/client/core/warp/motion_fit.js";
import { SeededRandom } from "/client/core/warp/seeded_random.js";
import { refusalOf } from "/client/core/warp/shape.js";
import { equal, near, ok, test } from "./claims.js";

const CORNERS = Float64Array.of(0.2, 0.1, 0.8, 0.2, 0.7, 0.9, 0.1, 0.8);
const MOTION = Float64Array.of(1.05, -0.08, 6, 0.06, 0.97, -4, 0.0002, -0.0001, 1);

test("a homography from corners takes the unit square to them, and its inverse takes them back", () => {
  const place = fromCorners(CORNERS);
  near(cornersOf(place), CORNERS, 1e-9);
  near(project(inverse(place), CORNERS), [0, 0, 1, 0, 1, 1, 0, 1], 1e-9);
  near(after(place, inverse(place)), identity(), 1e-9);
});

test("a homography in pixels says the same as in units", () => {
  const size = { width: 320, height: 240 };
  const pixels = cornersOf(rescaled(fromCorners(CORNERS), { width: 1, height: 1 }, size));
  near(
    pixels,
    CORNERS.map((value, at) => value * (at % 2 ? 240 : 320)),
    1e-9,
  );
});

test("a quad that no camera can see of a flat picture is refused, and said why", () => {
  const frame = 320 * 240;
  equal(refusalOf(Float64Array.of(50, 50, 250, 60, 240, 200, 60, 190), frame), "");
  equal(refusalOf(Float64Array.of(250, 60, 50, 50, 60, 190, 240, 200), frame), "mirrored");
  equal(refusalOf(Float64Array.of(50, 50, 250, 60, 60, 190, 240, 200), frame), "folded");
  equal(refusalOf(Float64Array.of(50, 50, 55, 50, 55, 55, 50, 55), frame), "too_small");
  equal(refusalOf(Float64Array.of(-9000, -9000, 9000, -9000, 9000, 9000, -9000, 9000), frame), "too_large");
  equal(refusalOf(Float64Array.of(50, 50, 250, 110, 250, 125, 50, 190), frame), "edge_on");
  equal(refusalOf(Float64Array.of(NaN, 50, 250, 50, 250, 70, 50, 60), frame), "not_finite");
});

/** Points all over a picture, and where a motion takes them, some to somewhere else. */
function scattered(count, { wrong = 0, noise = 0, motion = MOTION, seed = 7 } = {}) {
  const random = new SeededRandom(seed);
  const from = Float64Array.from({ length: 2 * count }, (_, at) => random.next() * (at % 2 ? 240 : 320));
  const to = project(motion, from);
  for (let at = 0; at < 2 * count; at += 1) to[at] += noise * (random.next() + random.next() - 1);
  for (let index = 0; index < Math.round(wrong * count); index += 1) {
    const at = 2 * Math.floor(((index + 0.5) * count) / Math.round(wrong * count));
    [to[at], to[at + 1]] = [random.next() * 320, random.next() * 240];
  }
  return { from, to };
}

const FRAME = Float64Array.of(0, 0, 320, 0, 320, 240, 0, 240);

test("least squares find each kind of motion exactly from exact points", () => {
  const squares = new LeastSquares();
  const ones = new Float64Array(12).fill(1);
  const kinds = {
    homography: MOTION,
    affine: Float64Array.of(1.1, 0.1, 5, -0.2, 0.9, 3, 0, 0, 1),
    similarity: Float64Array.of(1.1, -0.2, 5, 0.2, 1.1, 3, 0, 0, 1),
  };
  for (const [kind, motion] of Object.entries(kinds)) {
    const { from, to } = scattered(12, { motion });
    const found = squares.solve(kind, from, to, ones, 12);
    near(project(found, FRAME), project(motion, FRAME), kind === "homography" ? 0.05 : 1e-6);
  }
});

test("points that are all one settle nothing", () => {
  const same = new Float64Array(8).fill(5);
  equal(new LeastSquares().solve("homography", same, same, new Float64Array(4).fill(1), 4), null);
});

test("a motion is found although four of ten points are wrong", () => {
  const { from, to } = scattered(60, { wrong: 0.4, noise: 0.3 });
  const motion = new MotionFit(80).fit(from, to, 60);
  ok(motion?.kind === "homography" && motion.inliers >= 34, "the other 36 points to agree");
  near(project(motion.homography, FRAME), project(MOTION, FRAME), 0.8);
});

test("the same points give the same motion each time", () => {
  const { from, to } = scattered(40, { wrong: 0.4, noise: 0.5 });
  const fit = new MotionFit(80);
  const first = fit.fit(from, to, 40);
  equal([...fit.fit(from, to, 40).homography], [...first.homography]);
});

test("a motion that turns the picture over is refused", () => {
  const { from, to } = scattered(40, { motion: Float64Array.of(-1, 0, 320, 0, 1, 0, 0, 0, 1) });
  equal(new MotionFit(80).fit(from, to, 40), null);
});

test("few points give a simpler motion, and too few or points without agreement none", () => {
  const fit = new MotionFit(80);
  /** @param {number} count */
  const kindFrom = (count, wrong = 0) => {
    const { from, to } = scattered(count, { motion: Float64Array.of(1.02, -0.1, 5, 0.1, 1.02, 3, 0, 0, 1), wrong });
    return fit.fit(from, to, count)?.kind ?? null;
  };
  equal([kindFrom(30), kindFrom(8), kindFrom(5), kindFrom(3)], ["homography", "affine", "similarity", null]);
  equal(kindFrom(40, 1), null);
});

test("points on a line are not trusted with more than turning and growing", () => {
  const { from } = scattered(30);
  for (let at = 1; at < from.length; at += 2) from[at] = 100 + from[at] / 200;
  const motion = new MotionFit(80).fit(from, project(MOTION, from), 30);
  ok(motion === null || motion.kind === "similarity", "at most a similarity");
});
