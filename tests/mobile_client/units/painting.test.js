import { fromCorners } from "/client/core/warp/homography.js";
import { Painting } from "/client/painting.js";
import { equal, ok, test } from "./claims.js";
import { FakeClock, FakeWebSocket, overlayBytes, poseBytes, textureBytes } from "./fakes.js";
import { apart, artwork, frameOf, handHeld } from "./scenes.js";

const ART = artwork(3);
const MOTION = { pan: 0.1, shake: 0.004 };
const FPS = 30;

/** Camera pictures of a hand-held path, made once. */
const pictures = new Map();
async function pictureOf(index) {
  if (!pictures.has(index)) {
    const grey = frameOf(ART, fromCorners(handHeld(index / FPS, MOTION)));
    const rgba = Uint8ClampedArray.from({ length: grey.length * 4 }, (_, at) => (at % 4 === 3 ? 255 : grey[at >> 2]));
    pictures.set(index, new ImageData(rgba, 320, 240));
  }
  return createImageBitmap(pictures.get(index));
}

async function jpeg() {
  const canvas = new OffscreenCanvas(32, 24);
  canvas.getContext("2d").fillRect(0, 0, 32, 24);
  return new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
}

/** A visit to a canvas or a lens: camera, server and time are played, the rest is as on a phone. */
class Visited {
  clock = new FakeClock();
  heard = { anchored: [], nearby: [], painted: 0, renewed: 0 };
  frame = 0;
  #onFrame = null;
  #answered = 0;
  #due = [];

