/**
 * Takes the place of the visitor's own main.js: the same camera, link and painting before a canvas station, with the
 * server's answers held back, and a record of what was on the screen. The address says how: /v/TICKET?delay_ms=150&loss=0.
 */

import { Camera } from "/client/core/camera.js";
import { grabPicture } from "/client/core/camera_pictures.js";
import { Clock } from "/client/core/clock.js";
import { memoryOf } from "/client/core/memory.js";
import { systemOf } from "/client/core/platform.js";
import { decodePose } from "/client/core/protocol.js";
import { ticketInPath } from "/client/core/ticket.js";
import { Painting } from "/client/painting.js";
import { FilmStrip } from "/bench/film_strip.js";
import { lateSocketIn } from "/bench/late_socket.js";

const asked = new URL(location.href).searchParams;
const ticket = ticketInPath(location.pathname);
const video = /** @type {HTMLVideoElement} */ (document.getElementById("camera"));
const clock = new Clock();

/** What happened, in the order in which it did; times in milliseconds. Read by server/bench/warp_bench.py. */
const record = { failure: "", pictures: [], poses: [], shown: [], warps: [] };
Object.assign(window, { warpRecord: record });

const camera = new Camera({
  video,
  devices: navigator.mediaDevices,
  system: systemOf(navigator),
  clock,
  memory: memoryOf(window, "sessionStorage"),
  onOpened() {},
  onLost: (error) => (record.failure = `the camera was lost: ${error.message}`),
});
const strip = new FilmStrip();

/**
 * The video's present picture, its number noted: the number of the very picture that is sent, tracked and shown.
 * @param {number} captureMs
 */
async function grab(captureMs) {
  const picture = await grabPicture(video);
  if (picture) record.pictures.push({ capture_ms: captureMs, lights: strip.read(picture) });
  return picture;
}

function notePose(message) {
  const { capture_ms, homography } = decodePose(message);
  record.poses.push({ at_ms: clock.nowMs(), capture_ms, homography: homography && Array.from(homography) });
}

/** Telemetry says how long the late warp takes. */
function noteWarp(message) {
  const { type, warp } = JSON.parse(message);
  if (type === "telemetry" && warp) record.warps.push(warp);
}

/** @param {HTMLCanvasElement} canvas */
function noteShown(canvas) {
  const { shownCaptureMs, corners, opacity, warp, mainMs, stage } = canvas.dataset;
  record.shown.push({
    at_ms: clock.nowMs(),
    capture_ms: Number(shownCaptureMs),
    corners: corners ? corners.split(",").map(Number) : null,
    opacity: Number(opacity),
    warp,
    main_ms: Number(mainMs),
    stage,
  });
}

/** In place of the last canvas: one on which nothing was drawn yet, and which is watched. */
function freshCanvas() {
  const fresh = document.createElement("canvas");
  fresh.id = "painted";
  document.getElementById("painted").replaceWith(fresh);
  new MutationObserver(() => noteShown(fresh)).observe(fresh, { attributeFilter: ["data-shown-capture-ms"] });
  return fresh;
}

async function begin() {
  for (const [id, hidden] of Object.entries({ paper: true, studio: false })) {
    /** @type {HTMLElement} */ (document.getElementById(id)).hidden = hidden;
  }
  const { station } = await (await fetch(`/api/v1/tickets/${ticket}`)).json();
  await camera.open();
  const delayMs = Number(asked.get("delay_ms"));
  const weather = { delayMs, loss: Number(asked.get("loss")), onPose: notePose, onSaid: noteWarp };
  const fail = (code) => (record.failure = `the link was lost: ${code}`);
  const painting = new Painting({
    window,
    ticket,
    station,
    clock,
    camera,
    video,
    freshCanvas,
    grab,
    Socket: lateSocketIn(weather),
    handlers: { onWelcome() {}, onStatus() {}, onPainted() {}, onLost: fail, onOver: fail },
  });
  painting.begin("en");
}

begin().catch((error) => (record.failure = String(error)));
