"""Experiences as a file says them: a lens on a part of the view, a canvas, and every way to say one wrongly."""

from __future__ import annotations

from typing import Any

import pytest

from exhibit.dream import Source, WordsMode
from exhibit.errors import ExhibitionError
from exhibit.experience import Canvas, Dream, Experience, Lens, Region, read_experience
from exhibit.table import Table
from exhibit.texts import Texts

OFFER: dict[str, Any] = {"styles": ["scream", "udnie"], "default": {"scream": 1}, "strength": 0.5}


def read(**station: Any) -> Experience:
    return read_experience(Table(station, "winter.toml: station 2 'valley'"))


def test_a_lens_repaints_everything_unless_it_says_where() -> None:
    assert read(lens=OFFER) == Lens(("scream", "udnie"), {"scream": 1.0}, 0.5)
    assert read(lens=OFFER | {"region": "outside"}) == Lens(("scream", "udnie"), {"scream": 1.0}, 0.5, Region.OUTSIDE)


def test_a_canvas_repaints_the_artwork_or_shows_a_file() -> None:
    assert read(canvas=OFFER) == Canvas(("scream", "udnie"), {"scream": 1.0}, 0.5)
    assert read(canvas={"overlay": "Snow_2.webm"}) == Canvas((), {}, 1.0, "Snow_2.webm")


def test_only_what_belongs_to_the_artwork_has_to_know_where_it_is() -> None:
    regions = {region: read(lens=OFFER | {"region": region.value}).tracked for region in Region}
    assert regions == {Region.ALL: False, Region.INSIDE: True, Region.OUTSIDE: True}
    assert read(canvas=OFFER).tracked


def test_a_dream_offers_words_by_language_and_needs_no_style() -> None:
    dream = read(dream={"words": [{"en": "blue", "ar": "أزرق"}, {"en": "storm"}], "from_camera": True})
    assert dream == Dream((Texts({"en": "blue", "ar": "أزرق"}), Texts({"en": "storm"})), from_camera=True)
    assert dream.tracked
    assert isinstance(dream, Dream)
    assert dream.sources == (Source.WORDS, Source.CAMERA, Source.PICTURE)


def test_a_dream_for_sentences_needs_no_words_and_may_offer_styles() -> None:
    dream = read(dream=OFFER | {"mode": "free", "wall": True})
    assert dream == Dream((), WordsMode.FREE, ("scream", "udnie"), {"scream": 1.0}, 0.5, wall=True)


@pytest.mark.parametrize(
    ("station", "sentence"),
    [
        ({}, "station 2 'valley': lens, canvas or dream is missing"),
        ({"lens": OFFER, "canvas": OFFER}, "station 2 'valley': lens and canvas cannot both be there"),
        ({"lens": OFFER | {"region": "left"}}, "lens.region must be one of all, inside, outside, got 'left'"),
        ({"lens": OFFER | {"region": ["all"]}}, "lens.region must be one of all, inside, outside, got ['all']"),
        ({"lens": OFFER | {"overlay": "a.jpg"}}, "unknown key lens.overlay"),
        ({"canvas": OFFER | {"region": "inside"}}, "unknown key canvas.region"),
        ({"canvas": {}}, "canvas.styles is missing"),
        ({"canvas": [1]}, "canvas must be a table, got [1]"),
        ({"canvas": OFFER | {"default": {"wave": 1}}}, "canvas.default must be a mix of the styles offered"),
        ({"canvas": OFFER | {"overlay": "a.jpg"}}, "canvas.styles has no meaning beside canvas.overlay"),
        ({"canvas": {"overlay": "a.jpg", "strength": 1}}, "canvas.strength has no meaning beside canvas.overlay"),
        ({"dream": {}}, "dream.words is missing"),
        ({"dream": {"words": [{}]}}, "dream.words must be a list of tables, each of language to word, got {}"),
        ({"dream": {"words": [{"english": "blue"}]}}, "dream.words must be a list of tables"),
        ({"dream": {"words": [{"en": 5}]}}, "dream.words must be a list of tables"),
        ({"dream": {"words": [{"en": "a"}] * 65}}, "dream.words must be at most 64 words, got 65"),
        ({"dream": {"mode": "wild"}}, "dream.mode must be one of chosen, free, approved, got 'wild'"),
        ({"canvas": {"overlay": 7}}, "canvas.overlay must be a text that is not empty, got 7"),
    ],
)
def test_a_mistake_is_named(station: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ExhibitionError) as caught:
        read(**station)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("name", ["../a.jpg", "/etc/a.mp4", "a/b.png", ".a.webp", "a.mov", "a.svg", "a.jpg.html", "a"])
def test_an_overlay_is_a_plain_name(name: str) -> None:
    with pytest.raises(ExhibitionError, match=r"canvas\.overlay must be the name of a \.jpg"):
        read(canvas={"overlay": name})
