/** The page's composition root: finds the elements of index.html, builds the visit, lets it begin. */

import { Clock } from "./core/clock.js";
import { ticketInPath } from "./core/ticket.js";
import { Page } from "./view/page.js";
import { Visit } from "./visit.js";

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function place(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`expected ${kind.name} #${id}, got ${found}`);
  return found;
}

const clock = new Clock();
const video = place("camera", HTMLVideoElement);
const stand = {
  root: place("studio", HTMLElement),
  bar: place("bar", HTMLElement),
  stage: place("stage", HTMLElement),
  canvas: place("painted", HTMLCanvasElement),
  controls: place("controls", HTMLElement),
};
const places = { paper: place("paper", HTMLElement), announcer: place("announcer", HTMLElement) };

/** What dresses the studio, in this order. */
const SHEETS = ["stage", "controls", "studio_sizes", "dialogs"];

/** What dresses a dream, besides. */
const DREAM_SHEETS = ["dream", "dream_picture"];

/** @param {string} name of a style sheet */
function dress(name) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/client/styles/${name}.css` });
  const dressed = new Promise((done, fail) => Object.assign(link, { onload: done, onerror: fail }));
  document.head.append(link);
  return dressed;
}

/** @type {import("./view/studio.js").Studio | null} null until the visitor agreed to the camera */
let studio = null;
/** @type {Promise<typeof import("./dreaming.js").Dreaming> | null} null until a dream was come to */
let dreaming = null;

/** Called once the visitor agrees to the camera. */
async function loadTour() {
  const [{ Studio, Tour }] = await Promise.all([import("./studio.js"), ...SHEETS.map(dress)]);
  studio = new Studio(stand, clock, actions);
  page.furnish(studio);
  return Tour;
}

/** Called at stations where pictures are made of words; once is enough. */
function loadDream() {
  dreaming ??= furnishDream();
  return dreaming;
}

async function furnishDream() {
  const [{ Dreaming, DreamScreen }] = await Promise.all([import("./dream.js"), ...DREAM_SHEETS.map(dress)]);
  studio?.furnish(DreamScreen);
  return Dreaming;
}

/** In place of the last canvas: one that was drawn on in the plane cannot be drawn on in space, nor the other way. */
function freshCanvas() {
  const fresh = document.createElement("canvas");
  fresh.id = stand.canvas.id;
  fresh.width = fresh.height = 0;
  fresh.setAttribute("role", "img");
  stand.canvas.replaceWith(fresh);
  stand.canvas = fresh;
  return fresh;
}

/** @type {Visit} */
const visit = new Visit({
  window,
  ticket: ticketInPath(location.pathname),
  clock,
  video,
  freshCanvas,
  render: (model) => page.render(model),
  loadTour,
  loadDream,
});

/** @type {import("./view/model.js").Actions} */
const actions = {
  begin: () => void visit.begin(),
  readAgain: () => visit.readAgain(),
  reload: () => visit.reload(),
  tryNow: () => visit.tryNow(),
  leave: () => visit.leave(),
  openSecurely: () => visit.openSecurely(),
  setLanguage: (code) => void visit.setLanguage(code),
  choiceChanged: () => visit.choiceChanged(),
  chooseLens: (lensId) => void visit.chooseLens(lensId),
  turnCamera: () => void visit.turnCamera(),
};
const page = new Page(document, places, actions);

void visit.open();