  constructor(experience) {
    FakeWebSocket.made.length = 0;
    this.startMs = this.clock.nowMs();
    this.painting = new Painting({
      window,
      ticket: `T${Math.random()}`,
      clock: this.clock,
      camera: { eachFrame: (onFrame) => (this.#onFrame = onFrame) },
      video: document.createElement("video"),
      freshCanvas: () => (this.canvas = document.createElement("canvas")),
      station: { experience, overlay: null, target: null },
      Socket: FakeWebSocket,
      grab: () => pictureOf(this.frame),
      handlers: {
        onWelcome: () => {},
        onStatus: () => {},
        onLost: () => {},
        onOver: () => {},
        onPainted: () => (this.heard.painted += 1),
        onAnchored: (on) => this.heard.anchored.push(on),
        onNearby: ({ ticket }) => this.heard.nearby.push(ticket),
        onChanged: ({ station }) => (this.toldOf = station),
        onRenewed: () => (this.heard.renewed += 1),
      },
    });
    this.painting.begin("en");
    FakeWebSocket.last.opens();
    FakeWebSocket.last.hears({ type: "welcome", resume: "r", credits: 2, settings: { revision: 0 } });
    FakeWebSocket.last.hears({ type: "status", state: "live", fps: 15, width: 320, height: 240 });
  }

  get isAsking() {
    return this.#onFrame !== null;
  }

  /** The next camera picture; what is due of the server's answers comes first. */
  async show() {
    const [nowMs, before] = [this.clock.nowMs(), this.canvas.dataset.shownCaptureMs];
    while (this.#due.length > 0 && this.#due[0].atMs <= nowMs) FakeWebSocket.last.hears(this.#due.shift().message);
    for (let tries = 0; this.canvas.dataset.shownCaptureMs === before; tries += 1) {
      if (tries > 1000) throw new Error("waited in vain for a picture");
      this.#onFrame(nowMs); // not taken while the stage has one
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  /** The server answers what it was sent, so much later. */
  answer(delayMs) {
    const { frames } = FakeWebSocket.last;
    for (; this.#answered < frames.length; this.#answered += 1) {
      const view = new DataView(frames[this.#answered].buffer);
      const captureMs = view.getFloat64(8);
      const index = Math.round(((captureMs - this.startMs) * FPS) / 1000);
      const message = poseBytes(view.getUint32(4), captureMs);
      const place = fromCorners(handHeld(index / FPS, MOTION));
      place.forEach((value, at) => new DataView(message).setFloat32(44 + 4 * at, value));
      this.#due.push({ atMs: captureMs + delayMs, message });
    }
  }

  next() {
    this.frame += 1;
    this.clock.pass(1000 / FPS);
  }
}

test("at a canvas the overlay stays on the artwork although each pose is 150 ms late", async () => {
  const visited = new Visited("canvas");
  FakeWebSocket.last.hears(textureBytes(1, 0, await jpeg()));
  const errors = [];
  for (; visited.frame < 45; visited.next()) {
    await visited.show();
    visited.answer(150);
    const { corners } = visited.canvas.dataset;
    if (corners) errors.push(apart(corners.split(",").map(Number), handHeld(visited.frame / FPS, MOTION)));
  }
  ok(errors.length > 30, `the overlay in most pictures, got ${errors.length}`);
  errors.sort((a, b) => a - b);
  const p95 = errors[Math.floor(0.95 * errors.length)];
  ok(p95 < 2.5, `within 2.5 px of 640, got ${p95}`);
  equal([visited.heard.anchored, visited.painting.painted], [[true], "fresh"]);
  const [telemetry] = FakeWebSocket.last.texts("telemetry");
  equal([telemetry.warp.mode, telemetry.warp.p50_ms > 0], ["tracked", true]);
  visited.painting.end();
  equal(visited.isAsking, false);
});

test("a canvas is painted once a pose was heard, and late when none comes any more", async () => {
  const visited = new Visited("canvas");
  await visited.show();
  equal(visited.painting.painted, "none");
  while (FakeWebSocket.last.frames.length === 0) await new Promise((done) => setTimeout(done, 5));
  visited.answer(0);
  visited.next();
  await visited.show();
  equal(visited.painting.painted, "fresh");
  visited.clock.pass(2600);
  equal(visited.painting.painted, "late");
  visited.painting.end();
});

test("the code of another station is passed on, and motion is of use at a canvas only", () => {
  const visited = new Visited("canvas");
  FakeWebSocket.last.hears({ type: "nearby", station: { id: "b", number: 2, title: {} }, ticket: "OTHER" });
  equal([visited.heard.nearby, visited.painting.motion !== null], [["OTHER"], true]);
  visited.painting.end();
  const lens = new Visited("lens");
  equal(lens.painting.motion, null);
  lens.painting.end();
});

test("at a lens overlays are shown as they come, and telemetry says nothing of a warp", async () => {
  const visited = new Visited("lens");
  FakeWebSocket.last.hears(overlayBytes(1));
  visited.clock.pass(1100);
  const [telemetry] = FakeWebSocket.last.texts("telemetry");
  equal([telemetry.warp, visited.painting.painted], [undefined, "none"]);
  visited.painting.end();
});

test("a lens becomes a canvas on the same link, with the texture that came before it did", async () => {
  const visited = new Visited("lens");
  FakeWebSocket.last.hears({ type: "changed", station: { experience: "canvas" }, settings: { revision: 0 } });
  FakeWebSocket.last.hears(textureBytes(1, 0, await jpeg()));
  equal(visited.toldOf.experience, "canvas");
  visited.painting.change({ experience: "canvas", overlay: null, target: null });
  equal([visited.painting.painted, visited.isAsking], ["none", true]);
  for (; visited.heard.renewed === 0 && visited.frame < 45; visited.next()) {
    await visited.show();
    visited.answer(50);
  }
  equal([visited.heard.renewed, visited.painting.painted, FakeWebSocket.made.length], [1, "fresh", 1]);
  ok(visited.canvas.dataset.corners, "the overlay on the artwork");
  visited.painting.end();
  equal(visited.isAsking, false);
});

test("at a dream the artwork is followed while nothing lies on it, until a picture does, and after it was taken off", async () => {
  const visited = new Visited("dream");
  const [nothing, picture] = [[], []];
  const texture = { number: 1, revision: 1, picture: await jpeg() };
  for (; visited.frame < 40; visited.next()) {
    if (visited.frame === 15) visited.painting.lay(texture);
    if (visited.frame === 32) visited.painting.lay(null);
    await visited.show();
    visited.answer(50);
    const { corners, shownRevision } = visited.canvas.dataset;
    if (visited.frame > 20 && visited.frame < 32) picture.push(Boolean(corners) && shownRevision === "1");
    if (visited.frame < 15 || visited.frame > 33) nothing.push(corners);
  }
  equal([new Set(nothing), visited.heard.anchored].map((all) => [...all]), [[""], [true]]);
  ok(picture.every(Boolean), "the picture on the artwork");
  visited.painting.end();
});
