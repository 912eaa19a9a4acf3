/** A painting in a photo, seen from the side, made flat: for a preview; the server cuts by the same rule.

Points are [x, y]; corners are four of them in shares of the photo's sides, clockwise from the painting's upper left. */

/** @typedef {[number, number]} Point */

const OUTSIDE = 0.05;
const SMALLEST_SHARE = 0.01;

/** What a new photo begins with. @type {readonly Point[]} */
export const FIRST_CORNERS = Object.freeze([
  [0.08, 0.08],
  [0.92, 0.08],
  [0.92, 0.92],
  [0.08, 0.92],
]);

/**
 * Whether four corners can be a painting's, as the server asks.
 * @param {readonly Point[]} corners
 */
export function isSound(corners) {
  const inside = corners.flat().every((value) => value >= -OUTSIDE && value <= 1 + OUTSIDE);
  const turns = corners.map((_, at) => turn(corners[at], corners[(at + 1) % 4], corners[(at + 2) % 4]));
  return inside && turns.every((value) => value > 0) && area(corners) >= SMALLEST_SHARE;
}

/**
 * The size of the painting made flat: its sides in the photo on average.
 * @param {readonly Point[]} corners
 * @param {number} width of the photo
 * @param {number} height
 * @returns {[number, number]}
 */
export function flatSize(corners, width, height) {
  const points = corners.map(([x, y]) => [x * width, y * height]);
  const [top, right, bottom, left] = points.map(([x, y], at) =>
    Math.hypot(points[(at + 1) % 4][0] - x, points[(at + 1) % 4][1] - y),
  );
  return [Math.max(1, Math.round((top + bottom) / 2)), Math.max(1, Math.round((left + right) / 2))];
}

/**
 * The homography from the unit square to four points: eight numbers a to h, x = (au + bv + c) / (gu + hv + 1) and
 * y = (du + ev + f) / (gu + hv + 1) (Heckbert 1989, "Fundamentals of Texture Mapping and Image Warping", 2.2.3).
 * @param {readonly Point[]} quad clockwise from the image of (0, 0)
 * @returns {number[]}
 */
export function fromUnitSquare(quad) {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad;
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [dx1, dx2, dy1, dy2] = [x1 - x2, x3 - x2, y1 - y2, y3 - y2];
  const whole = dx1 * dy2 - dx2 * dy1;
  const [g, h] = [(sx * dy2 - dx2 * sy) / whole, (dx1 * sy - sx * dy1) / whole];
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h];
}

/**
 * The flat painting, sampled from a photo between its pixels.
 * @param {ImageData} photo
 * @param {readonly Point[]} corners
 * @param {number} width of the result
 * @param {number} height
 * @returns {ImageData}
 */
export function flattened(photo, corners, width, height) {
  const flat = new ImageData(width, height);
  const [a, b, c, d, e, f, g, h] = fromUnitSquare(
    corners.map(([x, y]) => [x * photo.width - 0.5, y * photo.height - 0.5]),
  );
  for (let row = 0, at = 0; row < height; row += 1) {
    const v = (row + 0.5) / height;
    for (let column = 0; column < width; column += 1, at += 4) {
      const u = (column + 0.5) / width;
      const w = g * u + h * v + 1;
      sample(photo, (a * u + b * v + c) / w, (d * u + e * v + f) / w, flat.data, at);
    }
  }
  return flat;
}

/**
 * Bilinear; at the edge the last pixel goes on.
 * @param {ImageData} photo
 * @param {number} x
 * @param {number} y
 * @param {Uint8ClampedArray} into
 * @param {number} at
 */
function sample(photo, x, y, into, at) {
  const { width, height, data } = photo;
  const left = Math.min(width - 1, Math.max(0, x));
  const top = Math.min(height - 1, Math.max(0, y));
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const [fx, fy] = [left - x0, top - y0];
  const [p, q, r, s] = [y0 * width + x0, y0 * width + x1, y1 * width + x0, y1 * width + x1].map((index) => index * 4);
  for (let channel = 0; channel < 3; channel += 1) {
    const upper = data[p + channel] * (1 - fx) + data[q + channel] * fx;
    const lower = data[r + channel] * (1 - fx) + data[s + channel] * fx;
    into[at + channel] = upper * (1 - fy) + lower * fy;
  }
  into[at + 3] = 255;
}

/**
 * Twice the area of a triangle; positive if it turns right, y pointing down.
 * @param {Point} one
 * @param {Point} two
 * @param {Point} three
 */
function turn(one, two, three) {
  return (two[0] - one[0]) * (three[1] - two[1]) - (two[1] - one[1]) * (three[0] - two[0]);
}

/** @param {readonly Point[]} corners */
function area(corners) {
  return corners.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = corners[(at + 1) % 4];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}
