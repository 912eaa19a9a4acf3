/** Names for addresses, made of titles. Pure. */

const MAX_CHARS = 64;
const MAX_PROPOSED_CHARS = 40;

/**
 * What a title is called in addresses: small letters, digits and hyphens; the fallback where it has none of these.
 * @param {string} title
 * @param {string} fallback
 */
export function idOf(title, fallback) {
  const plain = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae")
    .replaceAll("œ", "oe")
    .replace(/['’]/g, "");
  const words = plain.split(/[^a-z0-9]+/).filter(Boolean);
  let id = "";
  for (const word of words) {
    const longer = id ? `${id}-${word}` : word;
    if (longer.length > MAX_PROPOSED_CHARS) break;
    id = longer;
  }
  return id || words[0]?.slice(0, MAX_PROPOSED_CHARS) || fallback;
}

/**
 * The id, or with a number behind it where it is taken.
 * @param {string} id
 * @param {readonly string[]} taken
 */
export function freeId(id, taken) {
  let free = id;
  for (let number = 2; taken.includes(free); number += 1) free = `${id.slice(0, MAX_CHARS - 4)}-${number}`;
  return free;
}
