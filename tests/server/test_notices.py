"""What phones are told has the shape of the shared examples, which the page's tests read too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exhibit.exhibition import Station, demo_file, load_exhibition
from exhibit.session import Session
from exhibit.style_mix import StyleMix
from server import notices
from server.config import Limits
from server.degradation import Advice
from server.store.decisions import Decision

EXAMPLES: list[dict[str, Any]] = [
    json.loads(example["json"])
    for example in json.loads((Path(__file__).parents[1] / "fixtures" / "messages.json").read_text("utf-8"))["good"]
    if example["kind"] == "text" and example["from"] == "server"
]


def shape(value: object) -> object:
    """Names and types, without the values; of a list, the first item's."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items() if name != "style"}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


LENS, CANVAS = load_exhibition(demo_file()).stations[:2]


def welcome(station: Station) -> str:
    styles = station.experience.styles
    session = Session(7, "token", station.number, frozenset(styles), StyleMix({styles[0]: 1.0}))
    return notices.welcome(session, station, "en", Limits(), resumed=False)


@pytest.mark.parametrize(
    "told",
    [
        welcome(LENS),
        welcome(CANVAS),
        notices.nearby(CANVAS, "AQEql1FsNUtohAADAAAAZMUqUkGF35aC4-TVtkW83OE", "ar"),
        notices.live(Advice(7.5, 400, 300, ("frame_rate", "resolution"))),
        notices.waiting(3, 40),
        notices.stopping(15),
        notices.dropped(9, "late"),
        notices.announcement(Decision("We close in ten minutes.", "ada", 1_800_000_000.0)),
        notices.announcement(None),
        notices.fallback(f"{'0' * 64}.jpg"),
        notices.fallback(None),
        notices.no_fallback(),
    ],
    ids=[
        "welcome",
        "welcome to a canvas",
        "nearby",
        "slow",
        "waiting",
        "stopping",
        "dropped",
        "announcement",
        "no announcement",
        "fallback",
        "fallback without a picture",
        "no fallback",
    ],
)
def test_it_has_the_shape_of_an_example(told: str) -> None:
    message = json.loads(told)
    alike = [e for e in EXAMPLES if (e["type"], e.get("state")) == (message["type"], message.get("state"))]
    assert shape(message) in [shape(example) for example in alike]


def test_a_welcome_names_the_experience() -> None:
    assert [json.loads(welcome(station))["station"]["experience"] for station in (LENS, CANVAS)] == ["lens", "canvas"]
