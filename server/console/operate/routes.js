/** The addresses of the operator's pages, and of an exhibition's visits. */

import { openDoctor } from "./pages/doctor.js";
import { openEvents } from "./pages/events.js";
import { openHistory } from "./pages/history.js";
import { openNow } from "./pages/now.js";
import { openStation } from "./pages/station.js";
import { openVisits } from "./pages/visits.js";

/** @type {import("../core/router.js").Route[]} */
export const routes = [
  { pattern: /^\/operate$/, open: openNow },
  { pattern: /^\/operate\/s\/([^/]+)\/([^/]+)$/, open: openStation },
  { pattern: /^\/operate\/history(?:\/([^/]+)\/([^/]+))?$/, open: openHistory },
  { pattern: /^\/operate\/events(?:\/([^/]+)\/([^/]+))?$/, open: openEvents },
  { pattern: /^\/operate\/doctor$/, open: openDoctor },
  { pattern: /^\/e\/([^/]+)\/visits$/, open: openVisits },
];
