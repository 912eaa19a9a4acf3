/** Reads and changes a document by dotted paths, such as `artwork.alt.en`. Documents are never changed in place. */

/** @typedef {any} Value JSON */

/**
 * @param {Value} document
 * @param {string} path "": the document itself
 * @returns {Value} undefined where there is nothing
 */
export function read(document, path) {
  return parts(path).reduce(
    (value, part) => (value === null || value === undefined ? undefined : value[part]),
    document,
  );
}

/**
 * The document with another value at a path; what is on the way there is made.
 * @param {Value} document
 * @param {string} path
 * @param {Value} value undefined: the key goes
 * @returns {Value}
 */
export function written(document, path, value) {
  return change(document, parts(path), value);
}

/**
 * Whether two values say the same. The order of keys means nothing, that of lists does; a key that is undefined is
 * not there.
 * @param {Value} one
 * @param {Value} other
 * @returns {boolean}
 */
export function same(one, other) {
  if (Object.is(one, other)) return true;
  if (!isTree(one) || !isTree(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = keys(one);
  return names.length === keys(other).length && names.every((name) => same(one[name], other[name]));
}

/** @param {Value} value */
export const isTree = (value) => typeof value === "object" && value !== null;

/** @param {Value} tree */
function keys(tree) {
  return Object.keys(tree).filter((name) => tree[name] !== undefined);
}

/** @param {string} path */
function parts(path) {
  return path === "" ? [] : path.split(".");
}

/**
 * @param {Value} tree
 * @param {string[]} way
 * @param {Value} value
 * @returns {Value}
 */
function change(tree, way, value) {
  if (way.length === 0) return value;
  const [first, ...rest] = way;
  const changed = Array.isArray(tree) ? [...tree] : { ...tree };
  const inner = change(tree?.[first], rest, value);
  if (inner === undefined && !Array.isArray(changed)) delete changed[first];
  else changed[first] = inner;
  return changed;
}
