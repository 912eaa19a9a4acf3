import { AnchoredView } from "/client/core/stage/anchored_view.js";
import { FlatPainter } from "/client/core/stage/flat_painter.js";
import { lightMatch } from "/client/core/stage/light_match.js";
import { KeptPictures } from "/client/core/stage/kept_pictures.js";
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

/** A view with everything that it told; `draw` shows and closes a picture. */
function setUp({ target = null, calm = true } = {}) {
  const canvas = document.createElement("canvas");
  const clock = new FakeClock();
  const dropped = [];
  const view = new AnchoredView({ canvas, clock, target, calm, onDropped: (reason) => dropped.push(reason) });
  const draw = ({ picture = pictureOf("#000000"), ...more } = {}) => {
    const covered = view.draw({ picture, corners: CORNERS, opacity: 1, light: null, ...more });
    picture.close();
    return covered;
  };
  return { canvas, clock, dropped, view, draw };
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
  draw({ picture: pictureOf("#ff0000", "#00ff00", "#0000ff", "#ffffff"), corners: null });
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
  view.lay(pictureOf("#ffffff"), 0);
  draw();
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

test("the overlay is seen however steeply the artwork is looked at, the far side on any side", () => {
  const { canvas, view, draw } = setUp();
  view.lay(pictureOf("#ffffff"), 0);
  const steep = [
    [0.4, 0.4, 0.6, 0.1, 0.6, 0.9, 0.4, 0.6],
    [0.4, 0.1, 0.6, 0.4, 0.6, 0.6, 0.4, 0.9],
  ];
  for (const corners of steep) {
    draw({ corners: Float64Array.from(corners) });
    const at = pixelsOf(canvas);
    equal([at(80, 60)[0], at(20, 60)[0], at(140, 60)[0], at(80, 5)[0]], [255, 0, 0, 0]);
  }
});

test("the overlay is seen in perspective: its middle is where its diagonals cross", async () => {
  const { canvas, view, draw } = setUp();
  view.lay(pictureOf("#ff0000", "#00ff00", "#0000ff", "#ffffff"), 0);
  const far = Float64Array.of(0.1, 0.1, 0.9, 0.4, 0.9, 0.6, 0.1, 0.9);
  draw({ corners: far });
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
  view.lay(pictureOf("#ffffff"), 0);
  draw({ picture: pictureOf("#000000"), corners: FULL });
  const at = pixelsOf(canvas);
  const ramp = [0, 1, 2, 3, 4].map((x) => at(x, 60)[0]);
  ok(ramp[0] < 60 && ramp[1] > ramp[0] && ramp[2] > ramp[1], `a ramp, got ${ramp}`);
  equal(ramp[4], 255);
});

test("half opaque, half of the camera's picture is seen", async () => {
  const { canvas, view, draw } = setUp();
  view.lay(pictureOf("#ffffff"), 0);
  draw({ opacity: 0.5 });
  near(pixelsOf(canvas)(80, 58), [128, 128, 128], 2);
});

test("the overlay takes on the light that the artwork is seen in", async () => {
  const target = { mean: [120, 120, 120], deviation: [40, 40, 40] };
  const { canvas, view, draw } = setUp({ target });
  view.lay(pictureOf("#a0a0a0"), 0);
  draw({ light: { mean: [60, 70, 80], deviation: [20, 20, 40] } });
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
    view.lay(pictureOf("#000000"), 0);
    clock.pass(1000);
    view.lay(pictureOf("#ffffff"), 7);
    clock.pass(150);
    draw();
    near(pixelsOf(canvas)(80, 58), [halfway, halfway, halfway], 3);
    clock.pass(200);
    draw();
    equal([pixelsOf(canvas)(80, 58), view.revision], [[255, 255, 255], 7]);
  }
});

test("it says whether there was an overlay to draw", () => {
  const { view, draw } = setUp();
  equal(draw(), false);
  view.lay(pictureOf("#ffffff"), 7);
  equal([draw(), draw({ corners: null }), view.revision], [true, false, 7]);
});

