import { backoffMs } from "/client/core/backoff.js";
import { fitted } from "/client/core/camera_pictures.js";
import { FramePump } from "/client/core/frame_pump.js";
import { Meter } from "/client/core/meter.js";
import { equal, ok, test } from "./claims.js";
import { FakeClock } from "./fakes.js";

test("the meter reports pictures a second, median and 95th percentile of their age", () => {
  const meter = new Meter(0);
  for (let age = 1; age <= 20; age += 1) meter.shown(age * 10);
  equal(meter.report(2000), { fps: 10, glass_p50_ms: 100, glass_p95_ms: 190, dropped: {} });
});

test("each report begins anew", () => {
  const meter = new Meter(0);
  meter.shown(50);
  meter.dropped("late");
  meter.dropped("late", 2);
  equal(meter.report(1000).dropped, { late: 3 });
  equal(meter.report(2000), { fps: 0, glass_p50_ms: 0, glass_p95_ms: 0, dropped: {} });
});

test("an age is never below zero, whatever the camera says", () => {
  const meter = new Meter(0);
  meter.shown(-30);
  equal(meter.report(1000).glass_p50_ms, 0);
});

test("two phones that were cut off together do not come back together", () => {
  ok(backoffMs(3, 0) < backoffMs(3, 0.99), "chance to matter");
  ok(backoffMs(3, 0) >= 1200, "at least half of the wait to be sure");
});

test("a picture is scaled to the limit, keeps its shape, lies down or stands up", () => {
  const limit = { width: 480, height: 360 };
  equal(fitted({ width: 960, height: 720 }, limit), { width: 480, height: 360 });
  equal(fitted({ width: 720, height: 960 }, limit), { width: 360, height: 480 });
  equal(fitted({ width: 1280, height: 720 }, limit), { width: 480, height: 270 });
  equal(fitted({ width: 320, height: 240 }, limit), { width: 320, height: 240 });
});

/** A pump whose camera, encoder and link are played. */
function setUp({ hasRoom = true } = {}) {
  const clock = new FakeClock();
  const parts = { sent: [], offer: null, link: { hasRoom }, encoded: [] };
  parts.link.sendFrame = (frame) => (parts.sent.push(frame), true);
  const pump = new FramePump({
    camera: { eachFrame: (onFrame) => (parts.offer = onFrame) },
    encoder: { encode: () => new Promise((done) => parts.encoded.push(done)) },
    link: parts.link,
    video: {},
    clock,
  });
  return { pump, clock, parts };
}

const ENCODED = { picture: new Uint8Array(3), width: 480, height: 360 };
const settled = () => new Promise((done) => setTimeout(done));

test("the pump keeps to the pace that was asked for", async () => {
  const { pump, clock, parts } = setUp();
  pump.run({ fps: 10, width: 480, height: 360 });
  for (let frame = 0; frame < 90; frame += 1) {
    parts.offer(frame);
    parts.encoded.pop()?.(ENCODED);
    await settled();
    clock.pass(1000 / 30);
  }
  ok(Math.abs(parts.sent.length - 30) <= 1, `30 frames in 3 s, got ${parts.sent.length}`);
});

test("a camera picture that finds the encoder at work is not kept", async () => {
  const { pump, clock, parts } = setUp();
  pump.run({ fps: 30, width: 480, height: 360 });
  for (const captureMs of [1, 2, 3]) {
    parts.offer(captureMs);
    clock.pass(100);
  }
  parts.encoded[0](ENCODED);
  await settled();
  equal([parts.encoded.length, parts.sent.map((frame) => frame.capture_ms)], [1, [1]]);
});

test("nothing is encoded while the link has no room", () => {
  const { pump, parts } = setUp({ hasRoom: false });
  pump.run({ fps: 30, width: 480, height: 360 });
  parts.offer(1);
  equal(parts.encoded.length, 0);
});

test("a frame that was being encoded when the pump stopped is not sent", async () => {
  const { pump, parts } = setUp();
  pump.run({ fps: 30, width: 480, height: 360 });
  parts.offer(1);
  pump.stop();
  parts.encoded[0](ENCODED);
  await settled();
  equal([parts.sent, parts.offer], [[], null]);
});
