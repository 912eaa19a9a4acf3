import { askForMotion } from "/client/core/motion_permission.js";
import { TrackSettings } from "/client/core/track_settings.js";
import { wishes } from "/client/core/lenses.js";
import { equal, ok, test } from "./claims.js";

/** A camera that answers each wish only when it is told to. */
class SlowTrack {
  asked = [];
  answers = [];

  constructor(capabilities, settings = {}) {
    this.capabilities = capabilities;
    this.settings = settings;
  }

  getCapabilities() {
    return this.capabilities;
  }

  getSettings() {
    return this.settings;
  }

  applyConstraints({ advanced }) {
    this.asked.push(advanced[0]);
    return new Promise((done, fail) => this.answers.push({ done, fail }));
  }

  async answer(way = "done") {
    this.answers.shift()[way](new DOMException("played", "OverconstrainedError"));
    await new Promise((resume) => setTimeout(resume));
  }
}

const BOTH = { torch: true, zoom: { min: 1, max: 4, step: 0.1 } };

function settingsOf(track) {
  const settings = new TrackSettings(() => {});
  settings.use(track);
  return settings;
}

test("a camera without light and zoom offers neither", () => {
  const settings = settingsOf(new SlowTrack({}));
  equal([settings.torch, settings.zoom], [null, null]);
  settings.setTorch(true);
  settings.setZoom(1);
  settings.pinch(0, 2);
  equal([settings.torch, settings.zoom], [null, null]);
});

test("a browser that cannot say what its camera can do offers neither", () => {
  equal(settingsOf({ getSettings: () => ({}) }).torch, null);
  equal(settingsOf(undefined).zoom, null);
});

test("the light is turned on and off", async () => {
  const track = new SlowTrack({ torch: true });
  const settings = settingsOf(track);
  settings.setTorch(true);
  await track.answer();
  settings.setTorch(false);
  equal([settings.torch, track.asked], [false, [{ torch: true }, { torch: false }]]);
});

test("a light that the camera refuses is off", async () => {
  const track = new SlowTrack({ torch: true });
  const settings = settingsOf(track);
  settings.setTorch(true);
  await track.answer("fail");
  equal(settings.torch, false);
});

test("zoom is asked for one at a time, and of those that wait only the newest", async () => {
  const track = new SlowTrack(BOTH);
  const settings = settingsOf(track);
  for (const zoom of [0.1, 0.2, 0.3, 0.5]) settings.setZoom(zoom);
  equal(track.asked.length, 1);
  await track.answer();
  equal(track.asked.length, 2);
  equal(track.asked[1].zoom, 2);
  await track.answer();
  equal(track.asked.length, 2);
});

test("light and zoom are told together, for a camera forgets what is left out", async () => {
  const track = new SlowTrack(BOTH);
  const settings = settingsOf(track);
  settings.setTorch(true);
  await track.answer();
  settings.setZoom(1);
  equal(track.asked[1], { torch: true, zoom: 4 });
});

test("fingers that move apart by a factor zoom by that factor, within what the camera can", () => {
  const settings = settingsOf(new SlowTrack(BOTH));
  settings.pinch(0, 2);
  equal([settings.zoom, settings.zoomFactor], [0.5, 2]);
  settings.pinch(0.5, 100);
  equal([settings.zoom, settings.zoomFactor], [1, 4]);
  settings.pinch(1, 0.001);
  equal([settings.zoom, settings.zoomFactor], [0, 1]);
});

test("zoom is kept for the next camera of the visit, as far as that one goes", () => {
  const settings = settingsOf(new SlowTrack(BOTH));
  settings.setZoom(1);
  const front = new SlowTrack({ zoom: { min: 1, max: 2 } });
  settings.use(front);
  equal([front.asked, settings.zoom], [[{ zoom: 2 }], 1]);
  settings.use(new SlowTrack(BOTH));
  equal(settings.zoomFactor, 4);
});

test("a camera that was not zoomed by the visitor is left as it is", () => {
  const track = new SlowTrack({ zoom: { min: 0.5, max: 8 } }, { zoom: 1 });
  equal([settingsOf(track).zoom, settingsOf(track).zoomFactor, track.asked], [0.25, 1, []]);
});

test("a camera that counts its zoom in percent is shown in times", () => {
  const settings = settingsOf(new SlowTrack({ zoom: { min: 100, max: 400 } }));
  settings.setZoom(0.5);
  equal(settings.zoomFactor, 2);
});

test("a range that leads nowhere is no zoom", () => {
  for (const zoom of [{ min: 1, max: 1 }, { min: 0, max: 0 }]) equal(settingsOf(new SlowTrack({ zoom })).zoom, null);
});

test("a newly opened camera has its light off", () => {
  const settings = settingsOf(new SlowTrack(BOTH));
  settings.setTorch(true);
  settings.use(new SlowTrack(BOTH));
  equal(settings.torch, false);
});

test("a light that was on is turned on again when the visitor comes back, a dark one is left alone", async () => {
  const track = new SlowTrack(BOTH);
  const settings = settingsOf(track);
  settings.renew();
  equal(track.asked, []);
  settings.setTorch(true);
  await track.answer();
  settings.renew();
  equal(track.asked, [{ torch: true }, { torch: true }]);
});

test("the side that the visitor turned to is asked for and no other", () => {
  equal(
    wishes("ios", "remembered", "user").map(({ facingMode, deviceId }) => [facingMode, deviceId]),
    [[{ exact: "user" }, undefined]],
  );
});

test("zoom is asked for with the camera only where it would not be had otherwise", () => {
  ok(wishes("android", null).every((wish) => wish.zoom === true), "zoom on Android");
  for (const system of ["ios", "other"]) ok(wishes(system, null).every((wish) => !("zoom" in wish)), "no zoom asked");
});

/** A window whose motion sensors want to be asked; each answer is a word or an error. */
function scopeThatAnswers(...answers) {
  const asked = [];
  const taps = [];
  const requestPermission = async () => {
    const answer = answers[asked.push("asked") - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, taps, DeviceMotionEvent: { requestPermission }, addEventListener: (_type, tap) => taps.push(tap) };
}

test("motion sensors that want no question are allowed", async () => {
  equal(await askForMotion({ DeviceMotionEvent: class {}, addEventListener() {} }), true);
});

test("where there are no motion sensors nothing is asked", async () => {
  equal(await askForMotion({ addEventListener() {} }), false);
});

test("motion sensors are asked for once, and no is no", async () => {
  equal(await askForMotion(scopeThatAnswers("granted")), true);
  const refusing = scopeThatAnswers("denied");
  equal([await askForMotion(refusing), refusing.asked.length, refusing.taps.length], [false, 1, 0]);
});

test("a question that came too late after the tap is asked at the next one", async () => {
  const scope = scopeThatAnswers(new DOMException("played", "NotAllowedError"), "granted");
  const answer = askForMotion(scope);
  await new Promise((resume) => setTimeout(resume));
  equal([scope.asked.length, scope.taps.length], [1, 1]);
  scope.taps[0]();
  equal(await answer, true);
});
