/** The codes of all stations, one by one and on sheets for the printer; what the server does not offer is not shown. */

import { button, element, fill } from "../../core/elements.js";
import { field } from "../../core/form.js";
import { exhibitionPage, stationHash, stationTitle } from "../parts/frame.js";

/** @typedef {import("../../core/app.js").App} App */
/** @typedef {import("../model/types.js").Exhibition} Exhibition */
/** @typedef {import("../model/types.js").Station} Station */
/** @typedef {{id: string, name: string, per_page: number}} Paper */

/**
 * @param {string[]} parts the exhibition's id
 * @param {App} app
 */
export async function openCodes([id], app) {
  const path = `/exhibitions/${id}`;
  const [exhibition, stations] = (await Promise.all([path, `${path}/stations`].map((one) => app.api.get(one)))).map(
    ({ data }) => data,
  );
  return { element: codesPage(app, exhibition, stations, await papersOf(app)), title: app.texts.say("tabs.codes") };
}

/**
 * @param {App} app
 * @returns {Promise<Paper[]>} none: there are no sheets here
 */
async function papersOf(app) {
  try {
    const { data } = await app.api.get("/code-papers");
    return data;
  } catch (error) {
    if (/** @type {any} */ (error).status === 404) return [];
    throw error;
  }
}

/**
 * @param {App} app
 * @param {Exhibition} exhibition
 * @param {Station[]} stations
 * @param {Paper[]} papers
 */
function codesPage(app, exhibition, stations, papers) {
  const { texts } = app;
  return exhibitionPage(app, exhibition, {
    tab: "codes",
    heading: element("h1", {}, texts.say("tabs.codes")),
    lead: element("p", { class: "lead" }, texts.say("codes.lead")),
    body: [
      papers.length > 0 && stations.length > 0 && sheets(app, exhibition, papers),
      element(
        "section",
        { class: "section" },
        element("h2", {}, texts.say("codes.stations")),
        stations.length === 0 && element("p", { class: "soft" }, texts.say("gap.no_station")),
        element("ul", { class: "code-list" }, ...stations.map((station) => codeLine(app, exhibition, station))),
      ),
    ],
  });
}

/**
 * @param {App} app
 * @param {Exhibition} exhibition
 * @param {Paper[]} papers
 */
function sheets(app, exhibition, papers) {
  const { texts } = app;
  const paper = element(
    "select",
    { name: "paper" },
    ...papers.map(({ id, name }) => element("option", { value: id }, name)),
  );
  const language = element(
    "select",
    { name: "language" },
    ...exhibition.content.languages.map((tag) => element("option", { value: tag }, app.languageName(tag))),
  );
  const second = element(
    "select",
    { name: "second" },
    element("option", { value: "" }, texts.say("codes.no_second")),
    ...exhibition.content.languages.map((tag) => element("option", { value: tag }, app.languageName(tag))),
  );
  const skip = element("input", { type: "number", name: "skip", min: 0, value: 0, inputmode: "numeric" });
  const skipField = field(texts.say("codes.skip"), skip);
  const link = element(
    "a",
    { class: "button primary", download: `${exhibition.id}-codes.pdf` },
    texts.say("codes.download"),
  );
  const aim = () => {
    const { per_page: perPage } = papers.find(({ id }) => id === paper.value) ?? papers[0];
    skipField.hidden = perPage === 1;
    skip.max = String(perPage - 1);
    const skipped = skipField.hidden ? 0 : Math.min(perPage - 1, Math.max(0, skip.valueAsNumber || 0));
    const query = new URLSearchParams({ paper: paper.value, language: language.value, skip: String(skipped) });
    if (second.value && second.value !== language.value) query.set("second", second.value);
    link.href = `/api/v1/exhibitions/${exhibition.id}/codes.pdf?${query}`;
  };
  for (const control of [paper, language, second, skip]) control.addEventListener("input", aim);
  aim();
  return element(
    "section",
    { class: "section" },
    element("h2", {}, texts.say("codes.sheets")),
    element("p", { class: "hint" }, texts.say("codes.sheets_hint")),
    element(
      "div",
      { class: "sheet-form" },
      field(texts.say("codes.paper"), paper),
      field(texts.say("codes.language"), language),
      exhibition.content.languages.length > 1 && field(texts.say("codes.second"), second),
      skipField,
    ),
    element("div", { class: "actions" }, link),
  );
}

