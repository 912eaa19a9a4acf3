/** What is loaded once the visitor agrees to the camera, and weighs nothing before: the painting loop and its screen. */

export { Painting } from "./painting.js";
export { Studio } from "./view/studio.js";
