import { Anchor, AnchorState, PoseState } from "/client/core/warp/anchor.js";
import { FrameRing, KEPT_MS } from "/client/core/warp/frame_ring.js";
import { fromCorners } from "/client/core/warp/homography.js";
import { LateWarp } from "/client/core/warp/late_warp.js";
import { turnOf } from "/client/core/warp/turn.js";
import { equal, near, ok, test } from "./claims.js";
import { apart, artwork, frameOf, handHeld } from "./scenes.js";

const ART = artwork(3);
const BLANK = new Uint8Array(320 * 240).fill(120);
const PERIOD_MS = 1000 / 30;

test("the ring keeps a second and a half, finds frames by capture time and uses its buffers again", () => {
  const ring = new FrameRing();
  const first = ring.push(0, 64, 48).pyramid;
  for (let ms = 100; ms <= KEPT_MS; ms += 100) ring.push(ms, 64, 48);
  ok(ring.find(0) !== null && ring.find(300)?.captureMs === 300, "all to be kept");
  equal(ring.find(301), null);
  equal(
    ring.between(100, 400).map(({ captureMs }) => captureMs),
    [200, 300],
  );
  ok(ring.push(KEPT_MS + 50, 64, 48).pyramid === first, "the oldest one's buffers");
  equal(ring.find(0), null);
});

test("the ring holds no more frames than it may, however fast they come", () => {
  const ring = new FrameRing(5);
  for (let ms = 0; ms < 10; ms += 1) ring.push(ms, 64, 48);
  equal([ring.length, ring.find(4), ring.newest?.captureMs], [5, null, 9]);
});

test("a picture of another shape begins the ring anew", () => {
  const ring = new FrameRing();
  ring.push(0, 64, 48);
  ring.push(1, 48, 64);
  equal([ring.length, ring.newest?.pyramid.width], [1, 48]);
});

/** A visit's frames and poses on one time line: the server answers each second frame, a while later. */
class Played {
  dropped = [];
  shown = [];
  #ring = new FrameRing();
  #waiting = [];
  #frame = 0;

