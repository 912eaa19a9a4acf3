/** A list whose items are put into another order: dragged by their handle, or moved with Alt and the arrow keys.

Nothing in the document moves before the item is let go: until then all of it is drawn by transforms. */

const THRESHOLD_PX = 5;
const EDGE_PX = 70; // of the window, where dragging scrolls
const SCROLL_PX = 14;
const EARLIER = new Set(["ArrowUp", "ArrowLeft"]);
const LATER = new Set(["ArrowDown", "ArrowRight"]);

/** @typedef {{x: number, y: number}} Spot */

/**
 * @typedef {object} SortableOptions
 * @property {string} handle selector of what an item is dragged by
 * @property {string} [body] selector of what a mouse may drag it by as well; a finger there scrolls
 * @property {(order: string[], moved: string) => void} onOrder the items' data-id in the new order
 */

export class Sortable {
  #list;
  #options;
  /** @type {Drag | null} */
  #drag = null;

  /**
   * @param {HTMLElement} list its children have a data-id each; one without is not moved and stays last
   * @param {SortableOptions} options
   */
  constructor(list, options) {
    this.#list = list;
    this.#options = options;
    list.addEventListener("pointerdown", (event) => this.#begin(event));
    list.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** @returns {HTMLElement[]} */
  get #items() {
    const items = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    return items.filter((item) => item.dataset.id !== undefined);
  }

  get order() {
    return this.#items.map((item) => item.dataset.id ?? "");
  }

  /**
   * @param {string} id
   * @param {-1 | 1} step
   */
  move(id, step) {
    const items = this.#items;
    const from = items.findIndex((item) => item.dataset.id === id);
    this.#place(from, Math.min(items.length - 1, Math.max(0, from + step)));
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #place(from, to) {
    const items = this.#items;
    const item = items[from];
    if (!item || from === to) return;
    const focused = document.activeElement;
    items[to][to > from ? "after" : "before"](item);
    if (focused instanceof HTMLElement && item.contains(focused)) focused.focus();
    this.#options.onOrder(this.order, item.dataset.id ?? "");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const item = event.altKey ? this.#itemOf(event.target) : null;
    const step = EARLIER.has(event.key) ? -1 : LATER.has(event.key) ? 1 : 0;
    if (!item || step === 0) return;
    event.preventDefault();
    this.move(item.dataset.id ?? "", step);
  }

  /** @param {EventTarget | null} target */
  #itemOf(target) {
    return this.#items.find((item) => target instanceof Node && item.contains(target)) ?? null;
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    const { handle: own, body } = this.#options;
    const selector = body && event.pointerType === "mouse" ? `${own}, ${body}` : own;
    const handle = event.target instanceof Element ? event.target.closest(selector) : null;
    const item = handle && this.#itemOf(handle);
    if (!item || event.button !== 0 || this.#drag || item.closest("fieldset:disabled")) return;
    this.#drag = new Drag(this.#items, item, event, (from, to) => {
      this.#drag = null;
      this.#place(from, to);
    });
  }
}

class Drag {
  #items;
  #item;
  #pointer;
  #from;
  #to;
  /** @type {Spot[]} the middle of each place, in the page */
  #places;
  /** @type {Spot} */
  #start;
  /** @type {Spot} where the pointer is in the window */
  #at;
  /** Where in the window the item was taken hold of. */
  #grip;
  #begun = false;
  #frame = 0;
  #done;
  #stops = new AbortController();

