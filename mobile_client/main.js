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
const [video, canvas] = [place("camera", HTMLVideoElement), place("painted", HTMLCanvasElement)];
const stand = {
  root: place("studio", HTMLElement),
  bar: place("bar", HTMLElement),
  stage: place("stage", HTMLElement),
  canvas,
  controls: place("controls", HTMLElement),
};
const places = { paper: place("paper", HTMLElement), announcer: place("announcer", HTMLElement) };

/** Called once the visitor agrees to the camera. */
async function loadPainting() {
  const { Painting, Studio } = await import("./studio.js");
  page.furnish(new Studio(stand, clock, actions));
  return Painting;
}

/** @type {Visit} */
const visit = new Visit({
  window,
  ticket: ticketInPath(location.pathname),
  clock,
  video,
  canvas,
  render: (model) => page.render(model),
  loadPainting,
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
};
const page = new Page(document, places, actions);

void visit.open();
