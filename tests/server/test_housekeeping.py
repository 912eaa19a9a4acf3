"""The house is kept: everything once a day, what visitors kept once an hour, and again soon where that failed."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from server import housekeeping
from server.housekeeping import A_DAY_S, AGAIN_S, AN_HOUR_S, keep_house


class Rooms:
    """A store that notes what was tidied up."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.broken = ""
        self.pictures = SimpleNamespace(collect=lambda: self._do("pictures", []))
        self.accounts = SimpleNamespace(sweep=lambda: self._do("accounts", 0))
        self.kept = SimpleNamespace(sweep=lambda: self._do("kept", 2))
        self.chronicle = SimpleNamespace(sweep=lambda: self._do("days", 5))

    async def _do(self, what: str, found: Any) -> Any:
        if what == self.broken:
            raise OSError("the disk is away")
        self.done.append(what)
        return found


@pytest.fixture(name="slept")
def _slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it slept each time; after a day and an hour it is cancelled."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if sum(slept) > A_DAY_S:
            raise asyncio.CancelledError

    monkeypatch.setattr(housekeeping.asyncio, "sleep", sleep)
    return slept


async def keep(rooms: Rooms) -> None:
    with pytest.raises(asyncio.CancelledError):
        await keep_house(rooms, rooms.chronicle)  # type: ignore[arg-type]


async def test_what_has_expired_goes_within_the_hour_and_the_rest_daily(slept: list[float]) -> None:
    rooms = Rooms()
    await keep(rooms)
    assert set(slept) == {AN_HOUR_S}
    assert {what: rooms.done.count(what) for what in ("kept", "pictures", "accounts", "days")} == {
        "kept": 26,
        "pictures": 2,
        "accounts": 2,
        "days": 2,
    }


@pytest.mark.parametrize("broken", ["pictures", "accounts", "days", "kept"])
async def test_where_something_fails_it_is_tried_again_soon(
    slept: list[float], broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    rooms = Rooms()
    rooms.broken = broken
    await keep(rooms)
    assert set(slept) == {AGAIN_S}
    assert "the disk is away" in caplog.text
