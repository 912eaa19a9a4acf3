"""Sessions over a restart: one hall's notes are another hall's sessions, for as long as a phone may come back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from hall_house import CANVAS, EXHIBITION, STATION, House, frame

from exhibit.exhibition import Exhibition
from exhibit.protocol import Set
from exhibit.session import State
from server import revival as module
from server.config import RoomConfig
from server.link import Link
from server.revival import Revival


class Restart:
    """A house, and the one that is opened in its place, with a wall clock that a test may step."""

    def __init__(self, folder: Path, room: RoomConfig | None = None) -> None:
        self.file, self._room = folder / "sessions.json", room
        self.wall_s = 1_800_000_000.0
        self.house = House(room=room)

    def revival(self, shown: Callable[[str], Exhibition | None] | None = None) -> Revival:
        shown = shown or {EXHIBITION.subject: EXHIBITION}.get
        return Revival(self.file, self.house.hall, shown, lambda: self.wall_s)

    async def again(self, after_s: float = 1.0, shown: Callable[[str], Exhibition | None] | None = None) -> int:
        """Close the house and open it anew; returns how many sessions came back."""
        await self.revival().end()
        self.house, self.wall_s = House(room=self._room), self.wall_s + after_s
        return self.revival(shown).begin()


async def test_a_session_comes_back_with_its_number_its_slot_and_what_was_chosen(tmp_path: Path) -> None:
    restart = Restart(tmp_path, RoomConfig(max_live=1))
    visitor, _ = restart.house.enter()
    restart.house.hall.choose(visitor, Set(1, {"scream": 1.0}, 0.3))
    assert await restart.again() == 1
    assert (restart.house.hall.live, restart.house.hall.register.away) == (1, 1)
    back, phone = restart.house.enter(resume=visitor.session.token)
    assert phone.told[0]["resumed"] is True and phone.told[0]["session"] == visitor.session.number
    assert phone.told[0]["resume"] == visitor.session.token
    assert (phone.told[0]["settings"]["style"], phone.told[0]["settings"]["strength"]) == ({"scream": 1.0}, 0.3)
    restart.house.hall.take(back, frame(1))
    restart.house.answer()
    assert len(phone.shown) == 1


async def test_who_waited_waits_in_the_same_order(tmp_path: Path) -> None:
    restart = Restart(tmp_path, RoomConfig(max_live=1))
    tokens = [restart.house.enter()[0].session.token for _ in range(4)]
    assert await restart.again() == 4
    places = [restart.house.enter(resume=token)[1].told[-1].get("place", 0) for token in tokens]
    assert places == [0, 1, 2, 3]


async def test_a_slot_is_kept_before_any_engine_is_ready_and_free_again_when_nobody_comes(tmp_path: Path) -> None:
    restart = Restart(tmp_path)
    visitor, link = restart.house.enter()
    restart.house.now_ms = 20_000
    restart.house.hall.lose(visitor, cast(Link, link))
    restart.house.now_ms = 30_000  # away for ten seconds by now
    await restart.again(after_s=5.0)
    assert restart.house.hall.live == 1
    restart.house.now_ms = 14_900
    restart.house.hall.tick()
    assert restart.house.hall.live == 1
    restart.house.now_ms = 15_100
    restart.house.hall.tick()
    assert restart.house.hall.live == 0


async def test_who_was_away_for_too_long_does_not_come_back(tmp_path: Path) -> None:
    restart = Restart(tmp_path)
    visitor, _ = restart.house.enter()
    assert await restart.again(after_s=31.0) == 0
    _, phone = restart.house.enter(resume=visitor.session.token)
    assert phone.told[0]["resumed"] is False


@pytest.mark.parametrize("step_s, back", [(-3600.0, 1), (3600.0, 0)], ids=["set back", "set forward"])
async def test_a_clock_that_is_stepped_by_an_hour_meanwhile_stops_no_start(
    tmp_path: Path, step_s: float, back: int
) -> None:
    restart = Restart(tmp_path)
    restart.house.enter()
    assert await restart.again(after_s=step_s) == back
    _, phone = restart.house.enter()
    assert phone.states == ["live"]


async def test_numbers_go_on_above_the_old_ones(tmp_path: Path) -> None:
    restart = Restart(tmp_path)
    for _ in range(3):
        visitor, link = restart.house.enter()
        restart.house.hall.leave(visitor, cast(Link, link))
    assert await restart.again() == 0
    assert restart.house.enter()[0].session.number == 4


async def test_a_session_whose_station_is_gone_closed_or_another_one_is_let_go(tmp_path: Path) -> None:
    others = [s for s in EXHIBITION.stations if s is not STATION]
    changed = (
        None,
        replace(EXHIBITION, stations=tuple(others)),
        replace(EXHIBITION, stations=(replace(STATION, open=False), *others)),
        replace(EXHIBITION, stations=(replace(STATION, number=99), *others)),
    )
    for exhibition in changed:
        restart = Restart(tmp_path)
        restart.house.enter()
        assert await restart.again(shown=lambda _, now=exhibition: now) == 0  # type: ignore[misc]
        assert restart.house.hall.live == 0


async def test_a_choice_that_is_not_offered_any_more_gives_way_to_the_stations_own(tmp_path: Path) -> None:
    restart = Restart(tmp_path)
    visitor, _ = restart.house.enter()
    restart.house.hall.choose(visitor, Set(1, {"scream": 1.0}, 0.3))
    fewer = replace(STATION.experience, styles=tuple(s for s in STATION.experience.styles if s != "scream"))
    version = replace(EXHIBITION, stations=(replace(STATION, experience=fewer),))
    assert await restart.again(shown=lambda _: version) == 1
    (back,) = restart.house.hall.register
    assert (dict(back.session.mix.weights), back.session.chosen) == (dict(STATION.experience.default), False)


async def test_a_canvas_has_its_texture_painted_anew(tmp_path: Path) -> None:
    restart = Restart(tmp_path)
    visitor, _ = restart.house.enter(station=CANVAS.number)
    await restart.again()
    restart.house.enter(resume=visitor.session.token, station=CANVAS.number)
    (row,) = restart.house.submitted[0][1]["rows"]
    assert row["texture"] == CANVAS.artwork.picture


async def test_a_token_of_before_opens_only_its_own_station(tmp_path: Path) -> None:
    restart = Restart(tmp_path)
    visitor, _ = restart.house.enter()
    await restart.again()
    other, _ = restart.house.enter(resume=visitor.session.token, station=CANVAS.number)
    assert other.session.number != visitor.session.number
    (waits,) = [v for v in restart.house.hall.register if v.session.number == visitor.session.number]
    assert waits.session.state is State.LIVE_AWAY


async def test_the_file_is_its_owners_alone_and_holds_no_token(tmp_path: Path) -> None:
    restart = Restart(tmp_path)
    visitor, _ = restart.house.enter()
    await restart.revival().end()
    assert restart.file.stat().st_mode & 0o777 == 0o600
    assert visitor.session.token.encode() not in restart.file.read_bytes()


async def test_notes_are_taken_while_somebody_is_in_so_that_a_kill_loses_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.01)
    restart = Restart(tmp_path)
    taking = asyncio.create_task(restart.revival().run())
    await asyncio.sleep(0.1)
    assert not restart.file.exists()  # nobody was ever in
    visitor, link = restart.house.enter()
    await until(lambda: visitor.digest in text_of(restart.file))
    restart.wall_s += 60.0  # connected all the time
    await until(lambda: str(restart.wall_s) in text_of(restart.file))
    restart.house.hall.leave(visitor, cast(Link, link))
    await until(lambda: visitor.digest not in text_of(restart.file))
    before = restart.file.stat().st_mtime_ns
    await asyncio.sleep(0.1)
    assert restart.file.stat().st_mtime_ns == before  # nobody is in: nothing is written
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)


def text_of(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("content", [b"", b"{", b"\x00" * 50, b'{"format": "of somebody else"}', b" " * (9 << 20)])
async def test_a_file_that_cannot_be_read_is_ignored_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    restart = Restart(tmp_path)
    restart.file.write_bytes(content)
    assert restart.revival().begin() == 0
    assert "no session is taken up again" in caplog.text and str(restart.file) in caplog.text


async def test_a_disk_that_is_full_is_said_once_and_again_after_it_went_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    restart = Restart(tmp_path)
    restart.house.enter()
    revival = restart.revival()
    draft = tmp_path / ".sessions.json.draft"
    draft.mkdir()  # nothing can be written there now
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            await revival.end()
        assert caplog.text.count("would not survive") == 1
        draft.rmdir()
        await revival.end()
        draft.mkdir()
        await revival.end()
    assert caplog.text.count("would not survive") == 2 and restart.file.exists()
