"""What operators decide is kept and logged, on both databases, until it is taken back."""

from __future__ import annotations

import pytest
from accounts_at_hand import Clock
from drafts_at_hand import hang_pictures, make
from editions import SIZES

from server.degradation import Brush
from server.operations import Operations as InMemory
from server.store import audit, references
from server.store.database import Database, connect
from server.store.decisions import NOTHING_DECIDED, Decision, Decisions
from server.store.drafts import Drafts
from server.store.errors import NotThereError
from server.store.operations import Operations

PLACE = "winter", "harbour"
PICTURE = next(iter(SIZES))
MAKING = ("exhibition.make", "draft.replace")  # what is in the log before anything is decided


@pytest.fixture(name="operations")
async def _operations(database: Database, clock: Clock) -> Operations:
    await hang_pictures(database)
    await make(Drafts(database, clock))
    return Operations(database, clock)


async def log_of(database: Database) -> list[tuple[str, str, str, object]]:
    """Who did what to which station, the oldest first."""
    entries = [entry for entry in await audit.entries(database) if entry.action not in MAKING]
    return [(entry.who, entry.action, entry.subject, entry.detail.get("text")) for entry in entries][::-1]


async def test_all_that_is_decided_is_read_by_another_machine(
    operations: Operations, database_url: str, clock: Clock
) -> None:
    await operations.switch_off(*PLACE, "Wir hängen um: 两点见。", "ada")
    await operations.set_fallback(*PLACE, PICTURE, "ada")
    await operations.pin(Brush.LIGHT, "ben")
    await operations.announce("We close in ten minutes.", "ben")
    await operations.drain("ada")
    other = connect(database_url)
    found = await Operations(other, clock).decisions()
    await other.close()
    at = clock.now_s
    assert found == Decisions(
        off={PLACE: Decision("Wir hängen um: 两点见。", "ada", at)},
        fallbacks={PLACE: Decision(PICTURE, "ada", at)},
        brush=Decision("light", "ben", at),
        announcement=Decision("We close in ten minutes.", "ben", at),
        draining=Decision("", "ada", at),
    )
    assert (found.pinned, found.announced, found.speak_of("winter"), found.speak_of("summer")) == (
        Brush.LIGHT, "We close in ten minutes.", True, False,
    )  # fmt: skip


async def test_what_is_taken_back_holds_no_more_and_every_change_is_in_the_log_once(
    operations: Operations, database: Database
) -> None:
    await operations.switch_off(*PLACE, "Later.", "ada")
    await operations.switch_off(*PLACE, "Soon.", "ben")
    await operations.pin(Brush.FULL, "ada")
    await operations.drain("ada")
    for _ in range(2):  # the second time there is nothing to take back
        await operations.switch_on(*PLACE, "ada")
        await operations.pin(Brush.AUTO, "ada")
        await operations.end_drain("ada")
        await operations.end_announcement("ada")
        await operations.remove_fallback(*PLACE, "ada")
    assert await operations.decisions() == NOTHING_DECIDED
    assert await log_of(database) == [
        ("ada", "station.off", "harbour", "Later."),
        ("ben", "station.off", "harbour", "Soon."),
        ("ada", "brush.pin", "", "full"),
        ("ada", "drain.begin", "", None),
        ("ada", "station.on", "harbour", None),
        ("ada", "brush.free", "", None),
        ("ada", "drain.end", "", None),
    ]


async def test_nothing_is_decided_of_what_is_not_there(operations: Operations, database: Database) -> None:
    with pytest.raises(NotThereError, match="no exhibition summer"):
        await operations.switch_off("summer", "harbour", "", "ada")
    with pytest.raises(NotThereError, match="no picture"):
        await operations.set_fallback(*PLACE, f"{'f' * 64}.jpg", "ada")
    assert await operations.decisions() == NOTHING_DECIDED
    assert await log_of(database) == []


async def test_what_was_decided_of_an_exhibition_goes_with_it(operations: Operations, database: Database) -> None:
    await operations.switch_off(*PLACE, "", "ada")
    await operations.drain("ada")
    drafts = Drafts(database, lambda: 0.0)
    await drafts.remove("winter", "ada")
    found = await operations.decisions()
    assert (dict(found.off), found.draining is not None) == ({}, True)


async def test_the_picture_for_while_no_worker_is_there_is_not_tidied_up(
    operations: Operations, database: Database
) -> None:
    await operations.set_fallback(*PLACE, PICTURE, "ada")
    async with database.read() as connection:
        assert await references.in_operations(connection) == {PICTURE}


async def test_who_listens_is_told_of_each_change_once(operations: Operations) -> None:
    told: list[str] = []
    memory = InMemory(operations, [lambda decisions: told.append(decisions.announced)])
    await memory.look()
    assert told == []
    await operations.announce("One.", "ada")
    await memory.look()
    await memory.look()
    await operations.end_announcement("ada")
    await memory.look()
    assert told == ["One.", ""]
