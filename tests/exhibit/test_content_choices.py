"""What curators choose in a document: pictures, experiences, programmes, ids; and what is refused as none of those."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from content_refusals import refusal_of_exhibition, refusal_of_station, refusals

from exhibit.content import Edition, NumberedStation

HASH = "a" * 64


# -- pictures ----------------------------------------------------------------------------------------------------------

TRICKS = [
    "",
    "harbour.jpg",
    "../../../etc/passwd",
    f"../{HASH}.jpg",
    f"/{HASH}.jpg",
    f"{HASH}.jpg/..",
    f"{HASH}.jpg\n",
    f"{HASH}.jpg\0.png",
    f"{HASH}.JPG",
    f"{'A' * 64}.jpg",
    f"{'a' * 63}.jpg",
    f"{HASH}.svg",
    f"{HASH}.jpg?x=1",
    f"{HASH}",
    f"C:\\{HASH}.jpg",
    f"https://evil.example/{HASH}.jpg",
]


@pytest.mark.parametrize("name", [*TRICKS, f"{HASH}.webp", f"{HASH}.mp4"])
def test_an_artwork_s_picture_is_one_that_was_uploaded(name: str) -> None:
    assert refusal_of_station(artwork={"picture": name}) == (
        "artwork.picture",
        f"expected the name of an uploaded picture, got {name[:80]!r}",
    )


@pytest.mark.parametrize("name", TRICKS)
def test_an_overlay_is_one_that_was_uploaded(name: str) -> None:
    assert refusal_of_station(experience={"kind": "canvas", "overlay": name}) == (
        "experience.canvas.overlay",
        f"expected the name of an uploaded picture or clip, got {name[:80]!r}",
    )


# -- experiences -------------------------------------------------------------------------------------------------------


def test_an_experience_is_one_of_three() -> None:
    place, sentence = refusal_of_station(experience={"kind": "film"})
    assert place == "experience" and "'lens', 'canvas', 'dream'" in sentence
    assert refusal_of_station(experience={}) == ("experience", "Unable to extract tag using discriminator 'kind'")


MIXES: Mapping[str, tuple[dict[str, Any], str, str]] = {
    "a style that is no id": ({"styles": ["A b"]}, ".styles.0", "expected 1 to 64 of a-z, 0-9, - and _, got 'A b'"),
    "a style twice": ({"styles": ["wave", "wave"]}, "", "expected each style once, got one twice"),
    "a default that is not offered": (
        {"styles": ["wave"], "default": {"scream": 1}},
        "",
        "expected a default mix of the styles on offer, got 'scream'",
    ),
    "a default without an offer": (
        {"default": {"wave": 1}},
        "",
        "expected a default mix of the styles on offer, got 'wave'",
    ),
    "a weight above 1": (
        {"styles": ["wave"], "default": {"wave": 1.01}},
        ".default.wave",
        "Input should be less than or equal to 1",
    ),
    "a weight below 0": (
        {"styles": ["wave"], "default": {"wave": -0.1}},
        ".default.wave",
        "Input should be greater than or equal to 0",
    ),
    "a weight as a text": (
        {"styles": ["wave"], "default": {"wave": "1"}},
        ".default.wave",
        "Input should be a valid number",
    ),
    "a strength as a text": ({"strength": "0.5"}, ".strength", "Input should be a valid number"),
    "a strength as a truth": ({"strength": True}, ".strength", "Input should be a valid number"),
    "no number": ({"strength": float("nan")}, ".strength", "Input should be a finite number"),
    "too large a number": ({"strength": float("inf")}, ".strength", "Input should be a finite number"),
}


@pytest.mark.parametrize("kind", ["lens", "canvas", "dream"])
@pytest.mark.parametrize("mix", MIXES)
def test_a_mix_that_is_none_is_refused(mix: str, kind: str) -> None:
    fields, place, sentence = MIXES[mix]
    assert refusal_of_station(experience={"kind": kind, **fields}) == (f"experience.{kind}{place}", sentence)


def test_a_mix_has_at_most_four_styles() -> None:
    styles = ["a", "b", "c", "d", "e"]
    offer = {"kind": "lens", "styles": styles, "default": dict.fromkeys(styles, 0.2)}
    place, sentence = refusal_of_station(experience=offer)
    assert place == "experience.lens.default" and sentence.startswith("Dictionary should have at most 4 items")


@pytest.mark.parametrize(
    ("experience", "place", "sentence"),
    [
        ({"kind": "lens", "region": "left"}, "lens.region", "Input should be 'all', 'inside' or 'outside'"),
        ({"kind": "dream", "mode": "wild"}, "dream.mode", "Input should be 'chosen', 'free' or 'approved'"),
    ],
)
def test_a_choice_is_one_of_those_there_are(experience: Any, place: str, sentence: str) -> None:
    assert refusal_of_station(experience=experience) == (f"experience.{place}", sentence)


# -- exhibitions and editions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "place", "sentence"),
    [
        ({"languages": []}, "languages", "Tuple should have at least 1 item after validation, not 0"),
        ({"languages": "en"}, "languages", "Input should be a valid array"),
        ({"languages": ["en", "EN"]}, "", "expected each language once, got one twice"),
        (
            {"languages": ["en", "klingon1"]},
            "languages.1",
            "expected a language tag such as en or zh-Hans, got 'klingon1'",
        ),
        ({"introduction": {"en": "<b>"}}, "introduction.en", "expected plain text, got what looks like an HTML tag"),
        ({"id": "winter"}, "id", "Extra inputs are not permitted"),
        (
            {"schedule": {"timezone": "Mars/Base"}},
            "schedule.timezone",
            "expected the name of a time zone, such as Europe/Berlin, got 'Mars/Base'",
        ),
    ],
)
def test_an_exhibition_that_is_not_sound_is_refused(fields: dict[str, Any], place: str, sentence: str) -> None:
    assert refusal_of_exhibition(**fields) == (place, sentence)


NIGHT = {"id": "night", "name": "Night"}


@pytest.mark.parametrize(
    ("programmes", "place", "sentence"),
    [
        ([NIGHT, NIGHT], "", "expected each programme id once, got one twice"),
        ([{**NIGHT, "id": "Night!"}], "programmes.0.id", "expected 1 to 64 of a-z, 0-9, - and _, got 'Night!'"),
        ([{**NIGHT, "name": " "}], "programmes.0.name", "Value should have at least 1 item after validation, not 0"),
        (
            [{**NIGHT, "closed": ["../x"]}],
            "programmes.0.closed.0",
            "expected 1 to 64 of a-z, 0-9, - and _, got '../x'",
        ),
        (
            [{**NIGHT, "experiences": {"a/b": {"kind": "lens"}}}],
            "programmes.0.experiences.a/b.[key]",
            "expected 1 to 64 of a-z, 0-9, - and _, got 'a/b'",
        ),
    ],
)
def test_a_programme_that_is_not_sound_is_refused(programmes: Any, place: str, sentence: str) -> None:
    assert refusal_of_exhibition(programmes=programmes) == (place, sentence)


@pytest.mark.parametrize("name", ["", "Harbour", "a b", "-a", "_a", "a/b", "..", "hafen\n", "ä"])
def test_a_station_s_id_is_one(name: str) -> None:
    document = json.dumps({"id": name, "content": {"number": 1}})
    assert refusals(NumberedStation, document) == [("id", f"expected 1 to 64 of a-z, 0-9, - and _, got {name!r}")]


def test_an_endless_id_is_refused_by_its_length() -> None:
    document = json.dumps({"id": "a" * 65, "content": {"number": 1}})
    assert refusals(NumberedStation, document) == [("id", "String should have at most 64 characters")]


def test_an_edition_has_at_most_a_thousand_stations() -> None:
    stations = [{"id": f"s{number}", "content": {"number": number}} for number in range(1, 1002)]
    ((place, sentence),) = refusals(Edition, json.dumps({"exhibition": {}, "stations": stations}))
    assert place == "stations" and sentence.startswith("Tuple should have at most 1000 items")
