/** The shapes that the API speaks in, as far as the editor reads them: exhibit/content.py and server/api/answers.py. */

/** @typedef {Record<string, string>} Words a text by language tag; a language may be missing */
/** @typedef {Record<string, number>} Mix style id to weight, 0 to 1 */

/**
 * @typedef {object} Experience
 * @property {"lens" | "canvas" | "dream"} kind
 * @property {string[]} styles on offer, in order
 * @property {Mix} default what visitors begin with
 * @property {number} strength 0 to 1
 * @property {"all" | "inside" | "outside"} [region] of a lens
 * @property {string | null} [overlay] of a canvas: a file's name; null: the artwork repainted
 * @property {"chosen" | "free" | "approved"} [mode] of a dream
 * @property {Words[]} [words] of a dream: to choose from, or suggestions
 * @property {boolean} [from_artwork] of a dream
 * @property {boolean} [from_camera] of a dream
 * @property {number} [pictures_per_visit] of a dream
 * @property {"bottom_right" | "bottom_left" | "top_right" | "top_left" | "none"} [mark] of a dream
 * @property {boolean} [wall] of a dream: whether visitors may offer pictures for its wall page
 * @property {string | null} [fallback] of a dream: a file's name
 */

/**
 * @typedef {object} StationContent
 * @property {number} number
 * @property {Words} title
 * @property {Words} label
 * @property {Words} description
 * @property {Words} caption
 * @property {Words} audio_description
 * @property {{picture: string | null, alt: Words, painter: string, year: string}} artwork
 * @property {Experience} experience
 * @property {{step_free: boolean | null, seating: boolean | null, flicker: boolean, notes: Words}} accessibility
 * @property {{distance_cm: number, admission: "printed" | "rotating"}} code
 * @property {boolean} open
 */

/** @typedef {{opens: string, closes: string}} Hours */
/** @typedef {Record<string, Hours[]>} Week */
/**
 * @typedef {object} Slot
 * @property {string[]} days
 * @property {Hours} hours
 * @property {string} programme "": the usual one
 * @property {string | null} starts
 * @property {string | null} ends
 * @property {string} name
 */

/** @typedef {{name: string, starts: string, ends: string, hours: Hours[], programme: string}} Event */
/** @typedef {{timezone: string, weekly: Week | null, slots: Slot[], events: Event[]}} Schedule */
/** @typedef {{id: string, name: string, closed: string[], experiences: Record<string, Experience>}} Programme */

/**
 * @typedef {object} ExhibitionContent
 * @property {Words} title
 * @property {Words} introduction
 * @property {string[]} languages
 * @property {Schedule} schedule
 * @property {Programme[]} programmes
 * @property {Record<string, string[]>} refused_words by language
 * @property {Record<string, string[]>} allowed_words by language
 * @property {number} keep_days
 * @property {boolean} glimpses whether operators may see, coarsely, what visitors are shown
 */

/**
 * @template C
 * @typedef {{id: string, content: C, revision: number, changed_at: string, changed_by: string}} Saved
 */
/** @typedef {Saved<StationContent>} Station */
/** @typedef {Saved<ExhibitionContent> & {shown: number | null}} Exhibition */
/** @typedef {{exhibition: ExhibitionContent, stations: {id: string, content: StationContent}[]}} Edition */
/** @typedef {{field: string, sentence: string, station: string, language: string}} Lack */
/** @typedef {{missing: Lack[], languages: Record<string, number>, warnings: string[]}} Completeness */

/** @typedef {{kind: string, words: {word: string, labels: Words}[]}[]} Vocabulary by kinds; empty: any words */
/**
 * @typedef {object} DreamModel
 * @property {string} name
 * @property {string} title
 * @property {string} licence
 * @property {boolean} non_commercial
 * @property {string} training_data
 * @property {Vocabulary} vocabulary
 */

/**
 * @typedef {object} HeldPicture whose visitor waits to see it
 * @property {string} id
 * @property {string} station
 * @property {string} station_title
 * @property {string} words
 * @property {number} waits_s
 * @property {string} picture its address
 */

/**
 * @typedef {object} Made how a picture was made
 * @property {string} station its title
 * @property {string} words
 * @property {"words" | "artwork" | "camera" | "picture"} source
 * @property {string} model
 * @property {string} licence
 * @property {number} seed
 * @property {number} steps
 * @property {Record<string, number>} styles by name
 * @property {string} made_at ISO 8601
 * @property {string[]} unknown of the words
 */

/**
 * @typedef {object} OfferedPicture that a visitor offered for a station's wall
 * @property {string} id
 * @property {string} station
 * @property {Made} made
 * @property {string} kept_at ISO 8601
 * @property {string} expires_at ISO 8601
 * @property {string | null} decided_by
 * @property {string | null} decided_at ISO 8601
 * @property {string} picture its address
 */

/**
 * @typedef {object} Version
 * @property {number} number
 * @property {"scheduled" | "published" | "cancelled"} state
 * @property {boolean} shown
 * @property {string} goes_live_at ISO 8601
 * @property {string} made_at ISO 8601
 * @property {string} made_by
 * @property {string} note
 */

/** @typedef {{name: string, bytes: number, width: number, height: number, title: string}} Picture */
/**
 * @typedef {object} Style
 * @property {string} id
 * @property {Words} name
 * @property {string} painter
 * @property {number | null} year
 * @property {string} thumbnail its address
 * @property {boolean} added by the gallery
 */

/** @typedef {{start: string, end: string, programme: string, event: string}} Span */
/** @typedef {{on: string, event: string, spans: Span[]}} Day */

export {};
