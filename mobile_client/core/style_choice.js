/** What the visitor chose: one style or two mixed, and how strongly. Knows no slider. */

/** @typedef {import("./protocol.js").StyleMix} StyleMix */

export class StyleChoice {
  #ids;
  /** @type {string[]} one id, or two: the older first */
  #picked;
  /** Share of the second of two styles, 0 to 1. */
  #balance = 0.5;
  #strength;
  #mixing = false;

  /**
   * @param {readonly string[]} ids styles on offer, in order; at least one
   * @param {StyleMix} [mix] present weights
   * @param {number} [strength]
   */
  constructor(ids, mix = {}, strength = 1) {
    this.#ids = [...ids];
    this.#picked = [ids[0]];
    this.#strength = strength;
    this.adopt(mix, strength);
  }

  get ids() {
    return this.#ids;
  }

  get picked() {
    return this.#picked;
  }

  get balance() {
    return this.#balance;
  }

  get strength() {
    return this.#strength;
  }

  get mixing() {
    return this.#mixing;
  }

  /** Weights as the protocol wants them. */
  get mix() {
    const [first, second] = this.#picked;
    if (second === undefined) return { [first]: 1 };
    return { [first]: round(1 - this.#balance), [second]: round(this.#balance) };
  }

  /**
   * Takes over settings that the server kept. Styles that are not on offer are left out; of many, the two heaviest stay.
   * @param {StyleMix} mix
   * @param {number} strength
   */
  adopt(mix, strength) {
    const known = Object.entries(mix).filter(([id, weight]) => this.#ids.includes(id) && weight > 0);
    const heaviest = known.sort((a, b) => b[1] - a[1]).slice(0, 2);
    this.#strength = strength;
    if (heaviest.length === 0) return;
    this.#picked = heaviest.map(([id]) => id);
    this.#mixing = heaviest.length === 2;
    this.#balance = this.#mixing ? round(heaviest[1][1] / (heaviest[0][1] + heaviest[1][1])) : 0.5;
  }

  /**
   * Picks a style: alone, or, when mixing, in place of the older of the two.
   * @param {string} id
   */
  pick(id) {
    if (!this.#ids.includes(id) || this.#picked.includes(id)) return;
    this.#picked = this.#mixing ? [this.#picked[this.#picked.length - 1], id] : [id];
  }

  /**
   * The neighbour in the row, round and round; when mixing, in place of the second, and never the first again.
   * @param {1 | -1} step
   */
  turn(step) {
    const last = this.#picked[this.#picked.length - 1];
    const kept = this.#mixing ? this.#picked.slice(0, 1) : [];
    const others = this.#ids.filter((id) => !kept.includes(id));
    this.#picked = [...kept, others[(others.indexOf(last) + step + others.length) % others.length]];
  }

  /**
   * Turns mixing on, with the next style in the row as the second, or off, and the first stays.
   * @param {boolean} on
   */
  setMixing(on) {
    if (on === this.#mixing || this.#ids.length < 2) return;
    this.#mixing = on;
    const first = this.#picked[0];
    const next = this.#ids[(this.#ids.indexOf(first) + 1) % this.#ids.length];
    this.#picked = on ? [first, next] : [first];
    this.#balance = 0.5;
  }

  /** @param {number} balance */
  setBalance(balance) {
    this.#balance = within01(balance);
  }

  /** @param {number} strength */
  setStrength(strength) {
    this.#strength = within01(strength);
  }
}

/** @param {import("./ticket.js").Station} station where the curator gave the overlay there is nothing to choose */
export function choiceAt({ styles, default_style, strength }) {
  const ids = styles.map(({ id }) => id);
  return ids.length > 0 ? new StyleChoice(ids, default_style, strengthOf({ style: default_style, strength })) : null;
}

/**
 * Without any style nothing is painted over, as at a dream whose pictures are shown as they were made.
 * @param {{style: StyleMix, strength: number}} settings
 */
export function strengthOf({ style, strength }) {
  return Object.keys(style).length > 0 ? strength : 0;
}

/** @param {number} value */
function within01(value) {
  return Math.min(1, Math.max(0, value));
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 1000) / 1000;
}