  /**
   * @param {HTMLElement[]} items
   * @param {HTMLElement} item
   * @param {PointerEvent} event
   * @param {(from: number, to: number) => void} done
   */
  constructor(items, item, event, done) {
    this.#items = items;
    this.#item = item;
    this.#pointer = event.pointerId;
    this.#from = this.#to = items.indexOf(item);
    this.#start = { x: event.clientX + window.scrollX, y: event.clientY + window.scrollY };
    this.#at = { x: event.clientX, y: event.clientY };
    this.#grip = event.clientY;
    this.#places = items.map(middle);
    this.#done = done;
    const { signal } = this.#stops;
    window.addEventListener("pointermove", (moved) => this.#move(moved), { signal });
    window.addEventListener("pointerup", (ended) => this.#end(ended, true), { signal });
    window.addEventListener("pointercancel", (ended) => this.#end(ended, false), { signal });
    window.addEventListener("keydown", (pressed) => pressed.key === "Escape" && this.#stop(false), { signal });
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#at = { x: event.clientX, y: event.clientY };
    const { x, y } = this.#shift();
    if (!this.#begun && Math.hypot(x, y) < THRESHOLD_PX) return;
    if (!this.#begun) this.#lift();
    event.preventDefault();
  }

  #lift() {
    this.#begun = true;
    this.#item.classList.add("lifted");
    document.documentElement.classList.add("sorting");
    const step = () => {
      this.#scroll();
      this.#draw();
      this.#frame = requestAnimationFrame(step);
    };
    step();
  }

  /** How far the pointer has come, in the page. */
  #shift() {
    return { x: this.#at.x + window.scrollX - this.#start.x, y: this.#at.y + window.scrollY - this.#start.y };
  }

  /** Only where the pointer was taken to the edge: the item may have been lifted there. */
  #scroll() {
    const { y } = this.#at;
    const [upper, lower] = [
      Math.min(EDGE_PX, this.#grip - EDGE_PX / 2),
      Math.max(window.innerHeight - EDGE_PX, this.#grip + EDGE_PX / 2),
    ];
    if (y < Math.max(upper, 2)) window.scrollBy({ top: -SCROLL_PX, behavior: "instant" });
    else if (y > Math.min(lower, window.innerHeight - 2)) window.scrollBy({ top: SCROLL_PX, behavior: "instant" });
  }

  #draw() {
    const shift = this.#shift();
    const own = this.#places[this.#from];
    this.#to = nearest(this.#places, { x: own.x + shift.x, y: own.y + shift.y });
    this.#items.forEach((item, index) => {
      if (item === this.#item) move(item, shift);
      else move(item, difference(this.#places[this.#placeOf(index)], this.#places[index]));
    });
  }

  /** @param {number} index of an item: the place at which it makes room */
  #placeOf(index) {
    if (this.#from < index && index <= this.#to) return index - 1;
    if (this.#to <= index && index < this.#from) return index + 1;
    return index;
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} kept
   */
  #end(event, kept) {
    if (event.pointerId === this.#pointer) this.#stop(kept);
  }

  /** @param {boolean} kept */
  #stop(kept) {
    this.#stops.abort();
    cancelAnimationFrame(this.#frame);
    if (this.#begun) swallowClick();
    this.#items.forEach((item) => move(item, null));
    this.#item.classList.remove("lifted");
    document.documentElement.classList.remove("sorting");
    this.#done(this.#from, kept && this.#begun ? this.#to : this.#from);
  }
}

/** The click with which a browser ends a drag is none. */
function swallowClick() {
  const stop = (/** @type {Event} */ event) => (event.preventDefault(), event.stopPropagation());
  window.addEventListener("click", stop, { capture: true, once: true });
  window.setTimeout(() => window.removeEventListener("click", stop, { capture: true }), 0);
}

/**
 * @param {HTMLElement} item
 * @param {Spot | null} by
 */
function move(item, by) {
  item.style.transform = by && (by.x || by.y) ? `translate(${by.x}px, ${by.y}px)` : "";
}

/** @param {HTMLElement} item */
function middle(item) {
  const box = item.getBoundingClientRect();
  return { x: box.left + box.width / 2 + window.scrollX, y: box.top + box.height / 2 + window.scrollY };
}

/**
 * @param {Spot} one
 * @param {Spot} other
 */
function difference(one, other) {
  return { x: one.x - other.x, y: one.y - other.y };
}

/**
 * @param {readonly Spot[]} spots
 * @param {Spot} spot
 */
function nearest(spots, spot) {
  const distances = spots.map(({ x, y }) => Math.hypot(x - spot.x, y - spot.y));
  return distances.indexOf(Math.min(...distances));
}
