"""Exhibitions: the demo is complete, and every mistake in a file gets its sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from exhibit.errors import ExhibitionError
from exhibit.exhibition import Exhibition, demo_file, load_exhibition
from exhibit.experience import Lens, Region
from exhibit.jpeg import jpeg_size
from models.style.library import read_library

EVERY_STYLE = {style.id for style in read_library()}
GOOD = """\
id = "winter"
languages = ["en", "zh-Hans"]
title = { en = "Winter", zh-Hans = "冬" }

[[station]]
id = "harbour"
number = 1
title = { en = "Harbour", zh-Hans = "港口" }
text = { en = "Boats.", zh-Hans = "船。" }
artwork = { picture = "harbour.jpg", alt = { en = "Boats at anchor.", zh-Hans = "停泊的船。" } }
lens = { styles = ["scream", "udnie"], default = { scream = 0.5, udnie = 0.5 }, strength = 0.8 }

[[station]]
id = "valley"
number = 9
open = false
title = { en = "Valley", zh-Hans = "山谷" }
text = { en = "Hills.", zh-Hans = "山。" }
artwork = { picture = "valley.png", alt = { en = "Hills.", zh-Hans = "山。" } }
lens = { styles = ["udnie"], default = { udnie = 1 } }
"""


@pytest.fixture(scope="module")
def demo() -> Exhibition:
    return load_exhibition(demo_file())


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Exhibition]:
    """Loads a file's text from a folder in which both pictures lie."""
    for name in ("harbour.jpg", "valley.png"):
        (tmp_path / name).touch()

    def load_text(text: str) -> Exhibition:
        path = tmp_path / "exhibition.toml"
        path.write_text(text, encoding="utf-8")
        return load_exhibition(path)

    return load_text


class TestDemo:
    def test_it_has_stations_one_to_six(self, demo: Exhibition) -> None:
        assert [station.number for station in demo.stations] == [1, 2, 3, 4, 5, 6]
        assert all(station.open for station in demo.stations)

    def test_it_is_complete_in_each_language(self, demo: Exhibition) -> None:
        assert demo.languages == ("en", "zh-Hans", "ar")
        of_stations = [(s.title, s.text, s.artwork.alt) for s in demo.stations]
        for texts in [demo.title, *(text for station in of_stations for text in station)]:
            assert tuple(texts.by_language) == demo.languages
            assert len(set(texts.by_language.values())) == len(demo.languages)

    def test_its_texts_are_written_in_their_own_scripts(self, demo: Exhibition) -> None:
        scripts = {"en": "LATIN", "zh-Hans": "CJK UNIFIED IDEOGRAPH", "ar": "ARABIC"}
        for station in demo.stations:
            for language, script in scripts.items():
                letters = [letter for letter in station.text.by_language[language] if letter.isalpha()]
                assert all(unicodedata.name(letter).startswith(script) for letter in letters), (station.id, language)

    def test_the_sizes_of_its_pictures_are_known(self, demo: Exhibition) -> None:
        sizes = {station.id: (station.artwork.width, station.artwork.height) for station in demo.stations}
        assert sizes == {station.id: jpeg_size(demo.picture(station).read_bytes()) for station in demo.stations}

    def test_its_pictures_are_all_that_it_shows(self, demo: Exhibition) -> None:
        assert demo.media() == {station.artwork.picture for station in demo.stations}

    def test_a_draft_of_it_has_tickets_of_its_own(self, demo: Exhibition) -> None:
        assert (demo.subject, replace(demo, draft=True).subject) == ("demo", "draft:demo")

    def test_its_first_station_offers_every_style(self, demo: Exhibition) -> None:
        first = demo.station_by_number(1)
        assert first is not None
        assert set(first.experience.styles) == EVERY_STYLE

    def test_its_stations_offer_several_styles_and_begin_differently(self, demo: Exhibition) -> None:
        lenses = [station.experience for station in demo.stations if station.experience.kind != "dream"]
        assert all(len(lens.styles) > 1 and set(lens.styles) <= EVERY_STYLE for lens in lenses)
        assert len({tuple(lens.default) for lens in lenses}) == len(lenses)
        assert any(len(lens.default) == 2 for lens in lenses)

    def test_it_shows_each_kind_of_experience(self, demo: Exhibition) -> None:
        by_id = {station.id: station.experience for station in demo.stations}
        assert (by_id["valley"].kind, by_id["garden"].kind) == ("canvas", "dream")
        assert {e.region for e in by_id.values() if isinstance(e, Lens)} == {Region.ALL, Region.OUTSIDE}

    def test_its_pictures_are_jpegs(self, demo: Exhibition) -> None:
        for station in demo.stations:
            assert jpeg_size(demo.picture(station).read_bytes()) is not None, station.id


