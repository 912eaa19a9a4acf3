/** Homographies as nine numbers, row by row, and the quads they make of a unit square. Knows no picture. */

/** @typedef {Float64Array} Homography nine numbers, row by row; maps x, y to (h0 x + h1 y + h2) / (h6 x + h7 y + h8), ... */
/** @typedef {Float64Array} Corners x0, y0, ... x3, y3, clockwise from the upper left */

/** @returns {Homography} */
export function identity() {
  return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
}

/**
 * First `inner`, then `outer`.
 * @param {Homography} outer
 * @param {Homography} inner
 * @returns {Homography} its last entry 1 where that is possible
 */
export function after(outer, inner) {
  const product = new Float64Array(9);
  for (let row = 0; row < 9; row += 3) {
    for (let column = 0; column < 3; column += 1) {
      product[row + column] =
        outer[row] * inner[column] + outer[row + 1] * inner[column + 3] + outer[row + 2] * inner[column + 6];
    }
  }
  return normalised(product);
}

/**
 * @param {Homography} h
 * @returns {Homography} the way back; full of NaN where there is none
 */
export function inverse(h) {
  const [a, b, c, d, e, f, g, i, k] = h;
  return normalised(
    Float64Array.of(
      e * k - f * i,
      c * i - b * k,
      b * f - c * e,
      f * g - d * k,
      a * k - c * g,
      c * d - a * f,
      d * i - e * g,
      b * g - a * i,
      a * e - b * d,
    ),
  );
}

/**
 * Divides in place by the last entry, unless it is about zero.
 * @param {Homography} h
 */
export function normalised(h) {
  const last = h[8];
  if (Math.abs(last) < 1e-12) return h;
  for (let index = 0; index < 9; index += 1) h[index] /= last;
  return h;
}

/**
 * Points through a homography.
 * @param {Homography} h
 * @param {ArrayLike<number>} points x0, y0, x1, y1, ...
 * @param {Float64Array} [into] as long as the points
 * @returns {Float64Array}
 */
export function project(h, points, into = new Float64Array(points.length)) {
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at], points[at + 1]];
    const w = h[6] * x + h[7] * y + h[8];
    into[at] = (h[0] * x + h[1] * y + h[2]) / w;
    into[at + 1] = (h[3] * x + h[4] * y + h[5]) / w;
  }
  return into;
}

const UNIT_SQUARE = Float64Array.of(0, 0, 1, 0, 1, 1, 0, 1);

/**
 * Where the corners of the unit square come to lie.
 * @param {Homography} h
 * @returns {Corners}
 */
export function cornersOf(h) {
  return project(h, UNIT_SQUARE);
}

/**
 * The homography that takes the unit square to four corners (Heckbert 1989, "Fundamentals of texture mapping").
 * @param {Corners} corners
 * @returns {Homography}
 */
export function fromCorners([x0, y0, x1, y1, x2, y2, x3, y3]) {
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  return Float64Array.of(x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1);
}

/**
 * The same map between spaces of other scales: from pixels of one size to pixels of another, or to and from units.
 * @param {Homography} h
 * @param {{width: number, height: number}} from what one unit of the old source is in the new
 * @param {{width: number, height: number}} to the same of its result
 * @returns {Homography}
 */
export function rescaled(h, from, to) {
  const { width: fx, height: fy } = from;
  const { width: tx, height: ty } = to;
  return normalised(
    Float64Array.of(
      (h[0] * tx) / fx,
      (h[1] * tx) / fy,
      h[2] * tx,
      (h[3] * ty) / fx,
      (h[4] * ty) / fy,
      h[5] * ty,
      h[6] / fx,
      h[7] / fy,
      h[8],
    ),
  );
}
