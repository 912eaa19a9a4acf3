/** The addresses of the editor's pages. */

import { openCodes } from "./pages/codes.js";
import { openDreams } from "./pages/dreams.js";
import { openOverview } from "./pages/overview.js";
import { openProgrammes } from "./pages/programmes.js";
import { openSchedule } from "./pages/schedule.js";
import { openSettings } from "./pages/settings.js";
import { openStation } from "./pages/station.js";
import { openVersions } from "./pages/versions.js";

/** @type {import("../core/router.js").Route[]} */
export const routes = [
  { pattern: /^\/e\/([^/]+)$/, open: openOverview },
  { pattern: /^\/e\/([^/]+)\/s\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/, open: openStation },
  { pattern: /^\/e\/([^/]+)\/dreams$/, open: openDreams },
  { pattern: /^\/e\/([^/]+)\/schedule$/, open: openSchedule },
  { pattern: /^\/e\/([^/]+)\/programmes$/, open: openProgrammes },
  { pattern: /^\/e\/([^/]+)\/versions$/, open: openVersions },
  { pattern: /^\/e\/([^/]+)\/codes$/, open: openCodes },
  { pattern: /^\/e\/([^/]+)\/settings(?:\/([^/]+))?(?:\/([^/]+))?$/, open: openSettings },
];
