import { AnchoredView } from "/client/core/anchored_view.js";
import { FlatPainter } from "/client/core/flat_painter.js";
import { lightMatch } from "/client/core/light_match.js";
import { PoseView } from "/client/core/pose_view.js";
import { equal, near, ok, test } from "./claims.js";
import { FakeClock } from "./fakes.js";

const [WIDTH, HEIGHT] = [160, 120];
/** A picture seen from the side. */
const CORNERS = Float64Array.of(0.2, 0.25, 0.75, 0.15, 0.8, 0.85, 0.25, 0.7);
const FULL = Float64Array.of(0, 0, 1, 0, 1, 1, 0, 1);

/** A picture of one colour, or of four: one for each quarter. */
function pictureOf(...colours) {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext("2d");
  colours.forEach((colour, at) => {
    context.fillStyle = colour;
    context.fillRect(
      (at % 2) * (WIDTH / 2),
      Math.floor(at / 2) * (HEIGHT / 2),
      colours.length > 1 ? WIDTH / 2 : WIDTH,
      HEIGHT,
    );
  });
  return canvas.transferToImageBitmap();
}

/** A view with everything that it told; `draw` shows and waits until it is drawn. */
function setUp({ target = null, calm = true } = {}) {
  const canvas = document.createElement("canvas");
  const clock = new FakeClock();
  const told = { ages: [], dropped: [], worked: 0 };
  const view = new AnchoredView({
    canvas,
    clock,
    target,
    calm,
    onShown: (ageMs) => told.ages.push(ageMs),
    onDropped: (reason) => told.dropped.push(reason),
    onWorked: () => (told.worked += 1),
  });
  const draw = async (more = {}) => {
    const all = {
      picture: pictureOf("#000000"),
      captureMs: 1,
      corners: CORNERS,
      opacity: 1,
      seq: 3,
      light: null,
      ...more,
    };
    view.offer(all);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  };
  return { canvas, clock, told, view, draw };
}

/** The colours of what a canvas shows, as a reader of the page sees them. */
function pixelsOf(canvas) {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  const { data, width } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return (x, y) => [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 3)];
}

test("the camera's picture is shown the right way up, as large as it is", async () => {
  const { canvas, draw } = setUp();
  await draw({ picture: pictureOf("#ff0000", "#00ff00", "#0000ff", "#ffffff"), corners: null });
  const at = pixelsOf(canvas);
  equal([canvas.width, canvas.height], [WIDTH, HEIGHT]);
  equal(
    [at(10, 10), at(150, 10), at(10, 110), at(150, 110)],
    [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ],
  );
});

test("the overlay's corners land within a pixel of where they should", async () => {
  const { canvas, view, draw } = setUp();
  view.lay(pictureOf("#ffffff"));
  await draw();
  const at = pixelsOf(canvas);
  const middle = { x: 0.5 * WIDTH, y: 0.49 * HEIGHT };
  for (let corner = 0; corner < 8; corner += 2) {
    const [x, y] = [CORNERS[corner] * WIDTH, CORNERS[corner + 1] * HEIGHT];
    /** Brightness on the line from the middle through the corner, so many pixels beyond it. */
    const beyond = (px) => {
      const scale = 1 + px / Math.hypot(x - middle.x, y - middle.y);
      return at(Math.floor(middle.x + (x - middle.x) * scale), Math.floor(middle.y + (y - middle.y) * scale))[0];
    };
    equal(beyond(1.5), 0);
    ok(beyond(-6) > 150, `light just inside corner ${corner / 2}, got ${beyond(-6)}`);
  }
});

test("the overlay is seen in perspective: its middle is where its diagonals cross", async () => {
  const { canvas, view, draw } = setUp();
  view.lay(pictureOf("#ff0000", "#00ff00", "#0000ff", "#ffffff"));
  const far = Float64Array.of(0.1, 0.1, 0.9, 0.4, 0.9, 0.6, 0.1, 0.9);
  await draw({ corners: far });
  const at = pixelsOf(canvas);
  // The diagonals cross at x = 0.1 + 0.8 * 0.8 = 0.74: the near half takes four fifths of the way.
  equal([at(Math.round(0.7 * WIDTH), 57)[0] > 200, at(Math.round(0.78 * WIDTH), 57)[1] > 200], [true, true]);
  ok(
    at(Math.round(0.7 * WIDTH), 57)[1] < 60 && at(Math.round(0.78 * WIDTH), 57)[0] < 60,
    "red before it and green behind",
  );
});

