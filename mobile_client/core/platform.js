/** What a browser says about itself. Only used to word advice and to read an error, never to refuse anybody. */

/** @typedef {"ios" | "android" | "other"} System */

const IN_APP =
  /MicroMessenger|Instagram|FBAN|FBAV|FB_IAB|\bLine\/|Weibo|QQ\/|DingTalk|TikTok|musical_ly|Snapchat|Pinterest|; wv\)/;

/**
 * @param {{userAgent: string, maxTouchPoints: number}} browser `navigator`
 * @returns {System}
 */
export function systemOf(browser) {
  if (/Android/.test(browser.userAgent)) return "android";
  const touchMac = /Macintosh/.test(browser.userAgent) && browser.maxTouchPoints > 1; // an iPad that asks for desktop pages
  return touchMac || /iPhone|iPad|iPod/.test(browser.userAgent) ? "ios" : "other";
}

/**
 * Whether the page seems to be open inside another app. On iOS a bare web view has no "Safari" in its name.
 * @param {{userAgent: string, maxTouchPoints: number}} browser `navigator`
 */
export function seemsInApp(browser) {
  const bareWebView = /iPhone|iPad|iPod/.test(browser.userAgent) && !/Safari\//.test(browser.userAgent);
  return bareWebView || IN_APP.test(browser.userAgent);
}

/**
 * What the page needs and this browser lacks.
 * @param {Record<string, any>} scope `window`
 * @returns {string[]} names, for the log
 */
export function missingFeatures(scope) {
  const canvas =
    typeof scope.HTMLCanvasElement?.prototype.toBlob === "function" || typeof scope.OffscreenCanvas === "function";
  const needed = {
    WebSocket: typeof scope.WebSocket === "function",
    createImageBitmap: typeof scope.createImageBitmap === "function",
    canvas,
  };
  return Object.entries(needed).flatMap(([name, there]) => (there ? [] : [name]));
}
