/** The console's composition root: finds the elements of index.html, builds the application, lets it begin. */

import { Console } from "./console.js";
import { Problem } from "./core/problem.js";
import { routes as pages } from "./pages/routes.js";

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function place(id) {
  const found = document.getElementById(id);
  if (!found) throw new TypeError(`expected an element #${id}, got none`);
  return found;
}

const stand = {
  skip: place("skip"),
  top: place("top"),
  main: place("main"),
  announcer: place("announcer"),
  away: place("away"),
  notices: place("notices"),
};

/** @type {import("./core/texts.js").Source[]} */
const words = [
  (code) => import(`./texts/${code}.js`),
  (code) => import(`./pages/texts/${code}.js`),
  (code) => import(`./editor/texts/${code}.js`),
  (code) => import(`./operate/texts/${code}.js`),
];

/** Most of the console comes when it is opened: the operator's pages, and the editor of exhibitions. */
const OPERATE = /^\/(operate(\/|$)|e\/[^/]+\/visits$)/;

/** @param {string} address */
async function parts(address) {
  try {
    const part = OPERATE.test(address) ? import("./operate/routes.js") : import("./editor/routes.js");
    return (await part).routes;
  } catch (error) {
    if (error instanceof TypeError) throw new Problem(0, "part_missing", "A part of the page could not be loaded.");
    throw error; // a mistake of ours
  }
}

void new Console({ stand, routes: pages, moreRoutes: parts, words, window }).open();
