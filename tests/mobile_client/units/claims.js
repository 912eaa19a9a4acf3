/** What a unit test can claim, and the list of tests of a page. Reporting is left to pytest. */

/** @type {Map<string, () => void | Promise<void>>} */
export const tests = new Map();

/** Names a test; pytest runs it, each in a page of its own. */
export function test(name, body) {
  if (tests.has(name)) throw new Error(`two tests are named: ${name}`);
  tests.set(name, body);
}

function said(value) {
  return JSON.stringify(value, (_key, inner) => (inner instanceof Uint8Array ? [...inner] : inner));
}

/** Equal in structure, numbers exactly. */
export function equal(got, expected) {
  if (said(got) !== said(expected)) throw new Error(`expected ${said(expected)}, got ${said(got)}`);
}

export function ok(got, what) {
  if (!got) throw new Error(`expected ${what}`);
}

export function throws(kind, body) {
  try {
    body();
  } catch (error) {
    if (error instanceof kind) return;
    throw error;
  }
  throw new Error(`expected ${kind.name}, got no error`);
}

/** Numbers that are equal within a distance. */
export function near(got, expected, within) {
  const off = [...got].findIndex((value, at) => !(Math.abs(value - expected[at]) <= within));
  if (got.length !== expected.length || off >= 0)
    throw new Error(`expected ${[...expected]} within ${within}, got ${[...got]}`);
}
