/** The visitor's picture: what was painted, on paper, with a small label. Made on the phone and never sent. */

const WIDTH_PX = 1200;
const MARGIN_PX = 60;
const LABEL_PX = 220;
const PAPER = "#f7f4ee";
const INK = "#221f1b";
const FAINT = "#6b645a";
const SERIF =
  'Charter, "Iowan Old Style", Palatino, "Songti SC", "Noto Serif CJK SC", "Noto Naskh Arabic", Georgia, serif';
const QUALITY = 0.92;

/**
 * @typedef {object} Label
 * @property {string} title
 * @property {string} line the exhibition and the day
 * @property {string} caption how it was made
 * @property {"ltr" | "rtl"} direction
 */

/**
 * @param {HTMLCanvasElement} painted
 * @param {Label} label
 * @returns {HTMLCanvasElement}
 */
export function composePostcard(painted, label) {
  const card = document.createElement("canvas");
  const inner = WIDTH_PX - 2 * MARGIN_PX;
  const height = Math.round((inner * painted.height) / painted.width);
  card.width = WIDTH_PX;
  card.height = MARGIN_PX + height + LABEL_PX;
  const context = /** @type {CanvasRenderingContext2D} */ (card.getContext("2d", { alpha: false }));
  context.fillStyle = PAPER;
  context.fillRect(0, 0, card.width, card.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(painted, MARGIN_PX, MARGIN_PX, inner, height);
  writeLabel(context, label, MARGIN_PX + height);
  return card;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Label} label
 * @param {number} top lower edge of the picture
 */
function writeLabel(context, label, top) {
  const x = label.direction === "rtl" ? WIDTH_PX - MARGIN_PX : MARGIN_PX;
  context.direction = label.direction;
  context.textAlign = "start";
  context.textBaseline = "alphabetic";
  writeLine(context, label.title, x, top + 74, 46, INK);
  writeLine(context, label.line, x, top + 124, 30, FAINT);
  writeLine(context, label.caption, x, top + 168, 30, FAINT);
}

/**
 * A line as large as it may be, and smaller where it would not fit.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} sizePx
 * @param {string} colour
 */
function writeLine(context, text, x, y, sizePx, colour) {
  const room = WIDTH_PX - 2 * MARGIN_PX;
  context.font = `${sizePx}px ${SERIF}`;
  const fitting = Math.floor(Math.min(1, room / context.measureText(text).width) * sizePx);
  context.font = `${fitting}px ${SERIF}`;
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/**
 * @param {HTMLCanvasElement} card
 * @param {string} name without an ending
 * @returns {Promise<File>}
 */
export async function postcardFile(card, name) {
  /** @type {Blob | null} */
  const blob = await new Promise((done) => card.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("expected a JPEG of the postcard, got none");
  return new File([blob], `${name}.jpg`, { type: "image/jpeg" });
}