class TestLoading:
    def test_a_file_says_what_is_published(self, load: Callable[[str], Exhibition], tmp_path: Path) -> None:
        exhibition = load(GOOD)
        harbour, valley = exhibition.stations
        assert (exhibition.id, exhibition.folder) == ("winter", tmp_path)
        assert exhibition.title.in_language("zh-CN", "en") == "冬"
        assert harbour.experience == Lens(("scream", "udnie"), {"scream": 0.5, "udnie": 0.5}, 0.8)
        assert valley.experience == Lens(("udnie",), {"udnie": 1.0}, 1.0)
        assert (harbour.open, valley.open) == (True, False)
        assert exhibition.picture(harbour) == tmp_path / "harbour.jpg"

    def test_stations_are_found_by_number_and_by_id(self, load: Callable[[str], Exhibition]) -> None:
        exhibition = load(GOOD)
        assert exhibition.station_by_number(9) is exhibition.station_by_id("valley") is exhibition.stations[1]
        assert exhibition.station_by_number(2) is None
        assert exhibition.station_by_id("winter") is None

    def test_a_visitor_gets_a_language_of_the_exhibition(self, load: Callable[[str], Exhibition]) -> None:
        exhibition = load(GOOD)
        assert [exhibition.language(tag) for tag in ("zh-SG", "en-GB", "ar", None)] == ["zh-Hans", "en", "en", "en"]


MISTAKES = [
    # what is wrong, what stands there, what is written instead, what the error must say
    ("no title", 'title = { en = "Winter", zh-Hans = "冬" }', "", "exhibition.toml: title is missing"),
    ("an unknown key", 'id = "winter"', 'id = "winter"\nidd = 1', "exhibition.toml: unknown key idd"),
    ("an id with a space", 'id = "winter"', 'id = "the winter"', "id must be 1 to 64 of a-z"),
    ("an id that is a number", 'id = "winter"', "id = 7", "id must be a text that is not empty, got 7"),
    ("no languages", 'languages = ["en", "zh-Hans"]', "languages = []", "languages must be a list of texts, got []"),
    ("a language that is none", '["en", "zh-Hans"]', '["en", "Chinese"]', "languages must be a list of language tags"),
    ("a language twice", '["en", "zh-Hans"]', '["en", "en"]', "languages must be a list without repetition"),
    ("no stations", GOOD[GOOD.index("[[station]]") :], "", "exhibition.toml: station is missing"),
    ("a station that is no table", GOOD[GOOD.index("[[station]]") :], "station = [1]", "station must be one or more"),
    ("a station without a number", "number = 9\n", "", "station 2 'valley': number is missing"),
    (
        "number 0",
        "number = 9",
        "number = 0",
        "station 2 'valley': number must be a whole number from 1 to 65535, got 0",
    ),
    ("a number too large", "number = 9", "number = 65536", "from 1 to 65535, got 65536"),
    ("a number that is true", "number = 9", "number = true", "from 1 to 65535, got True"),
    ("a number twice", "number = 9", "number = 1", "station 'valley': number 1 is already another station's"),
    ("an id twice", 'id = "valley"', 'id = "harbour"', "station 'harbour': id is already another station's"),
    ("a station without an id", 'id = "valley"\n', "", "exhibition.toml: station 2: id is missing"),
    ("open that is a text", "open = false", 'open = "no"', "station 2 'valley': open must be true or false, got 'no'"),
    ("an unknown key of a station", "open = false", "opn = false", "station 2 'valley': unknown key opn"),
    ("a missing language", ', zh-Hans = "山谷"', "", "station 2 'valley': title.zh-Hans is missing"),
    ("a language too many", ', zh-Hans = "山谷"', ', zh-Hans = "山谷", fr = "Vallée"', "unknown key title.fr"),
    ("an empty text", 'en = "Boats."', 'en = " "', "station 1 'harbour': text.en must be a text that is not empty"),
    ("a text for all", 'title = { en = "Harbour", zh-Hans = "港口" }', 'title = "Harbour"', "title must be a table"),
    (
        "no alternative text",
        ', alt = { en = "Boats at anchor.", zh-Hans = "停泊的船。" }',
        "",
        "artwork.alt is missing",
    ),
    ("an unknown key of an artwork", "picture = ", "photo = 1, picture = ", "'harbour': unknown key artwork.photo"),
    (
        "no lens",
        'lens = { styles = ["udnie"], default = { udnie = 1 } }',
        "",
        "station 2 'valley': lens, canvas or dream is missing",
    ),
    ("an unknown key of a lens", "strength = 0.8", "power = 0.8", "station 1 'harbour': unknown key lens.power"),
    ("no styles", 'styles = ["udnie"]', "styles = []", "station 2 'valley': lens.styles must be a list of texts"),
    ("a style twice", 'styles = ["udnie"]', 'styles = ["udnie", "udnie"]', "lens.styles must be a list without"),
    (
        "a style that is no id",
        'styles = ["udnie"]',
        'styles = ["udnie", "U D"]',
        "lens.styles must be a list of style ids",
    ),
    ("a style as a number", 'styles = ["udnie"]', "styles = [1]", "lens.styles must be a list of texts"),
    ("no default", ", default = { udnie = 1 }", "", "station 2 'valley': lens.default is missing"),
    ("an empty default", "default = { udnie = 1 }", "default = {}", "lens.default must be 1 to 4 styles"),
    ("a default of nothing", "default = { udnie = 1 }", "default = { udnie = 0 }", "with a sum above 0"),
    ("a default not offered", "default = { udnie = 1 }", "default = { scream = 1 }", "(udnie), got 'scream'"),
    (
        "a weight above 1",
        "default = { udnie = 1 }",
        "default = { udnie = 2 }",
        "lens.default.udnie must be a number from",
    ),
    ("a weight that is NaN", "default = { udnie = 1 }", "default = { udnie = nan }", "from 0 to 1, got nan"),
    ("a weight that is true", "default = { udnie = 1 }", "default = { udnie = true }", "from 0 to 1, got True"),
    (
        "a strength without end",
        "strength = 0.8",
        "strength = inf",
        "lens.strength must be a number from 0 to 1, got inf",
    ),
    ("a strength below 0", "strength = 0.8", "strength = -0.1", "lens.strength must be a number from 0 to 1, got -0.1"),
    ("no TOML", 'id = "winter"', "id = winter", "exhibition.toml: Invalid value"),
    ("a key twice", 'id = "winter"', 'id = "winter"\nid = "winter"', "Cannot overwrite a value"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), [pytest.param(*rest, id=what) for what, *rest in MISTAKES])
