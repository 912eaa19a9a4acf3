"""A process that saves and publishes is killed: every version stays whole, nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from drafts_at_hand import hang_pictures
from editions import HARBOUR
from sqlalchemy import select, update

from exhibit.content import Edition
from exhibit.staging import Wings, stage
from server.bench import store_killed
from server.bench.form import BenchError
from server.bench.store_killed import kill_often
from server.bench.store_look import Faults, Told, look_after, look_at_everything, look_meanwhile
from server.bench.store_marked import NAME, STYLES, TornError, marked, marker_of, marker_on_show
from server.bench.store_victim import dated
from server.store.database import Database
from server.store.open import store_of
from server.store.tables import EXHIBITIONS, VERSIONS

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def kill(database_url: str, tmp_path: Path, times: int) -> None:
    found = await kill_often(database_url, tmp_path / "pictures", times, seed=times)
    assert (found.faults.torn, found.faults.lost) == ([], [])
    assert found.kills == times
    assert found.versions > times and found.acknowledged >= 4 * times and found.faults.reads > 5 * times


async def test_a_process_that_is_killed_while_it_publishes_leaves_whole_versions(
    database_url: str, tmp_path: Path
) -> None:
    await kill(database_url, tmp_path, 3)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_the_same_two_hundred_times(database_url: str, tmp_path: Path) -> None:
    await kill(database_url, tmp_path, 200)


@SQLITE
async def test_a_process_that_ends_by_itself_is_no_kill(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_killed.sys, "executable", "/bin/false")
    with pytest.raises(BenchError, match="ended by itself"):
        await kill_often(database_url, tmp_path / "pictures", 1, seed=1)


# -- what would be found, were it there -------------------------------------------------------------------------------


def test_an_edition_of_two_moments_is_recognised() -> None:
    old, new = marked(1, HARBOUR), marked(2, HARBOUR)
    assert (marker_of(old), marker_of(new)) == (1, 2)
    mixed = Edition(exhibition=old.exhibition, stations=(*old.stations[:5], *new.stations[5:]))
    with pytest.raises(TornError, match=r"got 172 of \['1', '2'\]"):
        marker_of(mixed)
    with pytest.raises(TornError, match="expected one marker 172 times, got 158"):
        marker_of(Edition(exhibition=old.exhibition, stations=old.stations[1:]))


def test_a_child_is_believed_line_by_line() -> None:
    told = Told()
    for line in ("saved 7", "station harbour 3 7", "publishing", "published 2 7", "go", "saved 8", "publishing"):
        told.hear(line)
    assert told == Told(saved=8, stations={}, published={2: 7}, publishing=True, changes=4)


@pytest.fixture(name="folder")
async def _folder(database: Database, tmp_path: Path) -> Path:
    """That of a store in which marker 1 is published and marker 2 saved."""
    await hang_pictures(database)
    store = store_of(database, tmp_path)
    await store.drafts.replace(NAME, marked(1, HARBOUR), "ada", "draft.replace")
    await store.versions.publish(NAME, STYLES, "ada")
    await store.drafts.replace(NAME, marked(2, HARBOUR), "ada", "draft.replace")
    return tmp_path


@SQLITE
async def test_a_sound_store_has_no_fault(database_url: str, database: Database, folder: Path) -> None:
    store = store_of(database, folder)
    station = (await store.drafts.stations(NAME))[0]
    kept = await store.drafts.save_station(NAME, station.id, dated(station.content, 2), station.revision, "ada")
    faults = Faults()
    await look_after(database_url, folder, Told(2, {kept.id: (kept.revision, "2")}, {1: 1}), faults)
    assert await look_at_everything(database_url, folder, faults) == 1
    assert (faults.torn, faults.lost) == ([], [])


@SQLITE
@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (Told(published={2: 2}), "version 2"),
        (Told(published={1: 5}), "version 1: expected 5, got 1"),
        (Told(saved=3), "the draft: expected 3, got 2"),
        (Told(stations={"station-1": (9, "2")}), "station station-1: expected revision 9, got 2"),
        (Told(stations={"station-1": (2, "1888")}), "station station-1: expected revision 2, got 2"),
    ],
)
async def test_what_was_acknowledged_and_is_not_there_is_found(
    database_url: str, folder: Path, told: Told, fault: str
) -> None:
    faults = Faults()
    await look_after(database_url, folder, told, faults)
    assert faults.lost[0] == fault
    assert faults.torn == []


@SQLITE
async def test_a_version_that_is_shown_no_more_is_found(database_url: str, database: Database, folder: Path) -> None:
    store = store_of(database, folder)
    await store.versions.publish(NAME, STYLES, "ada")
    await store.versions.roll_back(NAME, 1, "ada")
    faults = Faults()
    await look_after(database_url, folder, Told(published={2: 2}), faults)
    assert faults.lost == ["version 2 was acknowledged, version 1 is shown"]


def cut(content: str) -> str:
    return content[:-100]


def mix(content: str) -> str:
    return content.replace("#1#", "#2#", 40)


@SQLITE
@pytest.mark.parametrize(("change", "signed"), [(cut, False), (mix, False), (mix, True)])
async def test_a_torn_version_is_found_whether_its_digest_is_right_or_not(
    database_url: str, database: Database, folder: Path, change: Callable[[str], str], signed: bool
) -> None:
    async with database.write() as connection:
        torn = change((await connection.execute(select(VERSIONS.c.content))).scalar_one())
        digest = {"digest": hashlib.sha256(torn.encode()).hexdigest()} if signed else {}
        await connection.execute(update(VERSIONS).values(content=torn, **digest))
    faults = Faults()
    await look_after(database_url, folder, Told(), faults)
    await look_at_everything(database_url, folder, faults)
    reading = asyncio.create_task(look_meanwhile(database_url, folder, faults))
    while not any(fault.startswith("while it was written to") for fault in faults.torn):
        await asyncio.sleep(0.01)
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading
    assert faults.torn[0].startswith("what visitors see") and faults.torn[1].startswith("version 1")
    assert faults.lost == []


@SQLITE
async def test_nothing_on_show_is_torn(database_url: str, database: Database, folder: Path) -> None:
    async with database.write() as connection:
        await connection.execute(update(EXHIBITIONS).values(shown=None))
    faults = Faults()
    await look_after(database_url, folder, Told(), faults)
    assert faults.torn == ["what visitors see: nothing is on show"]


def test_what_visitors_see_carries_the_marker_too() -> None:
    edition = marked(7, HARBOUR)
    standing = edition.exhibition.schedule.at(datetime(2026, 11, 30, tzinfo=UTC))
    wings = Wings(Path(), {HARBOUR: (4, 3)}, STYLES)
    assert marker_on_show(stage(NAME, 1, edition, standing, wings)) == 7
