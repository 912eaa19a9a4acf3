"""The list of styles that visitors see."""

import json

import pytest

from models.errors import LibraryError
from models.style.library import SHIPPED, find_style, read_library
from models.style.model import SIZES
from models.style.table import StyleTable

STYLE = {
    "id": "dusk",
    "name": {"en": "Dusk"},
    "painter": "Nobody",
    "year": 1900,
    "painting": "Dusk",
    "licence": "Ours.",
}


def write_library(folder, entries, thumbnails=("dusk",)):
    (folder / "styles.json").write_text(json.dumps(entries), encoding="utf-8")
    (folder / "thumbnails").mkdir()
    for name in thumbnails:
        (folder / "thumbnails" / f"{name}.jpg").write_bytes(b"picture")
    return folder


def test_every_style_that_ships_is_named_in_three_languages_and_has_a_small_picture():
    styles = read_library()
    assert len(styles) >= 14
    assert len({style.painter for style in styles}) >= 8
    for style in styles:
        assert set(style.name) == {"en", "zh-Hans", "ar"}
        assert style.thumbnail.read_bytes().startswith(b"\xff\xd8")
        assert style.thumbnail.stat().st_size < 8_000


def test_a_style_is_found_by_its_id():
    assert find_style(read_library(), "starry_night").painter == "Vincent van Gogh"


def test_an_unknown_style_is_refused_with_those_there_are():
    with pytest.raises(LibraryError, match=r"expected a style of .*starry_night.*, got 'dadaist'"):
        find_style(read_library(), "dadaist")


def test_a_library_of_ones_own_is_read(tmp_path):
    (style,) = read_library(write_library(tmp_path, [STYLE]))
    assert (style.id, style.year, style.thumbnail) == ("dusk", 1900, tmp_path / "thumbnails" / "dusk.jpg")


def test_a_missing_list_is_named(tmp_path):
    with pytest.raises(LibraryError, match=r"found no .*styles\.json"):
        read_library(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", "{}", "3"])
def test_a_list_that_is_no_list_of_styles_is_refused(content, tmp_path):
    (tmp_path / "styles.json").write_text(content, encoding="utf-8")
    with pytest.raises(LibraryError, match=r"styles\.json"):
        read_library(tmp_path)


@pytest.mark.parametrize("key", list(STYLE))
def test_a_style_without_a_key_is_refused_by_the_name_of_the_key(key, tmp_path):
    entry = {name: value for name, value in STYLE.items() if name != key}
    with pytest.raises(LibraryError, match=f"a style lacks '{key}'"):
        read_library(write_library(tmp_path, [entry]))


@pytest.mark.parametrize(
    "change",
    [{"id": 7}, {"name": "Dusk"}, {"name": {"en": ""}}, {"year": "soon"}, {"painter": None}, {"name": {"ar": "غسق"}}],
)
def test_a_style_with_a_malformed_value_is_refused(change, tmp_path):
    with pytest.raises(LibraryError):
        read_library(write_library(tmp_path, [STYLE | change]))


def test_an_id_that_appears_twice_is_refused(tmp_path):
    with pytest.raises(LibraryError, match="expected every id once"):
        read_library(write_library(tmp_path, [STYLE, STYLE]))


def test_a_style_without_its_picture_is_refused(tmp_path):
    with pytest.raises(LibraryError, match=r"the style dusk lacks its picture dusk\.jpg"):
        read_library(write_library(tmp_path, [STYLE], thumbnails=()))


def test_the_folder_that_ships_holds_only_what_is_used():
    networks = {f"{size}.{form}" for size in SIZES for form in ("onnx", "fp16.onnx", "safetensors")}
    used = networks | {"perceptual.safetensors", "styles.json", "thumbnails"}
    assert {path.name for path in SHIPPED.iterdir()} == used


def test_all_that_ships_is_under_twelve_megabytes():
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) < 12_000_000


def test_both_sizes_of_the_network_paint_in_the_same_styles_in_the_same_order():
    tables = [StyleTable.load(onnx.with_suffix(".safetensors")) for onnx in SIZES.values()]
    assert {table.ids for table in tables} == {tuple(style.id for style in read_library())}
    assert len({table.network for table in tables}) == 2


def test_a_style_may_lack_a_year(tmp_path):
    (style,) = read_library(write_library(tmp_path, [STYLE | {"year": None}]))
    assert style.year is None