  /** From one frame on, the camera may go back the way that it came. */
  constructor({ delayMs = 150, motion = {}, turnsBackAt = Infinity } = {}) {
    this.turnsBackAt = turnsBackAt;
    this.delayMs = delayMs;
    this.motion = motion;
    this.anchor = new Anchor(this.#ring, (reason) => this.dropped.push(reason));
  }

  get nowMs() {
    return 1000 + this.#frame * PERIOD_MS;
  }

  /** One frame of the artwork, or of something else; the truth and what the server says of it may differ. */
  step({ grey, answer = "locked", off = 0, turned = null } = {}) {
    this.#frame += 1;
    const along = this.#frame > this.turnsBackAt ? 2 * this.turnsBackAt - this.#frame : this.#frame;
    const [atMs, corners] = [this.nowMs, handHeld(along / 30, this.motion)];
    const frame = this.#ring.push(atMs, 320, 240);
    frame.pyramid.readGrey(grey ?? frameOf(ART, fromCorners(corners)));
    while (this.#waiting.length > 0 && this.#waiting[0].dueMs <= atMs) this.anchor.hear(this.#waiting.shift().pose);
    const now = this.anchor.follow(frame, turned);
    if (this.#frame % 2 === 0 && answer !== "none") this.#ask(atMs, corners, answer, off);
    this.shown.push({ ...now, corners: now.corners && Float64Array.from(now.corners), truth: corners });
    return this.shown[this.shown.length - 1];
  }

  /** Time goes on, without a picture from the camera. */
  skip(frames) {
    this.#frame += frames;
  }

  #ask(capture_ms, corners, answer, off) {
    const state = { locked: PoseState.LOCKED, looking: PoseState.LOOKING, coasting: PoseState.COASTING }[answer];
    const pose = { state, seq: this.#frame, capture_ms, homography: fromCorners(corners.map((value) => value + off)) };
    this.#waiting.push({ dueMs: capture_ms + this.delayMs, pose });
  }

  steps(count, how) {
    let last;
    for (let step = 0; step < count; step += 1) last = this.step(how);
    return last;
  }
}

test("a pose that is 150 ms late is shown where the artwork is now", () => {
  const played = new Played();
  played.steps(40);
  const shown = played.shown.slice(12);
  ok(
    shown.every(({ state }) => state === AnchorState.HELD),
    "held all the time",
  );
  const errors = shown.map(({ corners, truth }) => apart(corners, truth)).sort((a, b) => a - b);
  ok(errors[Math.floor(errors.length * 0.95)] < 1, `below 1 px, got ${errors[errors.length - 1]}`);
  equal(played.dropped, []);
});

test("the first pose is carried over a third of a second of fast movement", () => {
  const played = new Played({ delayMs: 300, motion: { pan: 0.2, shake: 0.01, frequency: 1.2 } });
  const { corners, truth, state } = played.steps(16);
  equal(state, AnchorState.HELD);
  ok(apart(corners, truth) < 2, `below 2 px, got ${apart(corners, truth)}`);
});

test("a pose for a frame that is no longer kept, or older than one heard, is dropped as stale", () => {
  const played = new Played();
  played.steps(4, { answer: "none" });
  const pose = { state: PoseState.LOCKED, seq: 1, capture_ms: -5000, homography: fromCorners(handHeld(0)) };
  played.anchor.hear(pose);
  equal([played.step({ answer: "none" }).state, played.dropped], [AnchorState.ABSENT, ["stale_pose"]]);
  played.anchor.hear({ ...pose, capture_ms: -6000 });
  equal(played.dropped, ["stale_pose", "stale_pose"]);
});

test("small errors of the poses do not add up", () => {
  const played = new Played({ delayMs: 190 });
  for (let frame = 0; frame < 360; frame += 1) played.step({ off: frame % 4 < 2 ? 0.0015 : -0.0015 });
  const late = played.shown.slice(-90).map(({ corners, truth }) => apart(corners, truth));
  ok(Math.max(...late) < 5, `expected less than 5 px in the last three seconds, got ${Math.max(...late)}`);
});

test("a pose that says otherwise is taken up in small steps", () => {
  const played = new Played();
  played.steps(20);
  const before = played.shown.length;
  played.steps(30, { off: 0.05 });
  const offs = played.shown
    .slice(before - 1)
    .map(({ corners, truth }) => corners.map((value, at) => value - truth[at]));
  for (let at = 1; at < offs.length; at += 1) {
    ok(apart(offs[at], offs[at - 1]) < 15, `a step below 15 px, got ${apart(offs[at], offs[at - 1])}`);
  }
  near(offs[offs.length - 1], new Float64Array(8).fill(0.05), 0.004);
});

test("one pose that contradicts all others changes nothing; when it goes on, the overlay fades and comes back there", () => {
  const played = new Played();
  played.steps(20);
  played.step({ off: 0.3 });
  played.step({ off: 0.3 });
  played.steps(8);
  ok(
    played.shown.slice(12).every(({ corners, truth }) => apart(corners, truth) < 3),
    "the one to be ignored",
  );
  const last = played.steps(40, { off: 0.3 });
  const states = played.shown.slice(30).map(({ state }) => state);
  ok(states.includes(AnchorState.LEAVING) && states.includes(AnchorState.ABSENT), "to leave first");
  near(
    last.corners,
    last.truth.map((value) => value + 0.3),
    0.05,
  );
});

test("when it is lost it coasts, fades and vanishes, and a new pose brings it back", () => {
  const played = new Played();
  played.steps(20);
  const lost = [];
  for (let frame = 0; frame < 16; frame += 1) lost.push(played.step({ grey: BLANK, answer: "coasting" }));
  equal([lost[0].state, lost[0].opacity], [AnchorState.COASTING, 1]);
  ok(apart(lost[1].corners, lost[0].corners) < 20, "to move on as it moved");
  ok(
    lost.every(({ opacity }, at) => at === 0 || opacity <= lost[at - 1].opacity),
    "never to become more opaque",
  );
  equal([lost[15].state, lost[15].corners], [AnchorState.ABSENT, null]);
  const back = played.steps(12);
  equal(back.state, AnchorState.HELD);
  ok(apart(back.corners, back.truth) < 2, "at its place");
});

test("something that passes before the camera for a moment leaves no gap", () => {
  const played = new Played();
  played.steps(20);
  played.steps(3, { grey: BLANK, answer: "coasting" });
  const back = played.steps(4);
  equal(back.state, AnchorState.HELD);
  ok(
    played.shown.slice(12).every(({ opacity }) => opacity > 0.9),
    "opaque throughout",
  );
  ok(apart(back.corners, back.truth) < 4, "nearly at its place again");
});

/** Frames in which the overlay can be seen, and is not where the artwork is. */
function astrayIn(shown) {
  return shown.filter(({ corners, opacity, truth }) => opacity > 0.2 && !(apart(corners, truth) < 20));
}

test("when pictures stay away while the camera moves fast, the overlay is seen in the right place or not at all", () => {
  const played = new Played({ delayMs: 300, motion: { pan: 0.3, turn: 0.3, frequency: 0.9 } });
  played.steps(20);
  for (const missing of [3, 6, 9, 4, 8, 5]) {
    played.skip(missing);
    played.steps(16);
  }
  const held = played.shown.slice(12).filter(({ state, opacity }) => state === AnchorState.HELD && opacity > 0.5);
  equal(astrayIn(played.shown).length, 0);
  ok(held.length > 80, `expected it to be held most of the time, got ${held.length} of ${played.shown.length - 12}`);
});

test("a camera that turns back at once is followed", () => {
  for (const turnsBackAt of [22, 24, 33]) {
    const played = new Played({ delayMs: 250, turnsBackAt, motion: { pan: 0.38, turn: 0.3, frequency: 0.8 } });
    for (let frame = 1; frame < turnsBackAt + 8; frame += 1)
      played.step({ answer: frame % 6 === 0 ? "locked" : "none" });
    const after = played.shown.slice(turnsBackAt - 2);
    equal([turnsBackAt, after.filter(({ state }) => state !== AnchorState.HELD).length], [turnsBackAt, 0]);
  }
});

test("a guess that goes on for long moves the overlay, and neither turns nor grows it", () => {
  const played = new Played({ delayMs: 0, motion: { pan: 0.05, turn: 0.4, frequency: 1 } });
  played.steps(20);
  const [first, ...later] = Array.from({ length: 5 }, () => played.step({ grey: BLANK, answer: "none" }).corners);
  const shape = (corners) => [2, 3, 4, 5, 6, 7].map((at) => corners[at] - corners[at % 2]);
  later.forEach((corners) => near(shape(corners), shape(first), 0.001));
});

test("a pose that has seen little of the artwork begins nothing; a detail that fills the picture does", () => {
  const played = new Played({ delayMs: 0 });
  const hear = (corners) => {
    played.step({ answer: "none" });
    const pose = { state: PoseState.LOCKED, seq: 1, capture_ms: played.nowMs, homography: fromCorners(corners) };
    played.anchor.hear(pose);
    return played.step({ answer: "none" }).state;
  };
  equal(hear([0.75, 0.1, 1.65, 0.1, 1.65, 0.9, 0.75, 0.9]), AnchorState.ABSENT);
  equal(played.dropped, ["glimpse"]);
  hear([-0.5, -0.5, 1.5, -0.5, 1.5, 1.5, -0.5, 1.5]);
  equal(played.dropped, ["glimpse"]);
});

test("when the server looks for it, the overlay fades although it can still be followed", () => {
  const played = new Played();
  played.steps(20);
  played.steps(6, { answer: "looking" });
  equal(played.step({ answer: "looking" }).state, AnchorState.LEAVING);
  equal(played.steps(10, { answer: "looking" }).state, AnchorState.ABSENT);
});

test("without any pose for two and a half seconds the overlay goes", () => {
  const played = new Played();
  played.steps(20);
  equal(played.steps(50, { answer: "none" }).state, AnchorState.HELD);
  equal(played.steps(45, { answer: "none" }).state, AnchorState.ABSENT);
});

/** Frames as a canvas gives them. */
function rgbaOf(grey) {
  return Uint8ClampedArray.from({ length: grey.length * 4 }, (_, at) => (at % 4 === 3 ? 255 : grey[at >> 2]));
}

test("the late warp tells corners, opacity and light of each frame", () => {
  const warp = new LateWarp(() => {});
  const place = fromCorners(handHeld(0));
  const rgba = rgbaOf(frameOf(ART, place));
  /** @param {number} captureMs */
  const see = (captureMs) => warp.see({ captureMs, width: 320, height: 240, rgba });
  equal([see(0).corners, see(33).light], [null, null]);
  warp.hear({ state: PoseState.LOCKED, seq: 7, capture_ms: 33, homography: place });
  const shown = [66, 99, 132, 165, 198, 231].map(see).pop();
  ok(apart(shown.corners, handHeld(0)) < 0.3, "corners in place");
  const mean = ART.pixels.reduce((sum, value) => sum + value, 0) / ART.pixels.length;
  equal([shown.seq, shown.opacity], [7, 1]);
  ok(Math.abs(shown.light.mean[1] - mean) < 8, `light near ${mean}, got ${shown.light.mean}`);
});

test("a frame of another shape or from the past begins anew", () => {
  const warp = new LateWarp(() => {});
  const place = fromCorners(handHeld(0));
  const rgba = rgbaOf(frameOf(ART, place));
  warp.see({ captureMs: 0, width: 320, height: 240, rgba });
  warp.hear({ state: PoseState.LOCKED, seq: 1, capture_ms: 0, homography: place });
  ok(warp.see({ captureMs: 33, width: 320, height: 240, rgba }).corners !== null, "shown");
  equal(warp.see({ captureMs: 66, width: 240, height: 320, rgba }).corners, null);
});

test("a camera that turns right sees the picture move left, by as much as its lens says", () => {
  const turn = turnOf([0, 0.1, 0], 320, 240);
  const focal = 160 / Math.tan((32.5 * Math.PI) / 180);
  const w = turn[6] * 160 + turn[7] * 120 + 1;
  near([(turn[0] * 160 + turn[1] * 120 + turn[2]) / w], [160 - 0.1 * focal], 0.5);
  near([...turnOf([0, 0, 0], 320, 240)], [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-12);
});

test("where nothing can be followed, poses are shown as they come, late as they are", () => {
  const played = new Played({ motion: { pan: 0.02, shake: 0, turn: 0 } });
  played.steps(40, { grey: BLANK });
  const shown = played.shown.slice(16);
  ok(
    shown.every(({ state, opacity }) => state === AnchorState.COASTING && opacity > 0.3),
    "coasting from pose to pose",
  );
  ok(
    shown.every(({ corners, truth }) => apart(corners, truth) < 25),
    "not far from the truth",
  );
  equal(played.steps(45, { grey: BLANK, answer: "none" }).state, AnchorState.ABSENT);
});

test("poses shown as they come stay until the next one, however slow the network", () => {
  const played = new Played({ motion: { pan: 0.02, shake: 0, turn: 0 } });
  for (let frame = 0; frame < 60; frame += 1)
    played.step({ grey: BLANK, answer: frame % 12 === 1 ? "locked" : "none" });
  ok(
    played.shown.slice(16).every(({ opacity }) => opacity === 1),
    "opaque throughout",
  );
});

test("what was in vain in one connection does not count in the next", () => {
  const played = new Played({ delayMs: 0 });
  /** Poses that are of the artwork, while something else is before the camera: it cannot be followed to there. */
  const strive = (frames) => {
    const opacities = [];
    for (let frame = 0; frame < frames; frame += 1) {
      const isPlaced = frame % 2 === 1;
      opacities.push(played.step(isPlaced ? {} : { grey: BLANK, answer: "none" }).opacity);
    }
    return Math.max(...opacities);
  };
  equal(strive(14), 0);
  played.anchor.reset();
  equal(strive(14), 0);
});

test("a hint from the motion sensors that is wrong does no harm", () => {
  const played = new Played();
  for (let frame = 0; frame < 40; frame += 1) played.step({ turned: turnOf([0.2, -0.3, 0.1], 320, 240) });
  const shown = played.shown.slice(12);
  ok(
    shown.every(({ state, corners, truth }) => state === AnchorState.HELD && apart(corners, truth) < 2),
    "held in place all the time",
  );
});

test("while nothing can be seen the overlay moves as the sensors say, if they were right before", () => {
  /** How far the overlay moves to the left, in 640ths, over two frames in which the camera turns right unseen. */
  const movedAfter = (usual) => {
    const played = new Played({ motion: { pan: 0.3, shake: 0, turn: 0, frequency: 0.2 } });
    for (let frame = 0; frame < 20; frame += 1) played.step({ turned: usual });
    const before = played.shown[19].corners[0];
    const right = turnOf([0, 0.03, 0], 320, 240);
    const after = [1, 2].map(() => played.step({ grey: BLANK, answer: "none", turned: right })).pop();
    return (before - after.corners[0]) * 640;
  };
  // The camera pans left all the time: the artwork moves right.
  ok(movedAfter(turnOf([0, -0.005, 0], 320, 240)) > 20, "to the left with the turn");
  ok(movedAfter(turnOf([0, 0.3, 0], 320, 240)) < 0, "on to the right, the sensors not being trusted");
});
