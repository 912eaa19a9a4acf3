/** Made-up artworks and camera frames of them from known homographies: the same for the same seed. */

import { SeededRandom } from "/client/core/warp/seeded_random.js";
import { fromCorners, inverse } from "/client/core/warp/homography.js";

/** A grey artwork: discs and bars of many sizes, as a painting has. */
export function artwork(seed = 1, width = 320, height = 240, strokes = 260) {
  const random = new SeededRandom(seed);
  const pixels = new Float32Array(width * height).fill(120);
  for (let stroke = 0; stroke < strokes; stroke += 1) {
    const size = 4 + 40 * random.next() ** 3;
    const [x, y, grey, flat] = [random.next() * width, random.next() * height, 255 * random.next(), random.next()];
    for (let py = Math.max(0, Math.floor(y - size)); py < Math.min(height, y + size); py += 1) {
      for (let px = Math.max(0, Math.floor(x - size)); px < Math.min(width, x + size); px += 1) {
        const inside = flat < 0.5 ? Math.hypot(px - x, py - y) < size : Math.abs(py - y) < size * flat;
        if (inside) pixels[py * width + px] = grey;
      }
    }
  }
  return { width, height, pixels };
}

function sample({ width, height, pixels }, x, y) {
  const [sx, sy] = [Math.min(width - 1.001, Math.max(0, x)), Math.min(height - 1.001, Math.max(0, y))];
  const [ix, iy] = [Math.floor(sx), Math.floor(sy)];
  const [fx, fy, at] = [sx - ix, sy - iy, iy * width + ix];
  const upper = pixels[at] * (1 - fx) + pixels[at + 1] * fx;
  const lower = pixels[at + width] * (1 - fx) + pixels[at + width + 1] * fx;
  return upper * (1 - fy) + lower * fy;
}

/** A grey frame of a wall with the artwork; `place` takes the unit square to the frame's unit square. */
export function frameOf(
  art,
  place,
  width = 320,
  height = 240,
  { gain = 1, bias = 0, noise = 0, seed = 1, wall = 150 } = {},
) {
  const [back, random] = [inverse(place), new SeededRandom(seed)];
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at += 1) {
    let sum = 0;
    for (let sub = 0; sub < 4; sub += 1) {
      const x = ((at % width) + 0.25 + 0.5 * (sub & 1)) / width;
      const y = (Math.floor(at / width) + 0.25 + 0.5 * (sub >> 1)) / height;
      const w = back[6] * x + back[7] * y + back[8];
      const u = (back[0] * x + back[1] * y + back[2]) / w;
      const v = (back[3] * x + back[4] * y + back[5]) / w;
      const inside = u >= 0 && v >= 0 && u <= 1 && v <= 1 && w > 0;
      sum += inside
        ? sample(art, u * art.width - 0.5, v * art.height - 0.5)
        : wall + 20 * Math.sin(9 * x) * Math.cos(7 * y);
    }
    const chance = noise ? noise * 1.7 * (random.next() + random.next() + random.next() + random.next() - 2) : 0;
    grey[at] = Math.max(0, Math.min(255, Math.round((sum / 4) * gain + bias + chance)));
  }
  return grey;
}

/** Where a camera held in a hand sees the artwork: corners in unit coordinates, at a time in seconds. */
export function handHeld(
  atS,
  { distance = 1.5, pan = 0.12, shake = 0.004, turn = 0.12, frequency = 0.7, aspect = 4 / 3 } = {},
) {
  const wave = (hz, phase) => Math.sin(2 * Math.PI * hz * atS + phase);
  const tremble = shake * (wave(5.3, 1) + wave(7.7, 2));
  const [yaw, pitch, roll] = [
    turn * wave(0.45 * frequency, 0.5),
    turn * wave(0.6 * frequency, 2),
    0.5 * turn * wave(0.5 * frequency, 4),
  ];
  const [x, y] = [pan * wave(frequency, 0) + tremble, pan * wave(0.8 * frequency, 1.2) + tremble * wave(3, 0)];
  const z = distance * (1 + 0.15 * wave(0.3 * frequency, 3));
  const corners = new Float64Array(8);
  [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].forEach(([sx, sy], index) => {
    const [px, py] = [
      0.5 * sx * Math.cos(roll) - 0.375 * sy * Math.sin(roll),
      0.5 * sx * Math.sin(roll) + 0.375 * sy * Math.cos(roll),
    ];
    const depth = z + px * Math.sin(yaw) + py * Math.sin(pitch);
    corners[2 * index] = 0.5 + (0.95 * (px * Math.cos(yaw) + x)) / depth;
    corners[2 * index + 1] = 0.5 + (0.95 * aspect * (py * Math.cos(pitch) + y)) / depth;
  });
  return corners;
}

/** The homography of such a place. */
export function placeAt(atS, motion) {
  return fromCorners(handHeld(atS, motion));
}

/** Greatest distance between corners, in pixels of a frame of that size. */
export function apart(corners, others, width = 640, height = 480) {
  let most = 0;
  for (let at = 0; at < 8; at += 2) {
    most = Math.max(most, Math.hypot((corners[at] - others[at]) * width, (corners[at + 1] - others[at + 1]) * height));
  }
  return most;
}
