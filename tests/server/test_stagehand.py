"""The stagehand with a real store: what is published comes on show, in time, and a store that fails changes nothing."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from editions import STYLES, edition, lens, station

from exhibit.content import Edition, ProgrammeContent
from exhibit.exhibition import Exhibition
from exhibit.hours import Hours, Week
from exhibit.refusal import Refusal, Refused
from exhibit.schedule import Schedule, Slot
from exhibit.ticket import Keyring
from server import stagehand
from server.on_show import OnShow
from server.stagehand import PREVIEW_S, Stagehand
from server.store.database import connect, open_database, sqlite_url
from server.store.errors import NotThereError
from server.store.open import Store, store_of

MONDAY_NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
BY_DAY = Schedule(weekly=Week(mon=(Hours(opens="10:00", closes="18:00"),), tue=(Hours(opens="10:00", closes="18:00"),)))
SOON_S = 10.0  # within which something happens that is not timed here


class House:
    """A store with one picture, what is on show, and a clock that tests set."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.now = MONDAY_NOON
        self.styles = set(STYLES)
        self.store: Store = store_of(connect(sqlite_url(database)), folder, self.now_s)
        self.on_show = OnShow(Keyring({1: bytes(32)}, 1), self.now_s)
        self.told: list[str] = []
        self.on_show.on_change(lambda subject, exhibition: self.told.append(subject))
        self.stagehand = Stagehand(self.store, self.on_show, lambda: self.styles, self.now_s)
        self.picture = ""

    def now_s(self) -> float:
        return self.now.timestamp()

    async def keep_picture(self) -> None:
        _, encoded = cv2.imencode(".jpg", np.zeros((72, 96, 3), np.uint8))
        self.picture = (await self.store.pictures.keep(encoded.tobytes(), "wall.jpg", "ada")).name

    async def write(self, shown: Edition, exhibition: str = "winter") -> None:
        """Make the draft this, with the picture that is there."""
        stations = [s.model_dump() for s in shown.stations]
        for one in stations:
            one["content"]["artwork"]["picture"] = self.picture
        drawn = Edition.model_validate({"exhibition": shown.exhibition, "stations": tuple(stations)})
        await self.store.drafts.replace(exhibition, drawn, "ada", "draft.replace")

    async def publish(self, shown: Edition, exhibition: str = "winter", at: datetime | None = None) -> int:
        await self.write(shown, exhibition)
        when = at.timestamp() if at else None
        return (await self.store.versions.publish(exhibition, self.styles, "ada", at=when)).number

    async def look_at(self, now: datetime) -> Exhibition:
        self.now = now
        await self.stagehand.look()
        return self.winter

    @property
    def winter(self) -> Exhibition:
        shown = self.on_show.exhibition("winter")
        assert shown is not None
        return shown


