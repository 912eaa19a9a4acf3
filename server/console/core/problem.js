/** What went wrong with a request, as the server said it (RFC 9457), or that nobody answered. Shows nothing. */

/** @typedef {{field: string, sentence: string, station: string, language: string}} Fault */

export class Problem extends Error {
  /**
   * @param {number} status 0: nobody answered
   * @param {string} code for programs; "offline" where nobody answered
   * @param {string} title a sentence for people, in English
   * @param {{errors?: Fault[], revision?: number | null, reason?: string, retryAfterS?: number}} [more]
   */
  constructor(status, code, title, { errors = [], revision = null, reason = "", retryAfterS = 0 } = {}) {
    super(title);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.title = title;
    /** One for each field that is not right. */
    this.errors = errors;
    /** Of what is there now, where the change was made from something older. */
    this.revision = revision;
    /** Why a password was not taken. */
    this.reason = reason;
    /** When it is worth another try; 0: not said. */
    this.retryAfterS = retryAfterS;
  }

  /** Nobody answered. */
  static offline() {
    return new Problem(0, "offline", "The server cannot be reached.");
  }

  /**
   * @param {number} status
   * @param {string} text the body
   * @param {string | null} retryAfter the header
   */
  static of(status, text, retryAfter) {
    const retryAfterS = Number(retryAfter ?? 0) || 0;
    const document = documentOf(text);
    const { code = `http_${status}`, title = "", errors = [], revision = null, reason = "" } = document;
    return new Problem(status, code, title || `The server answered with status ${status}.`, {
      errors,
      revision,
      reason,
      retryAfterS,
    });
  }

  /** @param {unknown} error */
  static is(error) {
    return error instanceof Problem;
  }
}

/** @param {string} text */
function documentOf(text) {
  try {
    const found = JSON.parse(text);
    return found && typeof found === "object" ? found : {};
  } catch {
    return {}; // a proxy's page
  }
}
