/** What is loaded once the visitor agrees to the camera, and weighs nothing before: stays at stations, and their screen. */

export { Tour } from "./tour.js";
export { Studio } from "./view/studio.js";
