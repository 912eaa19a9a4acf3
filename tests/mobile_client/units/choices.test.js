import { CameraError, stateOfCameraError } from "/client/core/camera_error.js";
import { betterLens, wishes } from "/client/core/lenses.js";
import { missingFeatures, seemsInApp, systemOf } from "/client/core/platform.js";
import { StyleChoice } from "/client/core/style_choice.js";
import { readTicket, ticketInPath, TicketProblem } from "/client/core/ticket.js";
import { equal, ok, test } from "./claims.js";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
const PIXEL =
  "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
const MAC =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";

test("one style is chosen with its whole weight", () => {
  const choice = new StyleChoice(["night", "wave", "scream"], { wave: 1 });
  equal(choice.mix, { wave: 1 });
  choice.pick("scream");
  equal(choice.mix, { scream: 1 });
});

test("two styles are mixed by their balance", () => {
  const choice = new StyleChoice(["night", "wave", "scream"]);
  choice.setMixing(true);
  choice.setBalance(0.3);
  equal(choice.mix, { night: 0.7, wave: 0.3 });
});

test("when mixing, a third style takes the place of the older one", () => {
  const choice = new StyleChoice(["night", "wave", "scream"]);
  choice.setMixing(true);
  choice.pick("scream");
  equal(choice.picked, ["wave", "scream"]);
});

test("the row of styles is round, also when mixing", () => {
  const choice = new StyleChoice(["night", "wave", "scream"]);
  choice.turn(-1);
  equal(choice.picked, ["scream"]);
  choice.setMixing(true);
  choice.turn(1);
  equal(choice.picked, ["scream", "wave"]);
  choice.turn(1);
  equal(choice.picked, ["scream", "night"]);
});

test("settings that the server kept are taken over, what is not on offer left out", () => {
  const choice = new StyleChoice(["night", "wave"]);
  choice.adopt({ wave: 0.25, night: 0.75, gone: 0.9 }, 0.4);
  equal([choice.mix, choice.strength, choice.mixing], [{ night: 0.75, wave: 0.25 }, 0.4, true]);
});

test("a station with one style has nothing to mix", () => {
  const choice = new StyleChoice(["night"]);
  choice.setMixing(true);
  equal([choice.mixing, choice.mix], [false, { night: 1 }]);
});

test("the wide lens is preferred on iPhones and the main one on Android", () => {
  const iphone = [
    { deviceId: "u", label: "Back Ultra Wide Camera" },
    { deviceId: "b", label: "Back Camera" },
  ];
  equal(betterLens(iphone, "Back Ultra Wide Camera", "ios").deviceId, "b");
  equal(betterLens(iphone, "Back Camera", "ios"), null);
  const android = [
    { deviceId: "2", label: "camera2 2, facing back" },
    { deviceId: "0", label: "camera2 0, facing back" },
  ];
  equal(betterLens(android, "camera2 2, facing back", "android").deviceId, "0");
  equal(betterLens(android, "camera2 2, facing back", "other"), null);
});

test("a remembered lens is asked for first, and any camera last", () => {
  const asked = wishes("android", "front");
  equal(asked[0].deviceId, { exact: "front" });
  equal(asked[1].facingMode, { exact: "environment" });
  equal(asked[asked.length - 1].facingMode, undefined);
});

test("camera errors become screens", () => {
  const screen = (name, inApp = false) => stateOfCameraError(CameraError.of(new DOMException("", name)).reason, inApp);
  equal(screen("NotAllowedError"), "denied");
  equal(screen("NotFoundError"), "no_camera");
  equal(screen("NotReadableError"), "no_camera");
  equal(screen("NotAllowedError", true), "in_app_browser");
  equal(stateOfCameraError("unsupported", false), "unsupported");
  equal(stateOfCameraError("unsupported", true), "in_app_browser");
});

test("systems are told apart, an iPad that asks for desktop pages too", () => {
  equal(systemOf({ userAgent: IPHONE, maxTouchPoints: 5 }), "ios");
  equal(systemOf({ userAgent: PIXEL, maxTouchPoints: 5 }), "android");
  equal(systemOf({ userAgent: MAC, maxTouchPoints: 0 }), "other");
  equal(systemOf({ userAgent: MAC, maxTouchPoints: 5 }), "ios");
});

test("apps' own browsers are recognised, browsers are not taken for them", () => {
  for (const userAgent of [IPHONE, PIXEL, MAC]) equal(seemsInApp({ userAgent, maxTouchPoints: 0 }), false);
  const apps = [
    `${IPHONE} MicroMessenger/8.0`,
    PIXEL.replace("Chrome", "; wv) Chrome"),
    IPHONE.replace(" Safari/604.1", ""),
  ];
  for (const userAgent of apps) equal(seemsInApp({ userAgent, maxTouchPoints: 5 }), true);
});

test("what a browser lacks is named", () => {
  equal(missingFeatures(window), []);
  equal(missingFeatures({ WebSocket: function () {} }), ["createImageBitmap", "canvas"]);
});

test("the ticket is read from the address", () => {
  equal(ticketInPath("/v/A-b_9"), "A-b_9");
  equal([ticketInPath("/"), ticketInPath("/v/"), ticketInPath("/v/a/b")], ["", "", ""]);
});

async function failureOf(status, body) {
  const answer = async () => new Response(body, { status });
  return readTicket("T", answer).then(
    () => null,
    (error) => error,
  );
}

test("a refused ticket says why, an overworked server is no refusal", async () => {
  const refused = await failureOf(403, '{"code":"ticket_expired"}');
  equal([refused instanceof TicketProblem, refused.code], [true, "ticket_expired"]);
  equal((await failureOf(404, "not json")).code, "ticket_forged");
  for (const status of [429, 500, 503]) ok(!((await failureOf(status, "{}")) instanceof TicketProblem), "no refusal");
});
