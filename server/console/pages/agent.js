/** What a browser calls itself, in two words. Pure. */

/** @type {readonly [RegExp, string][]} the first that fits; most claim to be several */
const BROWSERS = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];

/** @type {readonly [RegExp, string][]} */
const SYSTEMS = [
  [/iPad/, "iPad"],
  [/iPhone/, "iPhone"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/CrOS/, "ChromeOS"],
  [/Macintosh|Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** @param {string} agent the User-Agent header */
export function agentOf(agent) {
  const find = (/** @type {readonly [RegExp, string][]} */ known) =>
    known.find(([form]) => form.test(agent))?.[1] ?? "";
  return { browser: find(BROWSERS), system: find(SYSTEMS) };
}
