/** The two programs of the anchored view, in GLSL: the camera's picture, and the overlay on the artwork's plane. */

/** One triangle that covers everything; `at` runs over the frame's unit square, y down. */
export const COVER = `#version 300 es
out vec2 at;
void main() {
  at = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
}`;

export const CAMERA = `#version 300 es
precision highp float;
uniform sampler2D picture;
in vec2 at;
out vec4 colour;
void main() {
  colour = vec4(texture(picture, at).rgb, 1.0);
}`;

/**
 * Each pixel looks up where on the artwork it is, so that perspective is right without any mesh. Only pixels inside the
 * artwork's four corners come to lie in its unit square, on whichever side of the horizon the frame's corner is.
 */
export const OVERLAY = `#version 300 es
precision highp float;
uniform sampler2D former;
uniform sampler2D present;
uniform float share;
uniform mat3 toArtwork;
uniform vec3 gain;
uniform vec3 offset;
uniform float opacity;
uniform float feather;
in vec2 at;
out vec4 colour;
void main() {
  vec3 place = toArtwork * vec3(at, 1.0);
  vec2 where = place.xy / place.z;
  vec2 edge = smoothstep(vec2(0.0), vec2(feather), where) * smoothstep(vec2(0.0), vec2(feather), 1.0 - where);
  vec3 paint = mix(texture(former, where).rgb, texture(present, where).rgb, share);
  colour = vec4(clamp(paint * gain + offset, 0.0, 1.0), edge.x * edge.y * opacity);
}`;
