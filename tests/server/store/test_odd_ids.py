"""Ids that can be nobody's: said to be not there by both databases, though one of them would not even take some."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from accounts_at_hand import Clock
from editions import edition

from exhibit.content import StationContent
from server.store.database import Database
from server.store.drafts import Drafts
from server.store.errors import NotThereError
from server.store.presence import Presence
from server.store.versions import Versions

ODD = ["", "a\0b", "\0", "../x", "A", "é", "a" * 65, "a" * 100_000, "\ud800", "%", "'; DROP TABLE exhibitions; --"]
SOUND = StationContent(number=1)

Work = Callable[[Database, Clock, str], Awaitable[object]]
ASKED: dict[str, Work] = {
    "read": lambda database, clock, odd: Drafts(database, clock).read(odd),
    "save": lambda database, clock, odd: Drafts(database, clock).save(odd, edition().exhibition, 1, "ada"),
    "remove": lambda database, clock, odd: Drafts(database, clock).remove(odd, "ada"),
    "stations": lambda database, clock, odd: Drafts(database, clock).stations(odd),
    "station": lambda database, clock, odd: Drafts(database, clock).station("winter", odd),
    "add": lambda database, clock, odd: Drafts(database, clock).add_station(odd, "harbour", SOUND, "ada"),
    "save station": lambda database, clock, odd: Drafts(database, clock).save_station("winter", odd, SOUND, 1, "ada"),
    "remove station": lambda database, clock, odd: Drafts(database, clock).remove_station("winter", odd, 1, "ada"),
    "order": lambda database, clock, odd: Drafts(database, clock).order(odd, [], "ada"),
    "edition": lambda database, clock, odd: Drafts(database, clock).edition(odd),
    "publish": lambda database, clock, odd: Versions(database, clock).publish(odd, set(), "ada"),
    "cancel": lambda database, clock, odd: Versions(database, clock).cancel(odd, 1, "ada"),
    "roll back": lambda database, clock, odd: Versions(database, clock).roll_back(odd, 1, "ada"),
    "withdraw": lambda database, clock, odd: Versions(database, clock).withdraw(odd, "ada"),
    "history": lambda database, clock, odd: Versions(database, clock).history(odd),
    "version": lambda database, clock, odd: Versions(database, clock).edition(odd, 1),
    "presence": lambda database, clock, odd: Presence(database, clock).note(odd, "", "ada"),
}


@pytest.mark.parametrize("work", ASKED.values(), ids=ASKED.keys())
async def test_what_can_be_nobody_s_id_is_not_there(database: Database, clock: Clock, work: Work) -> None:
    await Drafts(database, clock).replace("winter", edition(), "ada", "exhibition.import")
    for odd in ODD:
        with pytest.raises(NotThereError):
            await work(database, clock, odd)
    assert len(await Drafts(database, clock).stations("winter")) == 2


async def test_texts_in_every_script_come_back_as_they_were_kept(database: Database, clock: Clock) -> None:
    odd = "\"a\" 'b' \\ % _ ; -- \u202e \ufffe \U0001f5bc \U0010ffff 星夜 ليلة\n\t."
    kept = StationContent(number=7, title={"en": odd}, artwork={"painter": "O'Brien \\0"})
    drafts = Drafts(database, clock)
    await drafts.replace("winter", edition(), "ada", "exhibition.import")
    await drafts.add_station("winter", "odd", kept, "ada")
    assert (await drafts.station("winter", "odd")).content == kept


async def test_what_is_made_anew_begins_beyond_every_revision_of_what_was_there(
    database: Database, clock: Clock
) -> None:
    """However it was removed: by itself, with its exhibition, or by a draft that took the old one's place."""
    drafts = Drafts(database, clock)
    seen: set[int] = set()

    async def note() -> None:
        revision = (await drafts.station("winter", "harbour")).revision
        assert revision not in seen
        seen.add(revision)

    await drafts.replace("winter", edition(), "ada", "exhibition.import")
    for _ in range(3):
        await note()
        present = await drafts.station("winter", "harbour")
        await drafts.save_station("winter", "harbour", present.content, present.revision, "ada")
        await note()
        await drafts.remove_station("winter", "harbour", present.revision + 1, "ada")
        await drafts.add_station("winter", "harbour", present.content, "ada")
        await note()
        await drafts.remove("winter", "ada")
        await drafts.replace("winter", edition(), "ada", "exhibition.import")
        await note()
        without = edition().model_copy(update={"stations": edition().stations[1:]})
        await drafts.replace("winter", without, "ada", "version.copy")
        await drafts.replace("winter", edition(), "ada", "version.copy")
