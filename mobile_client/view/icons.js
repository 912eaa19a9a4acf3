/** The icons as paths on a field of 24 by 24. Kept in a module, so that they are there when the network is not. */

export const ICONS = Object.freeze({
  camera:
    "M4 8h3.5l1.6-2.5h5.8L16.5 8H20a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1zM8.4 13a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z",
  close: "M6 6l12 12M18 6L6 18",
  options: "M4 8h9M17 8h3M4 16h3M11 16h9M13 8a2 2 0 1 0 4 0a2 2 0 1 0 -4 0zM7 16a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z",
  eye: "M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12zM9.2 12a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0z",
  light: "M13.2 3L6.5 13.2h5L10.8 21l6.7-10.2h-5z",
  frame: "M4 5h16v14H4zM8 9h8v6H8z",
  turn: "M4.2 11a8 8 0 0 1 13.6-4.6L20 8.6M20 4v4.6h-4.6M19.8 13a8 8 0 0 1-13.6 4.6L4 15.4M4 20v-4.6h4.6",
  mix: "M3.2 12a5.8 5.8 0 1 0 11.6 0a5.8 5.8 0 1 0 -11.6 0zM9.2 12a5.8 5.8 0 1 0 11.6 0a5.8 5.8 0 1 0 -11.6 0z",
  back: "M14.5 5.5L8 12l6.5 6.5",
  forward: "M9.5 5.5L16 12l-6.5 6.5",
  copy: "M8.5 8.5h11v11h-11zM15.5 5.5v-1h-11v11h1",
  share: "M12 15V4M8 7.5L12 3.5l4 4M6 11H5v9.5h14V11h-1",
  save: "M12 4v11M8 11.5l4 4 4-4M5 20h14",
});