test("a clip's pictures follow one another at once, and each is closed when the next one comes", () => {
  const { canvas, view, draw } = setUp({ calm: false });
  const [red, green, blue] = ["#ff0000", "#00ff00", "#0000ff"].map((colour) => pictureOf(colour));
  view.play(red);
  draw();
  equal(pixelsOf(canvas)(80, 58), [255, 0, 0]);
  view.play(green);
  draw();
  equal([pixelsOf(canvas)(80, 58), red.width, green.width], [[0, 255, 0], 0, WIDTH]);
  view.lay(blue, 0);
  equal(green.width, 0);
});

test("a picture that is larger than any screen is drawn smaller", () => {
  const { canvas, draw } = setUp();
  const large = new OffscreenCanvas(2560, 1920);
  large.getContext("2d").fillRect(0, 0, 1, 1);
  draw({ picture: large.transferToImageBitmap(), corners: null });
  equal([canvas.width, canvas.height], [1280, 960]);
});

test("a frame as the camera gives it is drawn like any other picture", () => {
  const { canvas, draw } = setUp();
  const source = new OffscreenCanvas(WIDTH, HEIGHT);
  source.getContext("2d").drawImage(pictureOf("#ff0000", "#00ff00", "#0000ff", "#ffffff"), 0, 0);
  draw({ picture: new VideoFrame(source, { timestamp: 0 }), corners: null });
  const at = pixelsOf(canvas);
  equal([canvas.width, canvas.height], [WIDTH, HEIGHT]);
  near([...at(10, 10), ...at(150, 110)], [255, 0, 0, 255, 255, 255], 3);
});

test("a lost WebGL context is made again, with the overlay on it", async () => {
  const { canvas, dropped, view, draw } = setUp();
  view.lay(pictureOf("#ffffff"), 0);
  draw();
  const loss = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
  const lost = new Promise((done) => canvas.addEventListener("webglcontextlost", done, { once: true }));
  loss.loseContext();
  await lost;
  equal(draw(), null);
  await new Promise((done) => setTimeout(done)); // the event is over
  const restored = new Promise((done) => canvas.addEventListener("webglcontextrestored", done, { once: true }));
  loss.restoreContext();
  await restored;
  draw();
  equal([pixelsOf(canvas)(80, 58), dropped], [[255, 255, 255], ["context_lost"]]);
});

test("pictures that were sent wait for their poses, four at most, and older ones are let go", () => {
  const kept = new KeptPictures();
  const pictures = [1, 2, 3, 4, 5].map(() => pictureOf("#000000"));
  pictures.forEach((picture, at) => kept.keep(at + 1, picture));
  equal(
    pictures.map(({ width }) => width > 0),
    [false, true, true, true, true],
  );
  equal([kept.take(1), kept.take(3) === pictures[2], pictures[1].width], [null, true, 0]);
  equal([kept.take(2), pictures[2].width, pictures[3].width], [null, WIDTH, WIDTH]);
  kept.clear();
  equal([pictures[3].width, pictures[4].width, kept.take(4)], [0, 0, null]);
});

test("without WebGL 2 the overlay is drawn in pieces, its corners and its middle in their places", () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const painter = new FlatPainter(canvas.getContext("2d"));
  const scene = { picture: pictureOf("#000000"), light: null, share: 1 };
  painter.draw({ ...scene, corners: CORNERS, opacity: 1 });
  equal(pixelsOf(canvas)(80, 58), [0, 0, 0]);
  painter.change(pictureOf("#ff0000", "#00ff00", "#0000ff", "#ffffff"), { isStill: true });
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
    view.lay(pictureOf("#ffffff"), 0);
    draw();
    equal([view.isDeep, pixelsOf(canvas)(80, 58)], [false, [255, 255, 255]]);
  } finally {
    HTMLCanvasElement.prototype.getContext = getContext;
  }
});
