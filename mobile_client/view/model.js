/** What the page shows: one object, made anew by the visit for each rendering, and what a visitor may do. Types only. */

/**
 * @typedef {object} Model
 * @property {string} state of the journey
 * @property {Readonly<Record<string, any>>} detail of the state
 * @property {boolean} inStudio whether the camera picture is to be on the screen
 * @property {import("../texts/languages.js").Texts} texts
 * @property {import("../core/ticket.js").Card | null} card null until the ticket was read
 * @property {import("../core/style_choice.js").StyleChoice | null} choice null where there is nothing to choose
 * @property {string} painted what the canvas holds: none, fresh, late
 * @property {boolean} changing whether the picture that the canvas holds now is to stay in sight over those that come
 * @property {number} renewals how often the exhibition changed under the live picture
 * @property {boolean} unwarned whether the picture may flicker, and the visitor came without having been told
 * @property {import("../core/framing.js").Framing | null} framing of the present station
 * @property {import("../dreaming.js").Dreaming | null} dream null where no pictures are made of words, and until it was loaded
 * @property {import("../core/nearby.js").Nearby | null} nearby another station whose code is in view
 * @property {import("../core/house.js").House | null} house what it tells its visitors
 * @property {import("../core/track_settings.js").TrackSettings | null} trackSettings light and zoom of the camera
 * @property {boolean} canTurn whether the phone has a camera on its other side
 * @property {boolean} mirrored whether the camera looks at the visitor
 * @property {readonly import("../core/lenses.js").Lens[]} lenses
 * @property {string} lensId
 * @property {import("../core/platform.js").System} system
 * @property {string} address of this station, for other browsers
 */

/**
 * @typedef {object} Actions
 * @property {() => void} begin
 * @property {() => void} readAgain reads the ticket once more
 * @property {() => void} reload
 * @property {() => void} tryNow
 * @property {() => void} leave
 * @property {() => void} openSecurely
 * @property {(code: string) => void} setLanguage
 * @property {() => void} choiceChanged
 * @property {(lensId: string) => void} chooseLens
 * @property {() => void} turnCamera
 */

export {};