def test_a_mistake_is_named(load: Callable[[str], Exhibition], right: str, wrong: str, sentence: str) -> None:
    assert right in GOOD
    with pytest.raises(ExhibitionError) as caught:
        load(GOOD.replace(right, wrong))
    assert sentence in str(caught.value)


def test_a_picture_whose_header_says_no_size_has_none(load: Callable[[str], Exhibition]) -> None:
    artworks = [station.artwork for station in load(GOOD).stations]
    assert [(artwork.width, artwork.height) for artwork in artworks] == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    "picture",
    [
        "../harbour.jpg",
        "/etc/passwd",
        "pictures/harbour.jpg",
        "..\\\\harbour.jpg",
        ".hidden.jpg",
        "harbour.svg",
        "harbour.jpg.html",
        "harbour.jpg\\u0000.png",
        "C:harbour.jpg",
        "-harbour.jpg\\u2028",
    ],
)
def test_a_picture_is_a_plain_name(load: Callable[[str], Exhibition], picture: str) -> None:
    trick = GOOD.replace('picture = "harbour.jpg"', f'picture = "{picture}"')
    with pytest.raises(
        ExhibitionError, match=r"station 1 'harbour': artwork\.picture must be the name of a \.jpg or \.png"
    ):
        load(trick)


def test_a_picture_that_is_not_there_is_named(load: Callable[[str], Exhibition], tmp_path: Path) -> None:
    (tmp_path / "valley.png").unlink()
    with pytest.raises(ExhibitionError, match=r"station 'valley': artwork\.picture: there is no valley\.png beside"):
        load(GOOD)


def test_a_picture_that_is_a_folder_is_none(load: Callable[[str], Exhibition], tmp_path: Path) -> None:
    (tmp_path / "valley.png").unlink()
    (tmp_path / "valley.png").mkdir()
    with pytest.raises(ExhibitionError, match=r"there is no valley\.png beside"):
        load(GOOD)


def test_a_picture_may_not_link_out_of_the_folder(
    load: Callable[[str], Exhibition], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "signing.key"
    secret.touch()
    (tmp_path / "valley.png").unlink()
    (tmp_path / "valley.png").symlink_to(secret)
    with pytest.raises(ExhibitionError, match=r"valley\.png is a link out of the exhibition's folder"):
        load(GOOD)


def test_five_styles_are_too_many_for_a_default(load: Callable[[str], Exhibition]) -> None:
    five = [f"style{n}" for n in range(5)]
    default = ", ".join(f"{style} = 0.2" for style in five)
    lens = f"lens = {{ styles = {five}, default = {{ {default} }} }}"
    with pytest.raises(ExhibitionError, match=r"lens\.default must be 1 to 4 styles"):
        load(GOOD.replace('lens = { styles = ["udnie"], default = { udnie = 1 } }', lens))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExhibitionError, match=r"missing\.toml: No such file"):
        load_exhibition(tmp_path / "missing.toml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "exhibition.toml"
    path.write_bytes(b'id = "\xff"')
    with pytest.raises(ExhibitionError, match=r"exhibition\.toml: .*can't decode"):
        load_exhibition(path)


def test_a_file_of_many_levels_is_refused(load: Callable[[str], Exhibition]) -> None:
    with pytest.raises(ExhibitionError, match=r"exhibition\.toml"):
        load("id = " + "[" * 5000 + "]" * 5000)