@pytest.fixture(scope="module", name="tables")
def _tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row."""
    file = tmp_path_factory.mktemp("tables") / "tables.db"

    async def make() -> None:
        await (await open_database(sqlite_url(file))).close()

    asyncio.run(make())
    return file


@pytest.fixture(name="house")
async def _house(tables: Path, tmp_path: Path) -> AsyncIterator[House]:
    house = House(Path(shutil.copy(tables, tmp_path / "store.db")), tmp_path / "pictures")
    await house.keep_picture()
    yield house
    await house.store.close()


@asynccontextmanager
async def at_work(house: House) -> AsyncIterator[None]:
    """The stagehand runs, and has let the store go at the end: a store that is closed under it answers nobody."""
    task = asyncio.create_task(house.stagehand.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(name="running")
async def _running(house: House) -> AsyncIterator[House]:
    """The same, the stagehand at work."""
    async with at_work(house):
        yield house


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_S):
        while not true():
            await asyncio.sleep(0.005)


# -- publishing --------------------------------------------------------------------------------------------------------


async def test_what_is_published_is_on_show_at_the_next_look(house: House) -> None:
    await house.write(edition())
    await house.stagehand.look()
    assert house.on_show.exhibitions == []
    await house.publish(edition())
    await house.stagehand.look()
    assert (house.winter.version, [s.id for s in house.winter.stations]) == (1, ["harbour", "valley"])
    assert (house.winter.stations[0].artwork.width, house.winter.stations[0].artwork.height) == (96, 72)
    assert house.on_show.media == {house.picture}
    assert house.winter.picture(house.winter.stations[0]).is_file()


async def test_who_looks_again_tells_nobody_unless_something_changed(house: House) -> None:
    await house.publish(edition())
    for _ in range(3):
        await house.stagehand.look()
    assert house.told == ["winter"]
    assert await house.publish(edition(station("harbour", 1))) == 2
    await house.stagehand.look()
    assert (house.winter.version, house.told) == (2, ["winter", "winter"])


async def test_a_version_that_is_brought_back_is_shown_again(house: House) -> None:
    await house.publish(edition())
    await house.publish(edition(station("harbour", 1)))
    await house.stagehand.look()
    await house.store.versions.roll_back("winter", 1, "ada")
    await house.stagehand.look()
    assert (house.winter.version, len(house.winter.stations)) == (1, 2)


async def test_what_is_withdrawn_goes_off_show_and_the_others_stay(house: House) -> None:
    await house.publish(edition())
    await house.publish(edition(), "summer")
    await house.stagehand.look()
    await house.store.versions.withdraw("winter", "ada")
    await house.stagehand.look()
    assert [exhibition.id for exhibition in house.on_show.exhibitions] == ["summer"]
    await house.store.versions.roll_back("winter", 1, "ada")
    await house.stagehand.look()
    assert [exhibition.id for exhibition in house.on_show.exhibitions] == ["summer", "winter"]


async def test_a_version_that_waits_comes_up_when_the_clock_passes_its_time(house: House) -> None:
    await house.publish(edition())
    await house.publish(edition(station("harbour", 1)), at=MONDAY_NOON + timedelta(minutes=5))
    assert (await house.look_at(MONDAY_NOON)).version == 1
    assert (await house.look_at(MONDAY_NOON + timedelta(minutes=4, seconds=59))).version == 1
    assert (await house.look_at(MONDAY_NOON + timedelta(minutes=5))).version == 2


async def test_a_station_that_cannot_be_shown_is_left_out_and_said(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.publish(edition(station("harbour", 1), station("valley", 2, lens("udnie"))))
    house.styles.remove("udnie")
    with caplog.at_level(logging.ERROR):
        await house.stagehand.look()
    assert [s.id for s in house.winter.stations] == ["harbour"]
    assert "station valley is not shown: its picture or its styles are gone" in caplog.text


# -- the schedule ------------------------------------------------------------------------------------------------------


async def test_the_schedule_closes_and_opens_the_exhibition_in_time(house: House) -> None:
    await house.publish(edition(schedule=BY_DAY))
    assert [s.open for s in (await house.look_at(MONDAY_NOON)).stations] == [True, True]
    assert [s.open for s in (await house.look_at(MONDAY_NOON.replace(hour=17, minute=59))).stations] == [True, True]
    evening = await house.look_at(MONDAY_NOON.replace(hour=18))
    tuesday = MONDAY_NOON.replace(day=1, month=12, hour=10)
    assert [(s.open, s.opens_at) for s in evening.stations] == [(False, tuesday)] * 2
    assert [s.open for s in (await house.look_at(tuesday - timedelta(seconds=1))).stations] == [False, False]
    assert [s.open for s in (await house.look_at(tuesday)).stations] == [True, True]
    assert house.told == ["winter"] * 3


async def test_a_clock_that_is_set_back_brings_back_what_holds_then(house: House) -> None:
    await house.publish(edition(schedule=BY_DAY))
    assert [s.open for s in (await house.look_at(MONDAY_NOON.replace(hour=18))).stations] == [False, False]
    assert [s.open for s in (await house.look_at(MONDAY_NOON.replace(hour=17))).stations] == [True, True]


async def test_a_programme_runs_in_its_hours(house: House) -> None:
    night = ProgrammeContent(id="night", name="Night", closed=("valley",), experiences={"harbour": lens("udnie")})
    slot = Slot(days=("mon",), hours=Hours(opens="18:00", closes="21:00"), programme="night")
    schedule = BY_DAY.model_copy(update={"slots": (slot,)})
    await house.publish(edition(schedule=schedule, programmes=(night,)))
    by_hour = {}
    for hour in (12, 18, 21):
        harbour, valley = (await house.look_at(MONDAY_NOON.replace(hour=hour))).stations
        by_hour[hour] = harbour.open, harbour.experience.styles, valley.open
    assert by_hour == {
        12: (True, ("wave", "scream"), True),
        18: (True, ("udnie",), False),
        21: (False, ("wave", "scream"), False),
    }


async def test_between_two_changes_a_version_is_not_read_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.publish(edition(schedule=BY_DAY))
    await house.stagehand.look()

    async def unexpected(*_: object) -> Edition:
        raise AssertionError("nobody has to read it")

    monkeypatch.setattr(house.store.versions, "edition", unexpected)
    for hour in (13, 18, 19):
        await house.look_at(MONDAY_NOON.replace(hour=hour))
    assert not house.winter.stations[0].open


# -- the task ----------------------------------------------------------------------------------------------------------


async def test_a_nudge_brings_a_publication_on_show_at_once(monkeypatch: pytest.MonkeyPatch, running: House) -> None:
    monkeypatch.setattr(stagehand, "LOOK_S", 3600.0)
    await running.publish(edition())
    running.stagehand.nudge()
    await until(lambda: bool(running.on_show.exhibitions))


async def test_what_another_machine_published_is_found_without_a_nudge(
    monkeypatch: pytest.MonkeyPatch, running: House
) -> None:
    monkeypatch.setattr(stagehand, "LOOK_S", 0.01)
    await running.publish(edition())
    await until(lambda: bool(running.on_show.exhibitions))


async def test_a_nudge_while_the_store_is_looked_at_is_not_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stagehand, "LOOK_S", 3600.0)
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            house.stagehand.nudge()  # what it speaks of may have come too late for this look

    monkeypatch.setattr(house.stagehand, "look", look)
    async with at_work(house):
        await until(lambda: looks == 2)


async def test_while_the_store_fails_visitors_keep_what_they_have_and_it_is_said_once(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stagehand, "LOOK_S", 0.001)
    await house.publish(edition())
    await house.stagehand.look()
    before, failures = house.winter, 0

    async def fail() -> dict[str, int]:
        nonlocal failures
        failures += 1
        raise OSError("the disk is gone")

    async with at_work(house):
        with monkeypatch.context() as broken:
            broken.setattr(house.store.versions, "shown", fail)
            await until(lambda: failures > 3)
        assert house.winter is before and house.told == ["winter"]
        assert caplog.text.count("the store cannot be read; visitors go on with what they have") == 1
        assert "the disk is gone" in caplog.text
        await house.publish(edition(station("harbour", 1)))
        await until(lambda: house.winter.version == 2)
        monkeypatch.setattr(house.store.versions, "shown", fail)
        await until(lambda: failures > 6)
        assert caplog.text.count("the store cannot be read") == 2, "another fault is said, too"


async def test_what_could_not_be_read_to_its_end_is_read_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> dict[str, tuple[int, int]]:
        raise OSError("the disk is gone")

    await house.publish(edition())
    with monkeypatch.context() as broken:
        broken.setattr(house.store.pictures, "sizes", fail)
        with pytest.raises(OSError, match="the disk is gone"):
            await house.stagehand.look()
    assert house.on_show.exhibitions == []
    await house.stagehand.look()
    assert house.winter.version == 1


# -- previews ----------------------------------------------------------------------------------------------------------


def preview_of(house: House) -> Exhibition:
    """The draft, as its own ticket opens it."""
    return house.on_show.place(house.on_show.keyring.sign("draft:winter", 1)).exhibition


async def test_a_preview_shows_the_draft_to_its_own_tickets_only(house: House) -> None:
    await house.write(edition(station("harbour", 1, open=False)))
    draft, ends_at = await house.stagehand.preview("winter")
    assert ends_at == int(house.now_s() + PREVIEW_S)
    assert draft.draft and [s.open for s in draft.stations] == [True]
    assert house.on_show.place(house.stagehand.sign(draft, draft.stations[0], ends_at)).exhibition == draft
    assert house.on_show.exhibitions == []
    with pytest.raises(Refused) as caught:
        house.on_show.place(house.on_show.keyring.sign("winter", 1))
    assert caught.value.refusal is Refusal.TICKET_FOREIGN


async def test_a_preview_beside_what_is_on_show_changes_nothing_of_it(house: House) -> None:
    await house.publish(edition())
    await house.stagehand.look()
    before = house.winter
    await house.write(edition(station("harbour", 1, lens("udnie"))))
    await house.stagehand.preview("winter")
    await house.stagehand.look()
    assert house.winter is before
    assert preview_of(house).stations[0].experience.styles == ("udnie",)


async def test_a_preview_follows_changes_of_the_draft_and_only_those(house: House) -> None:
    await house.write(edition())
    await house.stagehand.preview("winter")
    await house.stagehand.look()
    assert house.told == ["draft:winter"]
    house.now += timedelta(seconds=1)
    await house.write(edition(station("harbour", 1, lens("udnie"))))
    await house.stagehand.look()
    assert preview_of(house).stations[0].experience.styles == ("udnie",)
    assert house.told == ["draft:winter"] * 2


async def test_a_preview_ends_with_its_tickets_unless_it_is_asked_for_again(house: House) -> None:
    await house.write(edition())
    await house.stagehand.preview("winter")
    house.now += timedelta(seconds=PREVIEW_S - 1)
    await house.stagehand.preview("winter")
    house.now += timedelta(seconds=PREVIEW_S - 1)
    await house.stagehand.look()
    assert preview_of(house).draft
    house.now += timedelta(seconds=1)
    await house.stagehand.look()
    with pytest.raises(Refused):
        preview_of(house)


async def test_a_draft_that_is_removed_takes_its_preview_along(house: House) -> None:
    await house.write(edition())
    await house.stagehand.preview("winter")
    await house.store.drafts.remove("winter", "ada")
    await house.stagehand.look()
    with pytest.raises(Refused):
        preview_of(house)


async def test_there_is_no_preview_of_what_is_not_there(house: House) -> None:
    with pytest.raises(NotThereError):
        await house.stagehand.preview("winter")
    await house.write(edition())
    await house.stagehand.preview("winter")
    await house.store.drafts.remove("winter", "ada")
    with pytest.raises(NotThereError):
        await house.stagehand.preview("winter")
    with pytest.raises(Refused):
        preview_of(house)
    await house.stagehand.look()