test("the overlay's edge is soft over about two hundredths of its side", async () => {
  const { canvas, view, draw } = setUp();
  view.lay(pictureOf("#ffffff"));
  await draw({ picture: pictureOf("#000000"), corners: FULL });
  const at = pixelsOf(canvas);
  const ramp = [0, 1, 2, 3, 4].map((x) => at(x, 60)[0]);
  ok(ramp[0] < 60 && ramp[1] > ramp[0] && ramp[2] > ramp[1], `a ramp, got ${ramp}`);
  equal(ramp[4], 255);
});

test("half opaque, half of the camera's picture is seen", async () => {
  const { canvas, view, draw } = setUp();
  view.lay(pictureOf("#ffffff"));
  await draw({ opacity: 0.5 });
  near(pixelsOf(canvas)(80, 58), [128, 128, 128], 2);
});

test("the overlay takes on the light that the artwork is seen in", async () => {
  const target = { mean: [120, 120, 120], deviation: [40, 40, 40] };
  const { canvas, view, draw } = setUp({ target });
  view.lay(pictureOf("#a0a0a0"));
  await draw({ light: { mean: [60, 70, 80], deviation: [20, 20, 40] } });
  near(pixelsOf(canvas)(80, 58), [80, 90, 120], 2);
});

test("light is matched within limits, and not at all where nothing is known", () => {
  equal(lightMatch(null, { mean: [1, 1, 1], deviation: [1, 1, 1] }), { gain: [1, 1, 1], offset: [0, 0, 0] });
  equal(lightMatch({ mean: [1, 1, 1], deviation: [1, 1, 1] }, null).gain, [1, 1, 1]);
  const dark = lightMatch(
    { mean: [200, 200, 200], deviation: [50, 50, 2] },
    { mean: [5, 5, 5], deviation: [1, 500, 40] },
  );
  near(dark.gain, [0.45, 1.6, 1], 1e-9);
  near(dark.offset, [(5 - 90) / 255, -0.4, -0.4], 1e-9);
});

test("a new overlay comes over the old one in 300 ms, and at once for who wants no movement", async () => {
  for (const [calm, halfway] of [
    [false, 128],
    [true, 255],
  ]) {
    const { canvas, clock, view, draw } = setUp({ calm });
    view.lay(pictureOf("#000000"));
    clock.pass(1000);
    view.lay(pictureOf("#ffffff"), 7);
    clock.pass(150);
    await draw();
    near(pixelsOf(canvas)(80, 58), [halfway, halfway, halfway], 3);
    clock.pass(200);
    await draw();
    equal([pixelsOf(canvas)(80, 58), canvas.dataset.shownRevision], [[255, 255, 255], "7"]);
  }
});

test("what is shown can be read off the canvas", async () => {
  const { canvas, clock, told, view, draw } = setUp();
  view.lay(pictureOf("#ffffff"));
  await draw({ captureMs: clock.nowMs() - 80, opacity: 0.25 });
  const { shownSeq, shownCaptureMs, opacity, corners } = canvas.dataset;
  equal([shownSeq, shownCaptureMs, opacity], ["3", String(clock.nowMs() - 80), "0.250"]);
  near(corners.split(",").map(Number), CORNERS, 1e-6);
  equal([told.ages, view.isFresh], [[80], true]);
  await draw({ corners: null });
  equal([canvas.dataset.corners, canvas.dataset.opacity], ["", "0"]);
});

