/** How far corners move. */

/**
 * The longest of four moves.
 * @param {ArrayLike<number>} moves dx, dy of each corner
 */
export function longestMove(moves) {
  let most = 0;
  for (let at = 0; at < 8; at += 2) most = Math.max(most, Math.hypot(moves[at], moves[at + 1]));
  return most;
}

/**
 * How far the corner lies that moved most.
 * @param {ArrayLike<number>} from
 * @param {ArrayLike<number>} to
 */
export function longestBetween(from, to) {
  return longestMove(Array.from({ length: 8 }, (_, at) => to[at] - from[at]));
}
