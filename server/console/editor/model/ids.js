/** Ids and numbers for what is new. Knows no page. */

const MOST_CHARS = 48;
const MOST_NUMBER = 65535;

/**
 * An id made of a title: what is left of it in a-z and 0-9, or the fallback where that is nothing.
 * @param {string} title
 * @param {string} fallback
 * @param {readonly string[]} taken
 */
export function proposedId(title, fallback, taken) {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const id =
    plain
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, MOST_CHARS)
      .replace(/^-+|-+$/g, "") || fallback;
  return free(id, taken);
}

/**
 * The id, or the first of id-2, id-3 and so on that nobody has.
 * @param {string} id
 * @param {readonly string[]} taken
 */
function free(id, taken) {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? id : `${id}-${count}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/**
 * The number after the highest: a code in print that led to a removed station should not lead to another one.
 * @param {readonly number[]} taken
 */
export function nextNumber(taken) {
  const next = Math.max(0, ...taken) + 1;
  if (next <= MOST_NUMBER) return next;
  return (
    [...Array(MOST_NUMBER).keys()].map((index) => index + 1).find((number) => !taken.includes(number)) ?? MOST_NUMBER
  );
}
