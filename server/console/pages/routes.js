/** The addresses of the shell's pages. */

import { openAccount } from "./account.js";
import { openExhibitions } from "./exhibitions.js";
import { openKeys } from "./keys.js";
import { openLink } from "./link.js";
import { openLog } from "./log.js";
import { openPeople } from "./people.js";
import { openStyles } from "./styles.js";

/** @type {import("../core/router.js").Route[]} */
export const routes = [
  { pattern: /^\/?$/, open: openExhibitions },
  { pattern: /^\/link\/([^/]+)$/, open: openLink },
  { pattern: /^\/people$/, open: openPeople },
  { pattern: /^\/account$/, open: openAccount },
  { pattern: /^\/styles$/, open: openStyles },
  { pattern: /^\/log(?:\/([^/]+))?$/, open: openLog },
  { pattern: /^\/keys$/, open: openKeys },
];
