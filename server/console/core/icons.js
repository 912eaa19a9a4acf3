/** The icons as paths on a field of 24 by 24. Kept in a module, so that they are there when the network is not. */

export const ICONS = Object.freeze({
  add: "M12 5v14M5 12h14",
  back: "M14.5 5.5L8 12l6.5 6.5",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M8.5 8.5h11v11h-11zM15.5 5.5v-1h-11v11h1",
  down: "M5.5 9.5L12 16l6.5-6.5",
  drag: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  forward: "M9.5 5.5L16 12l-6.5 6.5",
  more: "M4.5 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0zM11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0zM17.5 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0z",
  person: "M8 8a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  picture: "M4 5h16v14H4zM4 16l4.5-5 4 4.5 2.5-2.5 5 5M15 9.5h.01",
  save: "M12 4v11M8 11.5l4 4 4-4M5 20h14",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.400L17 7",
  up: "M5.5 14.5L12 8l6.5 6.5",
  upload: "M12 20V9M8 12.5l4-4 4 4M5 4h14",
  warning: "M12 4.5L21 19.5H3zM12 10v4.5M12 17h.01",
});
