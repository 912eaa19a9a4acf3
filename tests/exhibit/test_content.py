"""Documents of curators: what is sound comes out as it went in; what is not is refused, with place and sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from content_refusals import refusal_of_station, refusals
from editions import FILM, FULL, HARBOUR, SNOW, VALLEY, canvas, edition, lens, station
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from exhibit.content import (
    CanvasContent,
    DreamContent,
    Edition,
    ExhibitionContent,
    LensContent,
    ProgrammeContent,
    StationContent,
)
from exhibit.experience import Region

LONG = "x" * 5000


# -- what is sound -----------------------------------------------------------------------------------------------------


def test_an_edition_comes_back_as_it_was_written() -> None:
    whole = edition(
        FULL,
        station("valley", 2, canvas("scream", overlay=FILM), code={"distance_cm": 120, "admission": "rotating"}),
        station("words", 3, DreamContent(styles=("wave",), default={"wave": 1.0}, words=({"en": "A ship"},))),
        programmes=(ProgrammeContent(id="night", name="Night", experiences={"valley": lens("wave")}),),
    )
    assert Edition.model_validate_json(whole.model_dump_json()) == whole


def test_a_draft_may_be_empty_but_for_a_station_s_number() -> None:
    assert ExhibitionContent.model_validate_json("{}") == ExhibitionContent()
    begun = StationContent.model_validate_json('{"number": 7}')
    assert (begun.title, begun.artwork.picture, begun.experience, begun.open) == ({}, None, LensContent(), True)
    (lacking,) = refusals(StationContent, "{}")
    assert lacking == ("number", "Field required")


def test_numbers_may_be_written_whole_and_regions_by_name() -> None:
    document = '{"kind": "lens", "styles": ["wave"], "default": {"wave": 1}, "strength": 0, "region": "inside"}'
    assert LensContent.model_validate_json(document) == lens("wave", strength=0.0, region=Region.INSIDE)


def test_texts_are_kept_in_normal_form_without_space_around_them() -> None:
    title = {"en": " Cafe\u0301\r\nand bar,\tat last\n"}
    found = StationContent.model_validate_json(json.dumps({"number": 1, "title": title}))
    assert found.title == {"en": "Café\nand bar,\tat last"}


@pytest.mark.parametrize("text", ["5 < 6", "a <3 b", "1<2", "& &amp;", "\u202bعربي\u202c", "👩‍🎨", "x" * 4000])
def test_plain_text_is_plain_text(text: str) -> None:
    assert StationContent(number=1, title={"en": text}).title == {"en": text}


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_is_taken_is_taken_again_unchanged(text: str) -> None:
    try:
        taken = StationContent(number=1, title={"en": text})
    except ValidationError:
        return
    assert StationContent(number=1, title=taken.title) == taken


def test_an_edition_knows_every_picture_that_it_needs() -> None:
    night = ProgrammeContent(id="night", name="Night", experiences={"harbour": CanvasContent(overlay=FILM)})
    shown = edition(
        station("harbour", 1),
        station("valley", 2, CanvasContent(overlay=SNOW), artwork={"picture": VALLEY}),
        station("empty", 3, artwork={}),
        programmes=(night,),
    )
    assert shown.pictures() == {HARBOUR, VALLEY, SNOW, FILM}


# -- types and fields --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document", ["", "{", "nonsense", '{"number": 1}}', '{"title": {"en": "\\ud800"}, "number": 1}']
)
def test_what_is_no_json_is_none(document: str) -> None:
    ((place, sentence),) = refusals(StationContent, document)
    assert place == "" and sentence.startswith("Invalid JSON: ")


@pytest.mark.parametrize("document", ["[]", "1", '"text"', "null"])
def test_a_document_is_an_object(document: str) -> None:
    assert refusals(StationContent, document) == [("", "Input should be an object")]


WRONG_TYPES: Mapping[str, tuple[Any, str]] = {
    "number": ("1", "Input should be a valid integer"),
    "open": (1, "Input should be a valid boolean"),
    "title": ("Harbour", "Input should be an object"),
    "artwork": (HARBOUR, "Input should be an object"),
    "title.en": (None, "Input should be a valid string"),
    "title.ar": (["x"], "Input should be a valid string"),
    "artwork.picture": (7, "Input should be a valid string"),
    "accessibility.step_free": ("yes", "Input should be a valid boolean"),
    "accessibility.flicker": (0, "Input should be a valid boolean"),
    "code.distance_cm": (50.5, "Input should be a valid integer"),
}


@pytest.mark.parametrize("field", WRONG_TYPES)
def test_a_value_of_another_type_is_refused(field: str) -> None:
    value, sentence = WRONG_TYPES[field]
    first, _, second = field.partition(".")
    assert refusal_of_station(**{first: {second: value} if second else value}) == (field, sentence)


@pytest.mark.parametrize("number", [True, 1.5, None])
def test_a_station_s_number_is_a_whole_number(number: Any) -> None:
    assert refusal_of_station(number=number) == ("number", "Input should be a valid integer")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (0, "Input should be greater than or equal to 1"),
        (-1, "Input should be greater than or equal to 1"),
        (65536, "Input should be less than or equal to 65535"),
    ],
)
def test_a_station_s_number_fits_on_a_ticket(number: int, sentence: str) -> None:
    assert refusal_of_station(number=number) == ("number", sentence)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"titel": {}}, "titel"),
        ({"artwork": {"painter": "", "frame": "gold"}}, "artwork.frame"),
        ({"experience": {"kind": "lens", "overlay": FILM}}, "experience.lens.overlay"),
        ({"experience": {"kind": "canvas", "region": "all"}}, "experience.canvas.region"),
        ({"code": {"size": 3}}, "code.size"),
    ],
)
def test_a_field_that_nobody_knows_is_refused(fields: dict[str, Any], place: str) -> None:
    assert refusal_of_station(**fields) == (place, "Extra inputs are not permitted")


@pytest.mark.parametrize(
    ("code", "place", "sentence"),
    [
        ({"distance_cm": 9}, "distance_cm", "Input should be greater than or equal to 10"),
        ({"distance_cm": 1001}, "distance_cm", "Input should be less than or equal to 1000"),
        ({"admission": "everybody"}, "admission", "Input should be 'printed' or 'rotating'"),
    ],
)
def test_a_code_is_one_that_can_be_printed(code: Any, place: str, sentence: str) -> None:
    assert refusal_of_station(code=code) == (f"code.{place}", sentence)


# -- texts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["<b>bold</b>", "a <script>", "</p>", "<!-- x -->", "<?xml", "a<b", "<IMG src=x>"])
def test_html_in_a_text_is_refused(text: str) -> None:
    assert refusal_of_station(title={"en": text}) == (
        "title.en",
        "expected plain text, got what looks like an HTML tag",
    )


@pytest.mark.parametrize(
    ("text", "code"), [("a\0b", "0000"), ("\x1b[31m", "001B"), ("a\x85b", "0085"), ("a\rb", "000D")]
)
def test_control_characters_in_a_text_are_refused(text: str, code: str) -> None:
    assert refusal_of_station(label={"ar": text}) == (
        "label.ar",
        f"expected plain text, got the control character U+{code}",
    )


@pytest.mark.parametrize("field", ["title", "label", "description", "caption", "audio_description"])
def test_a_text_of_5000_characters_is_refused(field: str) -> None:
    assert refusal_of_station(**{field: {"en": LONG}}) == (
        f"{field}.en",
        "String should have at most 4000 characters",
    )


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"artwork": {"alt": {"en": "<b>"}}}, "artwork.alt.en"),
        ({"artwork": {"painter": "<b>"}}, "artwork.painter"),
        ({"artwork": {"year": "<b>"}}, "artwork.year"),
        ({"accessibility": {"notes": {"en": "<b>"}}}, "accessibility.notes.en"),
        ({"experience": {"kind": "dream", "words": [{"en": "<b>"}]}}, "experience.dream.words.0.en"),
    ],
)
def test_every_text_is_looked_at(fields: dict[str, Any], place: str) -> None:
    assert refusal_of_station(**fields) == (place, "expected plain text, got what looks like an HTML tag")


@pytest.mark.parametrize("tag", ["english", "e", "", "en_GB", "en-", "../en", "zh Hans"])
def test_texts_are_by_language_tags(tag: str) -> None:
    assert refusal_of_station(title={tag: "Harbour"}) == (
        f"title.{tag}.[key]",
        f"expected a language tag such as en or zh-Hans, got {tag!r}",
    )


def test_an_endless_language_tag_is_not_looked_at() -> None:
    _, sentence = refusal_of_station(title={"en" + "-abcde" * 1000: "Harbour"})
    assert sentence == "String should have at most 35 characters"


def test_a_text_has_at_most_twelve_languages() -> None:
    place, sentence = refusal_of_station(title={f"{letter}x": "Harbour" for letter in "abcdefghijklm"})
    assert place == "title" and sentence.startswith("Dictionary should have at most 12 items")


# -- all together ------------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_said_at_once() -> None:
    document = {"number": 0, "title": {"en": "<b>", "ar": "a\0"}, "frame": "gold"}
    places = [place for place, _ in refusals(StationContent, json.dumps(document))]
    assert places == ["number", "title.en", "title.ar", "frame"]


def test_what_was_written_is_not_repeated_in_the_log() -> None:
    with pytest.raises(ValidationError) as caught:
        StationContent.model_validate_json(json.dumps({"number": 1, "title": {"en": "secret" * 1000}}))
    assert "secret" not in str(caught.value)


def test_a_document_does_not_change() -> None:
    with pytest.raises(ValidationError):
        StationContent(number=1).number = 2
