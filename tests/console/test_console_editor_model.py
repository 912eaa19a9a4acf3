"""The editor's pure modules, one claim after the other: each expression is evaluated in a browser beside its module."""

from __future__ import annotations

import functools
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
STATION = """{title: {en: "A", de: "B"}, label: {en: "C"}, artwork: {alt: {en: "D"}}, description: {de: "E"}, number: 1,
    experience: {kind: "lens", styles: ["a", "b"], default: {a: 1}, strength: 1}}"""
MIX = "({kind: 'lens', styles: ['a', 'b', 'c', 'd', 'e'], default: {a: 0.6, b: 0.4}, strength: 1})"
SAY = "{texts: {has: () => true, say: (key, values) => key + JSON.stringify(values ?? {})}}"
CASES: dict[str, tuple[str, str, Any]] = {
    "a value is written where there was nothing": ("paths", "written({a: 1}, 'b.c', 2)", {"a": 1, "b": {"c": 2}}),
    "a value that is undefined goes": (
        "paths",
        "written({a: {en: 'x', de: 'y'}}, 'a.en', undefined)",
        {"a": {"de": "y"}},
    ),
    "a list stays a list": ("paths", "written({a: [1, 2]}, 'a.1', 3)", {"a": [1, 3]}),
    "the order of keys means nothing": ("paths", "same({a: 1, b: [1, 2]}, {b: [1, 2], a: 1, c: undefined})", True),
    "the order of a list does": ("paths", "same([1, 2], [2, 1])", False),
    "what both changed clashes, what one changed does not": (
        "changes",
        f"""(() => {{
            const base = {STATION};
            const mine = {{...base, title: {{en: "mine", de: "B"}}, number: 1}};
            const theirs = {{...base, title: {{en: "theirs", de: "B"}}, label: {{}}}};
            const found = changesMeanwhile(base, mine, theirs);
            return found.map(({{path, mine, theirs, clash}}) => [path, mine, theirs ?? null, clash]);
        }})()""",
        [["title.en", "mine", "theirs", True], ["label.en", "C", None, False]],
    ),
    "what both changed to the same is no question": ("changes", "changesMeanwhile({a: 1}, {a: 2}, {a: 2})", []),
    "an experience is taken as a whole": (
        "changes",
        f"""(() => {{
            const base = {STATION};
            const canvas = {{kind: "canvas", styles: [], default: {{}}, strength: 1, overlay: null}};
            const theirs = {{...base, experience: canvas}};
            const changes = changesMeanwhile(base, base, theirs);
            return [changes.length, merged(base, changes, new Set(["experience"])).experience.kind];
        }})()""",
        [1, "canvas"],
    ),
    "mine stays where theirs was not chosen": (
        "changes",
        "merged({a: 1, b: 1}, changesMeanwhile({a: 0, b: 0}, {a: 1, b: 1}, {a: 2, b: 2}), new Set(['b']))",
        {"a": 1, "b": 2},
    ),
    "an id is made of a title": ("ids", "proposedId('Élan: Nº 7', 'x', [])", "elan-no-7"),
    "an id that is taken gets a number": ("ids", "proposedId('Hall', 'x', ['hall', 'hall-2'])", "hall-3"),
    "a title without letters falls back": ("ids", "proposedId('暮色港口', 'station-4', [])", "station-4"),
    "numbers go on after the highest": (
        "ids",
        "[nextNumber([1, 7, 3]), nextNumber([]), nextNumber([1, 65535])]",
        [8, 1, 2],
    ),
    "the first style on offer is begun with": (
        "offer",
        "offered({styles: [], default: {}, strength: 1}, 'a')",
        {"styles": ["a"], "default": {"a": 1}, "strength": 1},
    ),
    "what a style weighed goes to the rest": ("offer", f"withdrawn({MIX}, 'a').default", {"b": 1}),
    "the last of a mix hands over to the first on offer": (
        "offer",
        "withdrawn({styles: ['a', 'b'], default: {b: 1}, strength: 1}, 'b').default",
        {"a": 1},
    ),
    "a style enters the mix with an equal share": (
        "offer",
        f"toggled({MIX}, 'c').default",
        {"a": 0.4, "b": 0.267, "c": 0.333},
    ),
    "a fifth is not taken in": (
        "offer",
        f"Object.keys(toggled(toggled(toggled({MIX}, 'c'), 'd'), 'e').default)",
        ["a", "b", "c", "d"],
    ),
    "the last is not taken out": ("offer", "toggled({styles: ['a'], default: {a: 1}}, 'a').default", {"a": 1}),
    "the others share what one leaves": (
        "offer",
        "weighed({a: 0.5, b: 0.25, c: 0.25}, 'a', 0.2)",
        {"a": 0.2, "b": 0.4, "c": 0.4},
    ),
    "others of no weight share alike": (
        "offer",
        "weighed({a: 1, b: 0, c: 0}, 'a', 0.5)",
        {"a": 0.5, "b": 0.25, "c": 0.25},
    ),
    "a dream may begin with no style": (
        "offer",
        "(({styles, ...more}) => [offered({kind: 'dream', styles, ...more}, 'b').default,"
        " toggled({kind: 'dream', styles, ...more, default: {a: 1}}, 'a').default,"
        " withdrawn({kind: 'dream', styles, ...more, default: {a: 1}}, 'a').default])"
        "({styles: ['a', 'c'], default: {}, strength: 1})",
        [{}, {}, {}],
    ),
    "a lens becomes a dream with its styles, and begins with none": (
        "dream",
        "(({kind, styles, default: mix, region, mode, keep}) => [kind, styles, mix, region ?? 'gone', mode])"
        "(became({kind: 'lens', styles: ['a'], default: {a: 1}, strength: 1, region: 'all'}, 'dream'))",
        ["dream", ["a"], {}, "gone", "chosen"],
    ),
    "a dream that was a lens a moment ago has its words again, and only styles that are left": (
        "dream",
        "(({words, default: mix}) => [words, mix])(became({kind: 'lens', styles: ['b'], default: {b: 1}, strength: 1},"
        " 'dream', {kind: 'dream', words: [{en: 'calm'}], styles: ['a'], default: {a: 1}, strength: 1}))",
        [[{"en": "calm"}], {}],
    ),
    "a dream becomes a canvas that begins with a style": (
        "dream",
        "became({kind: 'dream', styles: ['a'], default: {}, strength: 1, words: []}, 'canvas')",
        {"kind": "canvas", "styles": ["a"], "default": {"a": 1}, "strength": 1, "overlay": None},
    ),
    "a word of the model fills the languages that it has": (
        "dream",
        "rowOf({en: 'blue', 'zh-Hans': '蓝', 'pt': 'azul'}, ['en-GB', 'pt-BR', 'zh-Hant', 'ar'])",
        {"en-GB": "blue", "pt-BR": "azul"},
    ),
    "a word is there in whatever case": (
        "dream",
        "[[{en: ' Blue'}], [{ar: 'blue'}], []].map((words) => isThere(words, {en: 'blue'}))",
        [True, False, False],
    ),
    "no more words are joined than there is room for": (
        "dream",
        "joined([{}, ...Array(63).fill({en: 'a'})], [{en: 'b'}, {en: 'c'}]).map(({en}) => en).slice(62)",
        ["a", "b"],
    ),
    "a list has a word a line, each once": ("dream", "listedIn(' a b \\n\\nc\\nc ')", ["a b", "c"]),
    "texts lack that are needed, and that were begun": (
        "lacking",
        f"lackingTexts({STATION}, STATION_TEXTS, ['en', 'de']).map(one => Object.values(one).join(' '))",
        ["label de required", "artwork.alt de required", "description en begun"],
    ),
    "a share counts what has to be there": ("lacking", f"shareOf({STATION}, STATION_TEXTS, ['en', 'de'], 'de')", 0.5),
    "weeks begin on a Monday": ("dates", "['2026-11-29', '2026-11-23'].map(mondayOf)", ["2026-11-23", "2026-11-23"]),
    "days are added over summer time": ("dates", "addDays('2026-03-28', 2)", "2026-03-30"),
    "a wall clock elsewhere": (
        "dates",
        "wallClock(new Date('2026-07-01T22:30Z'), 'Asia/Shanghai')",
        "2026-07-02T06:30",
    ),
    "an instant from a wall clock": (
        "dates",
        "instantOf('2026-07-01T12:00', 'Europe/Berlin').toISOString()",
        "2026-07-01T10:00:00.000Z",
    ),
    "of two instants the first": (
        "dates",
        "instantOf('2026-10-25T02:30', 'Europe/Berlin').toISOString()",
        "2026-10-25T00:30:00.000Z",
    ),
    "a time that is skipped": (
        "dates",
        "instantOf('2026-03-29T02:30', 'Europe/Berlin').toISOString()",
        "2026-03-29T01:30:00.000Z",
    ),
    "a zone that no browser knows is offered": ("dates", "zonesByRegion('Mars/Olympus').get('Mars')", ["Mars/Olympus"]),
    "midnight is a time field's 00:00": ("hours", "forFields({opens: '00:00', closes: '24:00'}).closes", "00:00"),
    "all day comes back": ("hours", "fromFields('00:00', '00:00')", {"opens": "00:00", "closes": "24:00"}),
    "a night ends on the next day": (
        "hours",
        "['02:00', '00:00', '23:00'].map(closes => overMidnight({opens: '20:00', closes}))",
        [True, False, False],
    ),
    "corners that cross are refused": (
        "perspective",
        "isSound([[0, 0], [1, 1], [1, 0], [0, 1]])",
        False,
    ),
    "corners the other way round are refused": ("perspective", "isSound([[0, 0], [0, 1], [1, 1], [1, 0]])", False),
    "corners far outside are refused": ("perspective", "isSound([[-0.1, 0], [1, 0], [1, 1], [0, 1]])", False),
    "the first corners are good": ("perspective", "isSound(FIRST_CORNERS)", True),
    "a flat painting is as large as its sides": (
        "perspective",
        "flatSize([[0, 0], [0.5, 0], [0.5, 1], [0, 1]], 400, 200)",
        [200, 200],
    ),
    "the whole photo is cut out as it is": (
        "perspective",
        """(() => {
            const pixels = [10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255, 1, 2, 3, 255];
            const photo = new ImageData(new Uint8ClampedArray(pixels), 2, 2);
            return [...flattened(photo, [[0, 0], [1, 0], [1, 1], [0, 1]], 2, 2).data];
        })()""",
        [10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255, 1, 2, 3, 255],
    ),
    "a homography leads to its corners": (
        "perspective",
        """(() => {
            const [a, b, c, d, e, f, g, h] = fromUnitSquare([[1, 2], [7, 1], [8, 9], [0, 6]]);
            const at = (u, v) => [(a * u + b * v + c) / (g * u + h * v + 1), (d * u + e * v + f) / (g * u + h * v + 1)];
            const points = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
            return points.map(point => point.map(value => Math.round(value * 1e6) / 1e6));
        })()""",
        [[1, 2], [7, 1], [8, 9], [0, 6]],
    ),
    "news since a version": (
        "news",
        """(() => {
            const [x, y, z] = [{id: "x", content: 1}, {id: "y", content: 2}, {id: "z", content: 3}];
            const shown = {exhibition: {a: 1}, stations: [x, y, z]};
            return newsSince({content: {a: 1}}, [y, {id: "x", content: 9}, {id: "w", content: 4}], shown);
        })()""",
        {"exhibition": False, "changed": ["x"], "added": ["w"], "removed": ["z"], "moved": True, "any": True},
    ),
    "no news": ("news", "newsSince({content: {}}, [], {exhibition: {}, stations: []}).any", False),
    "what lacks is sorted, the exhibition first": (
        "gaps",
        "[...byStation([{station: 'a'}, {station: ''}, {station: 'a'}])].map(([id, all]) => [id, all.length])",
        [["", 1], ["a", 2]],
    ),
    "a warning in the page's words": (
        "gaps",
        f"inOwnWords({SAY}, 'The licence of the model A (B) (CC-BY-NC) allows no commercial use: show its own.')",
        'warning.licence{"model":"A (B)","licence":"CC-BY-NC"}',
    ),
    "the server's sentences in the page's words": (
        "gaps",
        f"[inOwnWords({SAY}, 'The style wave is not on this server.'), inOwnWords({SAY}, 'Something else.')]",
        ['gap.style_gone{"style":"wave"}', "Something else."],
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
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{files.server_port}/kiosk.css")
            yield page
        files.shutdown()


@pytest.mark.parametrize("claim", CASES)
def test_that(page: Page, claim: str) -> None:
    module, expression, expected = CASES[claim]
    run = f"""async () => {{
        const module = await import("/editor/model/{module}.js");
        return Function(...Object.keys(module), `return ${{{expression!r}}}`)(...Object.values(module));
    }}"""
    assert page.evaluate(run) == expected
