"""The operator's pages where they need no server: what is said of a reading, the arithmetic of charts, the stream."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from console_house import open_browser
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CONSOLE = Path(__file__).parents[2] / "server" / "console"
SAID = re.compile(r"""texts\.(say|count)\(\s*["`]([^"`$]+)["`]""")

HOUSE = """(() => {
    const reading = (conditions, paints = true) => ({
        stations: conditions.map((condition, place) => ({
            exhibition: "demo", station: `s${place}`, number: place + 1, title: `S${place}`, condition})),
        workers: [{name: "worker 0", ready: paints}, {name: "the dreamer", ready: true}],
    });
    const told = (conditions, paints) => {
        const {mood, main, more} = headlineOf(reading(conditions, paints));
        const short = ({key, count, named}) => [key.replace("headline.", ""), count, named.map(({title}) => title)];
        return [mood, ...[main, ...more].map(short)];
    };
    return told;
})()"""
CHART = """({start: "2026-01-01T00:00:00Z", step_s: 60, points: 3, lines: {
    condition: ["ready", null, "live"], live_most: [null, null, 2], answers: [null, null, 40], tried: [null, null, 10],
    "dropped.late": [null, null, 3], "dropped.replaced": [null, null, 4], locked: [null, null, 5],
    glass_p95_ms: [null, null, 200]}})"""
VISITS = """[
    {station: "a", sums: {visits: 3, dwell_mean_s: 60, dwell: {}, experiences: {}, styles: {}, languages: {en: 3},
        steps: {}, gave_up: {}}, hours: [{hour: at(9), sums: {visits: 2}}, {hour: at(11), sums: {visits: 1}}]},
    {station: "b", sums: {visits: 1, dwell_mean_s: 100, dwell: {}, experiences: {}, styles: {},
        languages: {en: 1, ar: 2}, steps: {}, gave_up: {}}, hours: [{hour: at(9), sums: {visits: 1}}]}]"""
AT = "const at = (hour) => new Date(2026, 2, 3, hour).toISOString();"

CASES: dict[str, tuple[str, str, Any]] = {
    "when all work, one sentence says it": (
        "model/headline",
        f"{HOUSE}(['ready', 'live', 'never_seen'])",
        ["well", ["all_work", 3, []]],
    ),
    "who fails is named, and comes before who is merely slow": (
        "model/headline",
        f"{HOUSE}(['failed', 'degraded', 'ready', 'failed'])",
        ["bad", ["failed", 4, ["S0", "S3"]], ["weak", 1, ["S1"]]],
    ),
    "when none works, that is said": ("model/headline", f"{HOUSE}(['failed', 'off'])[1]", ["all_failed", 1, ["S0"]]),
    "who is closed or off does not count among those that work": (
        "model/headline",
        f"{HOUSE}(['ready', 'closed', 'off'])",
        ["well", ["open_work", 1, []], ["closed", 1, []], ["off", 1, ["S2"]]],
    ),
    "before the doors open it is said whether the machine is ready": (
        "model/headline",
        f"[{HOUSE}(['closed', 'closed']), {HOUSE}(['closed', 'off'], false)]",
        [["shut", ["shut", 2, []]], ["bad", ["shut_down", 2, []], ["off", 1, ["S1"]]]],
    ),
    "a house without stations says so": ("model/headline", f"{HOUSE}([])", ["shut", ["nothing", None, []]]),
    "stations are in the order of their numbers, by exhibition": (
        "model/condition",
        "[...byExhibition([{exhibition: 'b', number: 2}, {exhibition: 'a', number: 9}, {exhibition: 'b', number: 1}])]"
        ".map(([id, all]) => [id, all.map(({number}) => number)])",
        [["b", [1, 2]], ["a", [9]]],
    ),
    "a worker is restarted by its number, the dreamer by its name": (
        "model/condition",
        "[workerId('worker 3'), workerId('the dreamer')]",
        ["3", "dreamer"],
    ),
    "bytes are told in the unit that fits": (
        "model/amounts",
        "[sizeOf(0), sizeOf(1_600_000_000), sizeOf(189e9)].map(({amount, unit}) => [amount, unit])",
        [[0, "byte"], [1.6, "gigabyte"], [189, "gigabyte"]],
    ),
    "a share is never more than all, and nothing of nothing": (
        "model/amounts",
        "[shareOf(3, 2), shareOf(1, 0), shareOf(1, 4)]",
        [1, 0, 0.25],
    ),
    "an axis has round steps, whole ones for what is counted": (
        "charts/scale",
        "[valueTicks(0), valueTicks(430), valueTicks(2, 1), valueTicks(0.3)]",
        [[0, 1], [0, 200, 400, 600], [0, 1, 2], [0, 0.1, 0.2, 0.3]],
    ),
    "a line ends where nothing was measured, and a value alone is a dot": (
        "charts/scale",
        "linePath([1, 2, null, 3, null, 4, 5], (place) => place * 10, (value) => value)",
        "M0 1L10 2M30 3h0M50 4L60 5",
    ),
    "a time axis has whole hours, and days where they begin": (
        "charts/scale",
        """timeTicks(new Date(2026, 2, 3, 21, 30).getTime(), new Date(2026, 2, 4, 2, 30).getTime())
            .map(({atMs, isDay}) => [new Date(atMs).getHours(), isDay])""",
        [[22, False], [23, False], [0, True], [1, False], [2, False]],
    ),
    "a month has a mark every few days, also where a day has 23 hours": (
        "charts/scale",
        """timeTicks(new Date(2026, 2, 1).getTime(), new Date(2026, 2, 31).getTime())
            .map(({atMs}) => [new Date(atMs).getDate(), new Date(atMs).getHours()])""",
        [[1, 0], [6, 0], [11, 0], [16, 0], [21, 0], [26, 0], [31, 0]],
    ),
    "neighbours of one condition are one run": (
        "charts/scale",
        "runsOf(['a', 'a', null, 'a']).map(({value, from, to}) => [value, from, to])",
        [["a", 0, 2], [None, 2, 3], ["a", 3, 4]],
    ),
    "what was zero is drawn as zero, what was not looked at is a gap": (
        "model/charts",
        f"stationCharts({CHART}).map(({{key, lines}}) => [key, ...lines.map(({{values}}) => values)])",
        [
            ["visitors", [0, None, 2], [0, None, 0]],
            ["glass", [None, None, 200]],
            ["answers", [0, None, 40], [0, None, 7]],
            ["found", [None, None, 50]],
        ],
    ),
    "conditions are told for each point": ("model/charts", f"conditions({CHART})", ["ready", None, "live"]),
    "sums of stations are added, the mean stay by its visits": (
        "model/visits",
        f"(() => {{ {AT} const {{visits, dwell_mean_s, languages}} = together({VISITS}.map(({{sums}}) => sums));"
        " return [visits, dwell_mean_s, languages]; })()",
        [4, 70, {"en": 4, "ar": 2}],
    ),
    "visits are counted by hour and by day, days without any too": (
        "model/visits",
        f"""(() => {{ {AT} const days = [new Date(2026, 2, 2).getTime(), new Date(2026, 2, 5).getTime()];
            return [visitsOver({VISITS}, ...days, "day").map(({{count}}) => count),
                visitsByHour({VISITS}).slice(8, 12)]; }})()""",
        [[0, 4, 0], [0, 3, 0, 1]],
    ),
    "stays are told from short to long": (
        "model/visits",
        "dwellsInOrder({other: 1, '1800-': 2, '60-120': 3, '0-30': 4}).map(({low, high, count}) => [low, high, count])",
        [[0, 30, 4], [60, 120, 3], [1800, None, 2], [None, None, 1]],
    ),
    "the most come first, and others last": (
        "model/visits",
        "ranked({other: 9, ar: 1, en: 3}).map(([key]) => key)",
        ["en", "ar", "other"],
    ),
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """An empty page of an origin where the modules are."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(CONSOLE))) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        with open_browser() as browser:
            page = browser.new_page(timezone_id="Europe/Berlin", locale="en-GB")
            page.goto(f"http://127.0.0.1:{files.server_port}/kiosk.css")
            yield page
        files.shutdown()


@pytest.mark.parametrize("claim", CASES)
def test_that(page: Page, claim: str) -> None:
    module, expression, expected = CASES[claim]
    run = f"""async () => {{
        const module = await import("/operate/{module}.js");
        return Function(...Object.keys(module), `return ${{{expression!r}}}`)(...Object.values(module));
    }}"""
    assert page.evaluate(run) == expected


def test_a_lost_stream_is_old_after_a_while_and_found_again(page: Page) -> None:
    """The clock is made: five seconds without a reading are old; an ended stream is asked for anew, as a page asks."""
    page.clock.install(time="2026-03-03T09:55:00Z")
    page.evaluate(
        """async () => {
            const { Live } = await import("/operate/live.js");
            const { Problem } = await import("/core/problem.js");
            class Source extends EventTarget {
                static all = [];
                constructor() { super(); Source.all.push(this); }
                close() { this.closed = true; }
                push(reading) { this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(reading) })); }
                end() { this.dispatchEvent(new Event("error")); }
            }
            window.EventSource = Source;
            const told = { readings: [], old: false, asked: 0, away: false };
            const get = async () => {
                told.asked += 1;
                if (told.away) throw Problem.offline();
                return { data: { at: 100 + told.asked } };
            };
            const live = await Live.open({ api: { get }, report: (error) => { throw error; } });
            live.start({ onReading: ({ at }) => told.readings.push(at), onAge: (isOld) => (told.old = isOld) });
            Object.assign(window, { told, Source, live });
        }"""
    )

    def told(expression: str) -> Any:
        return page.evaluate(f"(() => {expression})()")

    told("Source.all[0].push({at: 200})")
    page.clock.run_for(4000)
    assert told("[told.readings, told.old]") == [[101, 200], False]
    page.clock.run_for(3000)
    assert told("told.old") is True
    told("(told.away = true, Source.all[0].end())")
    page.clock.run_for(3000)
    assert told("[told.asked > 1, Source.all.length, Source.all[0].closed]") == [True, 1, True]
    told("(told.away = false)")
    page.clock.run_for(5000)
    assert told("[Source.all.length, told.old, told.readings.length]") == [2, False, 3]
    page.clock.run_for(30_000)
    assert told("Source.all.length") >= 3, "a stream that is silent for long is dead, though nobody said so"
    asked = told("(live.close(), told.asked)")
    page.clock.run_for(30_000)
    assert told("[told.asked, Source.all.every(({closed}) => closed)]") == [asked, True]


def test_a_chart_is_read_by_keys_and_as_a_table(page: Page) -> None:
    said = page.evaluate(
        """async () => {
            const [{ Plot }, { Texts, LANGUAGES }] = await Promise.all(
                ["/operate/charts/plot.js", "/core/texts.js"].map((path) => import(path)));
            const words = [(code) => import(`/texts/${code}.js`), (code) => import(`/operate/texts/${code}.js`)];
            const app = { texts: await Texts.load(LANGUAGES[0], words) };
            const values = [5, 7, 9];
            const plot = new Plot(app, {
                title: "Visitors", points: 3, shapes: [], across: [], whenAt: (place) => `at ${place}`,
                columns: [{ name: "live", textAt: (place) => String(values[place]) }],
            });
            const root = document.body ?? document.documentElement;
            root.append(plot.element);
            const field = plot.element.querySelector("[role=slider]");
            const press = (key) => (field.dispatchEvent(new KeyboardEvent("keydown", { key })),
                field.getAttribute("aria-valuetext"));
            const walked = [field.getAttribute("aria-valuetext"), press("ArrowLeft"), press("Home"), press("End")];
            const details = plot.element.querySelector("details");
            details.open = true;
            await new Promise((done) => details.addEventListener("toggle", done));
            const rows = [...details.querySelectorAll("tbody tr")].map((row) => row.textContent);
            plot.element.remove();
            return [walked, rows];
        }"""
    )
    assert said == [["at 2: live 9", "at 1: live 7", "at 0: live 5", "at 2: live 9"], ["at 05", "at 17", "at 29"]]


def test_both_languages_say_everything_that_the_pages_say(page: Page) -> None:
    words: dict[str, set[str]] = {}
    for code in ("en", "zh-Hans"):
        folders = ("texts", "pages/texts", "editor/texts", "operate/texts")
        keys = [page.evaluate(_keys(folder, code)) for folder in folders]
        words[code] = {key for group in keys for key in group}
    assert {key for key in words["en"] if not key.endswith("_one")} == words["zh-Hans"]
    for path in (CONSOLE / "operate").rglob("*.js"):
        for how, key in SAID.findall(path.read_text("utf-8")):
            assert (f"{key}_other" if how == "count" else key) in words["zh-Hans"], (path.name, key)


def _keys(folder: str, code: str) -> str:
    return f"import('/{folder}/{code}.js').then(module => Object.keys(module.default))"
