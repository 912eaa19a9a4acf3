/** What an open camera can do besides taking pictures: light and zoom. Knows no button; a camera may have neither. */

/** @typedef {{min: number, max: number}} Range */
/** @typedef {{torch?: boolean, zoom?: number}} Wish */

/** Some cameras count their zoom in percent, or in steps of their own: these begin far above 1. */
const OWN_COUNT_FROM = 10;

export class TrackSettings {
  #onChange;
  /** @type {MediaStreamTrack | null} null until a camera was opened */
  #track = null;
  #hasTorch = false;
  #torch = false;
  /** @type {Range | null} null where the camera has no zoom */
  #range = null;
  /** @type {number | null} what the visitor set, for every camera of this visit; null until then */
  #zoom = null;
  /** @type {MediaStreamTrack | null} that is at work on a wish; one that was closed meanwhile may never answer */
  #busy = null;
  /** Whether something was set while the camera still worked on what was set before. */
  #outdated = false;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Whether the light is on; null where there is none. */
  get torch() {
    return this.#hasTorch ? this.#torch : null;
  }

  /** How far the lens is drawn in, on a scale from 0 to 1 that looks even; null where there is no zoom. */
  get zoom() {
    if (!this.#range) return null;
    const { min, max } = this.#range;
    return Math.log(this.#factor / min) / Math.log(max / min);
  }

  /** The same as people say it: 1 for no zoom, 2 for twice. */
  get zoomFactor() {
    if (!this.#range) return 1;
    return this.#range.min >= OWN_COUNT_FROM ? this.#factor / this.#range.min : this.#factor;
  }

  /**
   * A camera was opened: its light is off, its zoom is brought to where the visitor had it.
   * @param {MediaStreamTrack | undefined} track
   */
  use(track) {
    const can = /** @type {{torch?: boolean, zoom?: Range}} */ (track?.getCapabilities?.() ?? {});
    this.#track = track ?? null;
    this.#hasTorch = can.torch === true;
    this.#torch = false;
    this.#range = can.zoom && can.zoom.min > 0 && can.zoom.max > can.zoom.min ? can.zoom : null;
    if (this.#range && this.#zoom !== null) this.#apply();
    this.#onChange();
  }

  /** The page was away, and the system may have turned the light off meanwhile. */
  renew() {
    if (this.#torch) this.#apply();
  }

  /** @param {boolean} on */
  setTorch(on) {
    if (!this.#hasTorch) return;
    this.#torch = on;
    this.#apply();
    this.#onChange();
  }

  /** @param {number} zoom 0 to 1 */
  setZoom(zoom) {
    if (!this.#range) return;
    const { min, max } = this.#range;
    this.#zoom = min * (max / min) ** Math.min(1, Math.max(0, zoom));
    this.#apply();
    this.#onChange();
  }

  /**
   * Draws nearer by a factor, as fingers do.
   * @param {number} from where the fingers began, 0 to 1
   * @param {number} factor
   */
  pinch(from, factor) {
    if (this.#range) this.setZoom(from + Math.log(factor) / Math.log(this.#range.max / this.#range.min));
  }

  /** In the camera's own count. */
  get #factor() {
    const { min, max } = /** @type {Range} */ (this.#range);
    const present = /** @type {{zoom?: number}} */ (this.#track?.getSettings() ?? {}).zoom;
    return Math.min(max, Math.max(min, this.#zoom ?? present ?? min));
  }

  /** One change at a time: while the camera is at work only the newest wish is kept. */
  async #apply() {
    const track = this.#track;
    this.#outdated = true;
    if (this.#busy === track) return;
    this.#busy = track;
    while (this.#outdated && track === this.#track) {
      this.#outdated = false;
      await this.#tell(track);
    }
    if (this.#busy === track) this.#busy = null;
  }

  /** @param {MediaStreamTrack | null} track light and zoom go together: what is left out would be undone */
  async #tell(track) {
    /** @type {Wish} */
    const wish = {};
    if (this.#hasTorch) wish.torch = this.#torch;
    if (this.#range && this.#zoom !== null) wish.zoom = this.#factor;
    try {
      await track?.applyConstraints({ advanced: [/** @type {MediaTrackConstraintSet} */ (wish)] });
    } catch {
      if (track === this.#track) this.#refused(); // too hot for the light, or the camera is being closed
    }
  }

  #refused() {
    this.#torch = false;
    this.#zoom = null;
    this.#onChange();
  }
}
