"""Exhibitions that were written as TOML files, taken into the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from pictures_at_hand import glassy, jpeg, saved

from exhibit.content import CanvasContent, LensContent
from exhibit.errors import ExhibitionError
from exhibit.exhibition import demo_file, load_exhibition
from exhibit.experience import Region
from server.store.database import Database
from server.store.errors import TakenError
from server.store.open import Store, store_of
from server.store.toml_import import import_exhibition_file, import_file

EXHIBITION = """\
id = "winter"
languages = ["en"]
title = { en = "Winter" }

[[station]]
id = "harbour"
number = 7
title = { en = "Harbour" }
text = { en = "Boats." }
artwork = { picture = "harbour.jpg", alt = { en = "Boats at anchor." } }
canvas = { overlay = "snow.png" }
open = false
"""


@pytest.fixture
def store(database: Database, tmp_path: Path) -> Store:
    return store_of(database, tmp_path / "pictures", lambda: 1_800_000_000.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "harbour.jpg").write_bytes(jpeg())
    (tmp_path / "snow.png").write_bytes(saved(glassy(), "PNG"))
    path = tmp_path / "exhibition.toml"
    path.write_text(EXHIBITION, encoding="utf-8")
    return path


def rewrite(file: Path, old: str, new: str) -> None:
    file.write_text(EXHIBITION.replace(old, new) if old else EXHIBITION, encoding="utf-8")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_demo_is_taken_with_its_pictures_as_they_are(store: Store) -> None:
    demo = load_exhibition(demo_file())
    assert await import_exhibition_file(store, demo, "system") == "demo"
    edition = await store.drafts.edition("demo")
    assert edition.exhibition.title == demo.title.by_language
    assert edition.exhibition.languages == demo.languages
    assert [s.id for s in edition.stations] == [s.id for s in demo.stations]
    for station, written in zip(edition.stations, demo.stations, strict=True):
        content = station.content
        assert (content.number, content.open) == (written.number, written.open)
        assert (content.title, content.label) == (written.title.by_language, written.text.by_language)
        assert content.artwork.alt == written.artwork.alt.by_language
        assert content.artwork.picture is not None
        assert store.pictures.path(content.artwork.picture).read_bytes() == demo.picture(written).read_bytes()
        assert content.experience.kind == written.experience.kind
        assert content.experience.styles == written.experience.styles
        assert (content.experience.default, content.experience.strength) == (
            written.experience.default,
            written.experience.strength,
        )
    street = edition.stations[4].content.experience
    assert isinstance(street, LensContent)
    assert street.region is Region.OUTSIDE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_overlay_and_a_closed_station_stay_so(store: Store, file: Path) -> None:
    assert await import_file(store, file, "anna", exhibition="spring") == "spring"
    (station,) = (await store.drafts.edition("spring")).stations
    assert not station.content.open
    assert isinstance(station.content.experience, CanvasContent)
    overlay = station.content.experience.overlay
    assert overlay is not None
    assert (await store.pictures.get(overlay)).title == "snow.png"


async def test_an_exhibition_that_is_there_is_replaced_only_when_asked(store: Store, file: Path) -> None:
    await import_file(store, file, "anna")
    with pytest.raises(TakenError, match="there is an exhibition winter already"):
        await import_file(store, file, "anna")
    await import_file(store, file, "anna", replace=True)
    assert (await store.drafts.read("winter")).revision == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_a_document_cannot_say_is_refused_with_its_place(store: Store, file: Path) -> None:
    rewrite(file, "Boats.", "<b>Boats</b>")
    with pytest.raises(ExhibitionError, match=r"station 'harbour': label\.en: expected plain text"):
        await import_file(store, file, "anna")
    rewrite(file, "Winter", 5000 * "a")
    with pytest.raises(ExhibitionError, match=r"winter: title\.en: String should have at most 4000"):
        await import_file(store, file, "anna")
    rewrite(file, "", "")
    (file.parent / "harbour.jpg").write_bytes(jpeg()[:500])
    with pytest.raises(ExhibitionError, match=r"harbour\.jpg: expected a whole picture"):
        await import_file(store, file, "anna")
    assert await store.drafts.all() == []
