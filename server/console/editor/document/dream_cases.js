/** The visitors' pictures of an exhibition, as they are read from the server: those that wait, and those on walls. */

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../parts/dream_card.js").Case} Case */

/**
 * @param {App} app
 * @param {string} id
 * @returns {Promise<Case[]>} those whose visitors wait first
 */
export async function readWaiting({ api }, id) {
  const { data } = await api.get(`/exhibitions/${id}/dreams/waiting`);
  const as = (/** @type {any} */ kind) => data[kind].map((/** @type {any} */ picture) => ({ kind, picture }));
  return [...as("held"), ...as("offered")];
}

/**
 * @param {App} app
 * @param {string} id
 * @returns {Promise<Case[]>} on the stations' walls
 */
export async function readShown({ api }, id) {
  const { data } = await api.get(`/exhibitions/${id}/dreams/shown`);
  return data.map((/** @type {any} */ picture) => ({ kind: "shown", picture }));
}
