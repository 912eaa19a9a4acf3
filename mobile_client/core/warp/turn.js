/** How turning the camera moves its picture. Knows no sensor. */

/** Of the longer side of a phone's picture: wide cameras differ, and a hint need not be exact. */
const FIELD_OF_VIEW = (65 * Math.PI) / 180;

/**
 * The homography that a turn of the camera makes, in pixels of the picture: K R K⁻¹ (Hartley and Zisserman 2004, 8.4).
 * @param {readonly number[]} rotation radians about the picture's axes: x to the right, y down, z into the scene
 * @param {number} width
 * @param {number} height
 */
export function turnOf([x, y, z], width, height) {
  const focal = Math.max(width, height) / 2 / Math.tan(FIELD_OF_VIEW / 2);
  const [cx, cy] = [width / 2, height / 2];
  // A turn of the camera moves the scene the other way: the transposed rotation, to first order.
  const r = [1, z, -y, -z, 1, x, y, -x, 1];
  const [a, b, c] = [r[0] * focal + cx * r[6], r[1] * focal + cx * r[7], r[2] * focal + cx * r[8]];
  const [d, e, f] = [r[3] * focal + cy * r[6], r[4] * focal + cy * r[7], r[5] * focal + cy * r[8]];
  const [g, h, i] = [r[6], r[7], r[8]];
  /** @param {number} p @param {number} q @param {number} s */
  const row = (p, q, s) => [p / focal, q / focal, s - (p * cx + q * cy) / focal];
  const matrix = Float64Array.from([...row(a, b, c), ...row(d, e, f), ...row(g, h, i)]);
  return matrix.map((value) => value / matrix[8]);
}