/**
 * @param {App} app
 * @param {Exhibition} exhibition
 * @param {Station} station
 */
function codeLine(app, exhibition, station) {
  const { texts } = app;
  const { content, id } = station;
  const name = stationTitle(app, station, exhibition.content.languages);
  const rotating = content.code.admission === "rotating";
  return element(
    "li",
    { class: "code-line" },
    rotating
      ? element(
          "div",
          { class: "code-figure rotating" },
          element("p", { class: "soft small" }, texts.say("codes.on_screen")),
        )
      : codeFigure(app, exhibition, id, name),
    element(
      "div",
      {},
      element("p", { class: "station-number" }, texts.say("station.number", { number: String(content.number) })),
      element(
        "h3",
        {},
        element("a", { href: stationHash(exhibition.id, id, { field: "code.distance_cm" }), dir: "auto" }, name),
      ),
      element(
        "p",
        { class: "facts" },
        element("span", {}, texts.say("codes.distance", { distance: centimetres(texts, content.code.distance_cm) })),
        element("span", {}, texts.say(`code.${content.code.admission}`)),
        !content.open && element("span", {}, texts.say("station.closed")),
      ),
      rotating && app.can("publish") && kiosk(app, exhibition, id),
    ),
  );
}

/**
 * @param {App} app
 * @param {Exhibition} exhibition
 * @param {string} station
 * @param {string} name
 */
function codeFigure(app, exhibition, station, name) {
  const { texts } = app;
  const address = `/api/v1/exhibitions/${exhibition.id}/stations/${station}/code`;
  const image = element("img", {
    src: `${address}.svg`,
    alt: texts.say("codes.code_of", { name }),
    width: 160,
    height: 160,
    loading: "lazy",
  });
  const link = (/** @type {string} */ kind) =>
    element(
      "a",
      {
        href: `${address}.${kind}`,
        download: `${exhibition.id}-${station}.${kind}`,
        "aria-label": texts.say("codes.file_of", { kind: kind.toUpperCase(), name }),
      },
      kind.toUpperCase(),
    );
  const figure = element(
    "figure",
    { class: "code-figure" },
    image,
    element("figcaption", {}, link("svg"), link("png")),
  );
  image.addEventListener("error", () => fill(figure, element("p", { class: "soft small" }, texts.say("codes.none"))));
  return figure;
}

/**
 * The page for a screen beside the station, which shows codes that are good for minutes.
 * @param {App} app
 * @param {Exhibition} exhibition
 * @param {string} station
 */
function kiosk(app, exhibition, station) {
  const { texts } = app;
  const place = element("div", { class: "kiosk", "aria-live": "polite" });
  const ask = button(texts.say("codes.kiosk"), async () => {
    try {
      const { data } = await app.api.post(`/exhibitions/${exhibition.id}/stations/${station}/kiosk`);
      fill(
        place,
        element("p", { class: "hint" }, texts.say("codes.kiosk_hint")),
        element(
          "a",
          { class: "address mono", href: data.address, target: "_blank", rel: "noopener", dir: "ltr" },
          data.address,
        ),
      );
    } catch (error) {
      if (/** @type {any} */ (error).status === 404)
        fill(place, element("p", { class: "soft" }, texts.say("codes.no_kiosk")));
      else app.report(error);
    }
  });
  return element("div", { class: "kiosk-form" }, ask, place);
}

/**
 * @param {import("../../core/texts.js").Texts} texts
 * @param {number} count
 */
function centimetres(texts, count) {
  return new Intl.NumberFormat(texts.language.code, { style: "unit", unit: "centimeter" }).format(count);
}
