/** What the server says of itself: the values of /api/v1/operate, as the pages read them. */

/** @typedef {"never_seen" | "ready" | "live" | "degraded" | "failed" | "closed" | "off"} Condition */

/**
 * @typedef {object} StationReading
 * @property {string} exhibition
 * @property {string} station
 * @property {number} number
 * @property {string} title in the exhibition's first language
 * @property {"lens" | "canvas" | "dream"} experience
 * @property {Condition} condition
 * @property {string} reason "none" where the condition needs none
 * @property {string} message what an operator wrote who switched it off
 * @property {number} live visitors
 * @property {number} waiting
 * @property {number} fps answers a second and visitor
 * @property {number | null} glass_p50_ms as phones measured it in the last minute
 * @property {number | null} glass_p95_ms
 * @property {Record<string, number>} dropped frames without an answer in the last minute, by reason
 * @property {number} tried
 * @property {number} locked
 * @property {number | null} seen_at seconds since 1970
 * @property {boolean} glimpse whether there is something to see of what visitors are shown
 */

/**
 * @typedef {object} LaneReading
 * @property {number} worker
 * @property {"paint" | "track" | "dream"} kind
 * @property {string} engine
 * @property {number} waiting
 * @property {number} batch
 * @property {number | null} slack_ms
 */

/**
 * @typedef {object} WorkerReading
 * @property {string} name
 * @property {boolean} ready
 * @property {number | null} pid
 * @property {string} engine
 * @property {string} fallback
 * @property {number} restarts
 * @property {string} last_fault
 * @property {number} sessions
 * @property {number} rss_bytes
 * @property {number} cpu_share of one core
 * @property {number} device_bytes
 */

/**
 * @typedef {object} CardReading
 * @property {string} name
 * @property {number} use 0 to 1
 * @property {number} memory_bytes
 * @property {number} memory_total_bytes
 * @property {number} temperature_c
 * @property {number | null} power_w
 * @property {string} throttled
 */

/**
 * @typedef {object} HostReading
 * @property {number} cpu_share 0 to 1
 * @property {number} memory_bytes
 * @property {number} memory_total_bytes
 * @property {number} disk_bytes
 * @property {number} disk_total_bytes
 * @property {number} loop_lag_p99_ms
 * @property {number} rss_bytes
 * @property {number} descriptors
 * @property {number} uptime_s
 */

/**
 * @typedef {object} RoomReading
 * @property {number} live
 * @property {number} waiting
 * @property {number} away
 * @property {number} max_live
 * @property {number} connections
 * @property {number | null} glass_p50_ms
 * @property {number | null} glass_p95_ms
 */

/**
 * @typedef {object} Reading
 * @property {number} at seconds since 1970
 * @property {boolean} draining
 * @property {string} announcement
 * @property {"auto" | "full" | "light"} brush
 * @property {RoomReading} room
 * @property {StationReading[]} stations
 * @property {LaneReading[]} lanes
 * @property {WorkerReading[]} workers
 * @property {CardReading[]} cards
 * @property {HostReading} host
 * @property {string} store_fault
 * @property {number | null} certificate_ends_at seconds since 1970
 */

/** @typedef {{exhibition: string, station: string, message: string, by: string, at: string}} OffStation */
/** @typedef {{exhibition: string, station: string, picture: string, by: string, at: string}} FallbackPicture */

/**
 * @typedef {object} Decisions
 * @property {OffStation[]} off
 * @property {FallbackPicture[]} fallbacks
 * @property {{brush: "auto" | "full" | "light", lighter: boolean, by: string | null, at: string | null}} brush
 * @property {{text: string, by: string, at: string} | null} announcement
 * @property {{by: string, at: string} | null} draining
 */

/**
 * @typedef {object} Check
 * @property {string} id
 * @property {string} asks
 * @property {string} exhibition
 * @property {string} station
 * @property {"ok" | "skipped" | "warning" | "fault"} state
 * @property {string} sentence
 * @property {string} advice
 * @property {number} seconds
 */

/** @typedef {{at: string, seconds: number, state: Check["state"], sentence: string, checks: Check[]}} Report */
/** @typedef {{running: boolean, failure: string, report: Report | null}} Doctor */

/**
 * @typedef {object} Chart
 * @property {string} start
 * @property {number} step_s
 * @property {number} points
 * @property {Record<string, (number | string | null)[]>} lines
 */

/**
 * @typedef {object} HouseEvent
 * @property {number} id
 * @property {string} at
 * @property {"info" | "warning" | "error"} level
 * @property {string} kind
 * @property {string} exhibition
 * @property {string} station
 * @property {string} sentence
 */

/**
 * @typedef {object} Sums
 * @property {number} visits
 * @property {number | null} dwell_mean_s
 * @property {Record<string, number>} dwell
 * @property {Record<string, number>} experiences
 * @property {Record<string, number>} styles
 * @property {Record<string, number>} languages
 * @property {Record<string, number>} steps
 * @property {Record<string, number>} gave_up
 */

/** @typedef {{station: string, sums: Sums, hours: {hour: string, sums: Sums}[]}} StationVisits */
/** @typedef {{begins_at: string, ends_at: string, stations: StationVisits[]}} Visits */

export {};
