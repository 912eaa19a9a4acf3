"""Curators' files: what they are is told by their first bytes, and they are not too large for a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from exhibit.errors import ExhibitionError
from exhibit.exhibition import load_exhibition
from exhibit.media import MAX_BYTES, fault_of_media, media_kind

STARTS = {
    "a.jpg": b"\xff\xd8\xff\xe0" + bytes(20),
    "a.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "a.webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "a.mp4": b"\x00\x00\x00\x20ftypisom" + bytes(20),
    "a.webm": b"\x1a\x45\xdf\xa3" + bytes(20),
}
EXHIBITION = """\
id = "winter"
languages = ["en"]
title = { en = "Winter" }

[[station]]
id = "harbour"
number = 1
title = { en = "Harbour" }
text = { en = "Boats." }
artwork = { picture = "harbour.jpg", alt = { en = "Boats at anchor." } }
canvas = { overlay = "snow.mp4" }
"""


def exhibition_in(folder: Path) -> Path:
    (folder / "harbour.jpg").touch()
    path = folder / "exhibition.toml"
    path.write_text(EXHIBITION, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", STARTS)
def test_a_file_that_begins_as_its_name_says_is_taken(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(STARTS[name])
    assert fault_of_media(tmp_path / name) is None
    assert media_kind(name) == ("clip" if name in {"a.mp4", "a.webm"} else "picture")


@pytest.mark.parametrize("name", STARTS)
def test_a_file_that_begins_otherwise_is_not(tmp_path: Path, name: str) -> None:
    for content in (b"", b"<html>", *(start for other, start in STARTS.items() if other != name)):
        (tmp_path / name).write_bytes(content)
        assert fault_of_media(tmp_path / name) == f"does not begin as a {Path(name).suffix} file does"


def test_a_file_too_large_for_phones_is_not_taken(tmp_path: Path) -> None:
    clip = tmp_path / "a.mp4"
    clip.write_bytes(STARTS["a.mp4"])
    with clip.open("r+b") as file:
        file.truncate(MAX_BYTES + (1 << 20))
    assert fault_of_media(clip) == "is larger than 32 MiB (33.0)"


def test_an_exhibition_knows_where_its_overlay_is(tmp_path: Path) -> None:
    path = exhibition_in(tmp_path)
    (tmp_path / "snow.mp4").write_bytes(STARTS["a.mp4"])
    exhibition = load_exhibition(path)
    assert exhibition.overlay(exhibition.stations[0]) == tmp_path / "snow.mp4"


def test_an_overlay_that_is_not_there_or_is_none_stops_the_loading(tmp_path: Path) -> None:
    path = exhibition_in(tmp_path)
    with pytest.raises(ExhibitionError, match=r"'harbour': canvas\.overlay: there is no snow\.mp4 beside the file"):
        load_exhibition(path)
    (tmp_path / "snow.mp4").write_bytes(b"<html>")
    with pytest.raises(ExhibitionError, match=r"canvas\.overlay: snow\.mp4 does not begin as a \.mp4 file does"):
        load_exhibition(path)


def test_an_overlay_may_not_link_out_of_the_folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = exhibition_in(tmp_path)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "snow.mp4"
    elsewhere.write_bytes(STARTS["a.mp4"])
    (tmp_path / "snow.mp4").symlink_to(elsewhere)
    with pytest.raises(ExhibitionError, match=r"snow\.mp4 is a link out of the exhibition's folder"):
        load_exhibition(path)
