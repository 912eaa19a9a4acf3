/** What two people changed in one document, field by field, and the document that both can live with. Knows no page. */

import { isTree, read, same, written } from "./paths.js";

/** What is taken or left as a whole: half of one experience and half of another would be neither. */
const WHOLE = new Set(["experience", "schedule.weekly"]);

/**
 * @typedef {object} Change
 * @property {string} path dotted
 * @property {any} base what it was when I began
 * @property {any} mine
 * @property {any} theirs
 * @property {boolean} clash whether I changed it too, to something else
 */

/**
 * What the other person changed, of which I do not say the same anyway.
 * @param {any} base the document when I began
 * @param {any} mine
 * @param {any} theirs as it is saved now
 * @returns {Change[]}
 */
export function changesMeanwhile(base, mine, theirs) {
  return differing(base, theirs)
    .map((path) => ({ path, base: read(base, path), mine: read(mine, path), theirs: read(theirs, path) }))
    .filter((change) => !same(change.mine, change.theirs))
    .map((change) => ({ ...change, clash: !same(change.mine, change.base) }));
}

/**
 * The document as both want it: mine, with theirs where they were chosen.
 * @param {any} mine
 * @param {readonly Change[]} changes
 * @param {ReadonlySet<string>} theirs paths at which theirs is taken
 */
export function merged(mine, changes, theirs) {
  return changes
    .filter(({ path }) => theirs.has(path))
    .reduce((document, change) => written(document, change.path, change.theirs), mine);
}

/**
 * The paths of the fields that differ between two documents, in the order in which they are written.
 * @param {any} one
 * @param {any} other
 * @returns {string[]}
 */
export function differing(one, other) {
  const paths = new Set([...fields(other, ""), ...fields(one, "")]);
  return [...paths].filter((path) => !same(read(one, path), read(other, path)));
}

/**
 * @param {any} value
 * @param {string} path
 * @returns {string[]}
 */
function fields(value, path) {
  if (!isTree(value) || Array.isArray(value) || WHOLE.has(path)) return [path];
  return Object.keys(value).flatMap((name) => fields(value[name], path ? `${path}.${name}` : name));
}
