/** Draws a camera picture, and an overlay on the artwork's plane in it, with WebGL 2. Decides nothing. */

import { CAMERA, COVER, OVERLAY } from "./anchored_shaders.js";
import { fromCorners, inverse } from "../warp/homography.js";

/** How far the overlay's edge fades, as a share of its side. */
const FEATHER = 0.02;

const NAMES = /** @type {const} */ ([
  "present",
  "former",
  "share",
  "toArtwork",
  "gain",
  "offset",
  "opacity",
  "feather",
]);

/** @typedef {import("../camera_pictures.js").Picture} Picture */

/**
 * @typedef {object} Scene
 * @property {Picture} picture the camera's
 * @property {Float64Array | null} corners of the artwork in units of the picture; null where no overlay is drawn
 * @property {number} opacity
 * @property {import("./light_match.js").LightMatch} light
 * @property {number} share of the present overlay over the former one
 */

export class AnchoredPainter {
  #gl;
  #camera;
  #overlay;
  /** Places of the overlay program's uniforms. */
  #places;
  #cameraTexture;
  #former;
  #present;

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.#gl = gl;
    this.#camera = program(gl, CAMERA);
    const overlay = program(gl, OVERLAY);
    this.#overlay = overlay;
    const places = NAMES.map((name) => [name, gl.getUniformLocation(overlay, name)]);
    this.#places = /** @type {Record<typeof NAMES[number], WebGLUniformLocation | null>} */ (
      Object.fromEntries(places)
    );
    this.#cameraTexture = texture(gl);
    this.#former = texture(gl);
    this.#present = texture(gl);
    gl.bindVertexArray(gl.createVertexArray());
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
  }

  /**
   * A new overlay; the present one becomes the former.
   * @param {Picture} source
   * @param {{isStill: boolean}} kind a clip changes too often to be worth smaller copies
   */
  change(source, { isStill }) {
    const gl = this.#gl;
    [this.#former, this.#present] = [this.#present, this.#former];
    this.#upload(this.#present, source);
    if (isStill) gl.generateMipmap(gl.TEXTURE_2D);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, isStill ? gl.LINEAR_MIPMAP_LINEAR : gl.LINEAR);
  }

  /**
   * The next picture of a clip, in place of the one before.
   * @param {Picture} source
   */
  refresh(source) {
    this.#upload(this.#present, source);
  }

  /** @param {Scene} scene */
  draw(scene) {
    const gl = this.#gl;
    const { width, height } = gl.canvas;
    gl.viewport(0, 0, width, height);
    this.#upload(this.#cameraTexture, scene.picture);
    gl.disable(gl.BLEND);
    gl.useProgram(this.#camera);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    if (scene.corners && scene.opacity > 0) this.#drawOverlay(scene, scene.corners);
  }

  /**
   * @param {Scene} scene
   * @param {Float64Array} corners
   */
  #drawOverlay({ opacity, light, share }, corners) {
    const [gl, places] = [this.#gl, this.#places];
    gl.useProgram(this.#overlay);
    gl.enable(gl.BLEND);
    this.#bind(1, this.#former);
    this.#bind(0, this.#present);
    gl.uniform1i(places.present, 0);
    gl.uniform1i(places.former, 1);
    gl.uniform1f(places.share, share);
    gl.uniformMatrix3fv(places.toArtwork, true, new Float32Array(inverse(fromCorners(corners))));
    gl.uniform3fv(places.gain, light.gain);
    gl.uniform3fv(places.offset, light.offset);
    gl.uniform1f(places.opacity, opacity);
    gl.uniform1f(places.feather, FEATHER);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /**
   * @param {WebGLTexture} into
   * @param {Picture} source
   */
  #upload(into, source) {
    const gl = this.#gl;
    this.#bind(0, into);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, source);
  }

  /**
   * @param {number} unit
   * @param {WebGLTexture} bound
   */
  #bind(unit, bound) {
    this.#gl.activeTexture(this.#gl.TEXTURE0 + unit);
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, bound);
  }
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {string} fragment
 */
function program(gl, fragment) {
  const made = /** @type {WebGLProgram} */ (gl.createProgram());
  for (const [kind, source] of /** @type {[number, string][]} */ ([
    [gl.VERTEX_SHADER, COVER],
    [gl.FRAGMENT_SHADER, fragment],
  ])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  const failed = !gl.getProgramParameter(made, gl.LINK_STATUS) && !gl.isContextLost();
  if (failed) throw new Error(`expected a program, got: ${gl.getProgramInfoLog(made)}`);
  return made;
}

/** @param {WebGL2RenderingContext} gl */
function texture(gl) {
  const made = /** @type {WebGLTexture} */ (gl.createTexture());
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const axis of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, axis, gl.CLAMP_TO_EDGE);
  for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, gl.LINEAR);
  return made;
}
