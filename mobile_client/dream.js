/** What is loaded at a station whose experience is dream, and weighs nothing elsewhere. */

export { Dreaming } from "./dreaming.js";
export { DreamScreen } from "./view/dream_screen.js";
