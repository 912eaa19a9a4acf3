/** Ways to choose what is looked at: a station, and how far back. */

import { element } from "../../core/elements.js";
import { field } from "../../core/form.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").StationReading} StationReading */

/**
 * One of several, as buttons in a row.
 * @param {string} label
 * @param {readonly {value: string, label: string}[]} options
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 */
export function segments(label, options, chosen, onChoose) {
  const buttons = options.map((option) =>
    element(
      "button",
      {
        type: "button",
        "aria-pressed": String(option.value === chosen),
        onclick: () => {
          for (const [place, made] of buttons.entries())
            made.setAttribute("aria-pressed", String(options[place].value === option.value));
          onChoose(option.value);
        },
      },
      option.label,
    ),
  );
  return element("div", { class: "segments", role: "group", "aria-label": label }, ...buttons);
}

/**
 * A station, or what stands for all of them.
 * @param {App} app
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.all the entry that stands for all
 * @param {readonly {exhibition: string, station: string, number?: number, title: string}[]} options.stations
 * @param {{exhibition: string, station: string} | null} options.chosen
 * @param {(place: {exhibition: string, station: string} | null) => void} options.onChoose
 */
export function stationChooser(app, { label, all, stations, chosen, onChoose }) {
  const known = stations.map(({ exhibition, station, number, title }) => ({
    place: { exhibition, station },
    words: number === undefined ? title : `${number} ${title}`,
  }));
  const isKnown = !chosen || known.some(({ place }) => keyOf(place) === keyOf(chosen));
  const options = isKnown ? known : [...known, { place: chosen, words: chosen.station }];
  const select = element(
    "select",
    { name: "station" },
    element("option", { value: "" }, all),
    ...options.map(({ place, words }) => element("option", { value: keyOf(place) }, words)),
  );
  select.value = chosen ? keyOf(chosen) : "";
  select.addEventListener("change", () => {
    onChoose(options.find(({ place }) => keyOf(place) === select.value)?.place ?? null);
  });
  return field(label, select, { className: "chooser" });
}

/** @param {{exhibition: string, station: string}} place */
function keyOf({ exhibition, station }) {
  return `${exhibition}/${station}`;
}
