/** Has a screen reader say what changed where nothing else on the page says it in words. */

/** @param {string} text */
export function announce(text) {
  const place = document.getElementById("announcer");
  if (!place) return;
  place.textContent = "";
  window.setTimeout(() => (place.textContent = text), 50); // said again where it is the same
}
