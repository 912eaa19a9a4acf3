"""Pictures painted for curators, between the visitors' work: who gets which answer, and who waits."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from api_players import unheard

from exhibit.protocol import Texture
from exhibit.style_mix import StyleMix
from server import rehearsal
from server.costs import Size
from server.dispatch import Outcomes
from server.rehearsal import AT_ONCE, Rehearsal, RehearsalError
from server.scheduler import WaitingTexture

SIZE, MIX = Size(640, 480), StyleMix.of({"udnie": 1.0}, 1.0, {"udnie"})


class Worker:
    """Keeps what it is asked; a test answers."""

    def __init__(self) -> None:
        self.worker = SimpleNamespace(ready=object())
        self.sessions = 0
        self.asked: list[WaitingTexture] = []
        self.withdrawn: list[int] = []

    def offer(self, asked: WaitingTexture) -> None:
        self.asked.append(asked)

    def withdraw(self, session: int) -> None:
        self.withdrawn.append(session)


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def stage(worker: Worker) -> tuple[Rehearsal, Outcomes, Any]:
    """A rehearsal, the outcomes that the worker tells, and those of visitors."""
    visitors = unheard()
    played = Rehearsal([worker], lambda: 5.0)  # type: ignore[list-item]
    return played, played.beside(visitors), visitors


def painted(what: bytes) -> Texture:
    return Texture(0, 640, 480, what, 0, 0, 0)


async def asked_for(worker: Worker, count: int) -> None:
    async with asyncio.timeout(5):
        while len(worker.asked) < count:
            await asyncio.sleep(0)


async def test_each_gets_the_picture_that_was_painted_for_them(worker: Worker, stage: Any) -> None:
    played, outcomes, visitors = stage
    waiting = [asyncio.create_task(played.paint(f"{n}.jpg", SIZE, MIX)) for n in range(AT_ONCE)]
    await asked_for(worker, AT_ONCE)
    for asked in reversed(worker.asked):
        outcomes.textured(asked, painted(asked.artwork.encode()))
    assert await asyncio.gather(*waiting) == [b"0.jpg", b"1.jpg"]
    assert sorted(worker.withdrawn) == sorted(asked.session for asked in worker.asked)
    assert all(asked.session < 0 and asked.deadline_ms == 20_005.0 for asked in worker.asked)
    visitors.textured.assert_not_called()


async def test_visitors_get_what_is_theirs(stage: Any) -> None:
    _, outcomes, visitors = stage
    theirs = WaitingTexture(7, 1, "wall.jpg", SIZE, MIX, 0, 0.0, 9.0)
    texture = painted(b"theirs")
    outcomes.textured(theirs, texture)
    outcomes.dropped(theirs, "late")
    visitors.textured.assert_called_once_with(theirs, texture)
    visitors.dropped.assert_called_once_with(theirs, "late")
    assert (outcomes.painted, outcomes.scored) == (visitors.painted, visitors.scored)


async def test_no_more_than_a_few_are_painted_for_at_once(worker: Worker, stage: Any) -> None:
    played, outcomes, _ = stage
    waiting = [asyncio.create_task(played.paint(f"{n}.jpg", SIZE, MIX)) for n in range(AT_ONCE + 1)]
    await asked_for(worker, AT_ONCE)
    await asyncio.sleep(0.01)
    assert len(worker.asked) == AT_ONCE
    outcomes.textured(worker.asked[0], painted(b"done"))
    await asked_for(worker, AT_ONCE + 1)
    for asked in worker.asked[1:]:
        outcomes.textured(asked, painted(b"done"))
    assert await asyncio.gather(*waiting) == [b"done"] * (AT_ONCE + 1)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("bad_picture", "This picture cannot be opened."), ("late", "It could not be painted; try again.")],
)
async def test_what_was_not_painted_is_said_with_its_reason(
    worker: Worker, stage: Any, reason: str, sentence: str
) -> None:
    played, outcomes, visitors = stage
    waiting = asyncio.create_task(played.paint("wall.jpg", SIZE, MIX))
    await asked_for(worker, 1)
    outcomes.dropped(worker.asked[0], reason)
    with pytest.raises(RehearsalError, match=sentence):
        await waiting
    visitors.dropped.assert_not_called()


async def test_who_went_away_leaves_nothing_behind(worker: Worker, stage: Any) -> None:
    played, outcomes, visitors = stage
    waiting = asyncio.create_task(played.paint("wall.jpg", SIZE, MIX))
    await asked_for(worker, 1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert worker.withdrawn == [worker.asked[0].session]
    outcomes.textured(worker.asked[0], painted(b"too late"))
    outcomes.dropped(worker.asked[0], "late")
    visitors.textured.assert_not_called()


async def test_patience_ends(worker: Worker, stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "PATIENCE_MS", 5.0)
    with pytest.raises(RehearsalError, match="too crowded"):
        await stage[0].paint("wall.jpg", SIZE, MIX)
    assert worker.withdrawn == [worker.asked[0].session]