test("of two views between two animation frames the newer is drawn, and both pictures are closed", async () => {
  const { canvas, told, view, draw } = setUp();
  const first = pictureOf("#ff0000");
  view.offer({ picture: first, captureMs: 1, corners: null, opacity: 0, seq: 0, light: null });
  const second = pictureOf("#00ff00");
  await draw({ picture: second, corners: null });
  equal(pixelsOf(canvas)(80, 60), [0, 255, 0]);
  equal([first.width, second.width, told.dropped, told.worked], [0, 0, ["replaced"], 1]);
});

test("a view that is not renewed is not fresh for long", async () => {
  const { clock, view, draw } = setUp();
  equal(view.isFresh, false);
  await draw();
  clock.pass(2400);
  equal(view.isFresh, true);
  clock.pass(200);
  equal(view.isFresh, false);
});

test("a lost WebGL context is made again, with the overlay on it", async () => {
  const { canvas, told, view, draw } = setUp();
  view.lay(pictureOf("#ffffff"));
  await draw();
  const loss = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
  const lost = new Promise((done) => canvas.addEventListener("webglcontextlost", done, { once: true }));
  loss.loseContext();
  await lost;
  await draw();
  const restored = new Promise((done) => canvas.addEventListener("webglcontextrestored", done, { once: true }));
  loss.restoreContext();
  await restored;
  await draw();
  equal([pixelsOf(canvas)(80, 58), told.dropped], [[255, 255, 255], ["context_lost"]]);
});

test("where the warp cannot run, a pose is shown with the picture that it belongs to", () => {
  const offered = [];
  const poses = new PoseView({
    offer: (view) => offered.push([view.captureMs, view.corners && [...view.corners], view.opacity]),
  });
  const pictures = [1, 2, 3, 4, 5].map(() => pictureOf("#000000"));
  pictures.forEach((picture, at) => poses.keep(at + 1, picture));
  equal(
    pictures.map(({ width }) => width > 0),
    [false, true, true, true, true],
  );
  const homography = Float64Array.of(0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1);
  equal(
    [poses.hear({ capture_ms: 1, homography, seq: 1 }), poses.hear({ capture_ms: 3, homography, seq: 3 })],
    [false, true],
  );
  equal(offered, [[3, [0.25, 0.25, 0.75, 0.25, 0.75, 0.75, 0.25, 0.75], 1]]);
  equal([pictures[1].width, pictures[3].width > 0], [0, true]);
  equal([poses.hear({ capture_ms: 4, homography: null, seq: 4 }), offered[1]], [true, [4, null, 0]]);
  poses.startAnew();
  equal(pictures[4].width, 0);
});

test("without WebGL 2 the overlay is drawn in pieces, its corners and its middle in their places", () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const painter = new FlatPainter(canvas.getContext("2d"));
  const scene = { picture: pictureOf("#000000"), light: null, share: 1 };
  painter.draw({ ...scene, corners: CORNERS, opacity: 1 });
  equal(pixelsOf(canvas)(80, 58), [0, 0, 0]);
  painter.change(pictureOf("#ff0000", "#00ff00", "#0000ff", "#ffffff"));
  painter.draw({ ...scene, corners: Float64Array.of(0.1, 0.1, 0.9, 0.4, 0.9, 0.6, 0.1, 0.9), opacity: 1 });
  const at = pixelsOf(canvas);
  ok(at(Math.round(0.7 * WIDTH), 57)[0] > 200 && at(Math.round(0.78 * WIDTH), 57)[1] > 200, "the middle at 0.74");
  equal([at(12, 8), at(20, 20)[0] > 200, at(154, 57)], [[0, 0, 0], true, [0, 0, 0]]);
  painter.draw({ ...scene, corners: CORNERS, opacity: 0.5 });
  ok(Math.abs(pixelsOf(canvas)(60, 45)[0] - 128) < 3, "half opaque");
});

test("a browser without WebGL 2 gets the view all the same", async () => {
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === "webgl2" ? null : getContext.call(this, kind, ...rest);
  };
  try {
    const { canvas, view, draw } = setUp();
    view.lay(pictureOf("#ffffff"));
    await draw();
    equal([view.isDeep, pixelsOf(canvas)(80, 58)], [false, [255, 255, 255]]);
  } finally {
    HTMLCanvasElement.prototype.getContext = getContext;
  }
});
