"""What an empty store begins with, and that a start which failed is tried again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exhibit.completeness import Rules
from exhibit.errors import ExhibitionError
from exhibit.exhibition import demo_file
from server.store.database import Database
from server.store.open import Store, store_of
from server.store.seed import seed

STYLES = {
    *("starry_night", "great_wave", "scream", "udnie", "composition_vii", "contrast_of_forms", "tableau"),
    *("san_giorgio", "wheat_field", "self_portrait", "night_cafe", "edtaonisl", "shipwreck", "three_tahitians"),
}


@pytest.fixture
def store(database: Database, tmp_path: Path) -> Store:
    return store_of(database, tmp_path / "pictures")


@pytest.fixture
def dreaming(database: Database, tmp_path: Path) -> Store:
    return store_of(database, tmp_path / "pictures", rules=Rules(dreams=True))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_file().parent, tmp_path / "exhibition")) / "exhibition.toml"


async def test_an_empty_store_shows_the_demo(store: Store) -> None:
    await seed(store, "", STYLES)
    assert await store.versions.shown() == {"demo": 1}
    await seed(store, "", STYLES)
    assert len(await store.versions.history("demo")) == 1


async def test_without_a_model_the_demo_is_shown_as_far_as_it_goes_and_a_named_file_is_refused(
    store: Store, file: Path
) -> None:
    with pytest.raises(ExhibitionError, match="station garden: This server has no model that makes pictures"):
        await seed(store, str(file), STYLES)
    await seed(store, "", STYLES)
    shown = await store.versions.edition("demo", 1)
    assert [station.id for station in shown.stations] == ["harbour", "valley", "still_life", "portrait", "street"]


async def test_a_start_that_failed_is_mended_by_the_next(dreaming: Store, file: Path) -> None:
    store = dreaming
    with pytest.raises(ExhibitionError, match="station harbour: The style scream is not on this server"):
        await seed(store, str(file), STYLES - {"scream"})
    assert await store.versions.shown() == {}
    await seed(store, str(file), STYLES)
    assert await store.versions.shown() == {"demo": 1}


async def test_what_a_curator_removed_does_not_come_back(store: Store) -> None:
    await seed(store, "", STYLES)
    await store.versions.withdraw("demo", "anna")
    await store.drafts.remove("demo", "anna")
    await seed(store, "", STYLES)
    assert await store.drafts.all() == []
