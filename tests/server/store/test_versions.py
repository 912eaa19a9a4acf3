"""Versions: published, scheduled, brought back and taken off show, on both databases; damage is found."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from accounts_at_hand import Clock, actions, everything
from drafts_at_hand import hang_pictures, make, publish
from editions import HARBOUR, STYLES, edition, station, words
from sqlalchemy import delete, select, update

from exhibit.content import ExhibitionContent
from server.bench.store_marked import NAME, marked, marker_of
from server.store import audit
from server.store.database import Database, connect
from server.store.drafts import Drafts
from server.store.errors import IncompleteError, NotThereError, StoreUnusableError, TakenError
from server.store.tables import PICTURES, VERSIONS
from server.store.versions import State, Versions

Pair = tuple[Drafts, Versions]


@pytest.fixture(name="drafts")
async def _drafts(database: Database, clock: Clock) -> Drafts:
    """One exhibition, winter, which lacks nothing."""
    await hang_pictures(database)
    drafts = Drafts(database, clock)
    await make(drafts)
    return drafts


@pytest.fixture(name="versions")
async def _versions(database: Database, clock: Clock, drafts: Drafts) -> Versions:
    return Versions(database, clock)


@pytest.fixture(name="others")
async def _others(database_url: str, clock: Clock) -> AsyncIterator[Pair]:
    """The same from another program."""
    database = connect(database_url)
    yield Drafts(database, clock), Versions(database, clock)
    await database.close()


async def deep_winter(drafts: Drafts) -> None:
    await make(drafts, edition(title=words("Deep winter")))


async def title(versions: Versions, number: int) -> str:
    return (await versions.edition("winter", number)).exhibition.title["en"]


# -- publishing -------------------------------------------------------------------------------------------------------


async def test_what_is_published_is_shown_and_is_the_draft_of_that_moment(
    drafts: Drafts, versions: Versions, clock: Clock
) -> None:
    first = await versions.publish("winter", STYLES, "ada", note="The first")
    assert (first.exhibition, first.number, first.state, first.note) == ("winter", 1, State.PUBLISHED, "The first")
    assert first.made_at == first.goes_live_at == clock.now_s
    assert first.made_by == "ada"
    assert await versions.shown() == {"winter": 1}
    await deep_winter(drafts)
    assert await versions.edition("winter", 1) == edition()
    assert await versions.shown() == {"winter": 1}


async def test_versions_are_numbered_by_exhibition_and_listed_with_the_newest_first(
    drafts: Drafts, versions: Versions
) -> None:
    await make(drafts, exhibition="spring")
    assert [(await publish(versions)).number for _ in range(3)] == [1, 2, 3]
    assert (await publish(versions, "spring")).number == 1
    assert [version.number for version in await versions.history("winter")] == [3, 2, 1]
    assert await versions.shown() == {"winter": 3, "spring": 1}
    assert await versions.history("nothing") == []


async def test_an_incomplete_draft_is_refused_with_everything_that_it_lacks(
    drafts: Drafts, versions: Versions, database: Database
) -> None:
    await publish(versions)
    half = edition(station("harbour", 1, title={"en": "Harbour"}), station("valley", 2, artwork={"picture": None}))
    await make(drafts, half)
    before = await everything(database)
    with pytest.raises(IncompleteError, match=r"something is missing in 4 places") as caught:
        await publish(versions)
    assert {(one.station, one.field, one.language) for one in caught.value.missing} == {
        ("harbour", "title", "ar"),
        ("valley", "artwork.alt", "en"),
        ("valley", "artwork.alt", "ar"),
        ("valley", "artwork.picture", ""),
    }
    assert await everything(database) == before


async def test_what_the_house_does_not_have_is_not_published(versions: Versions, database: Database) -> None:
    with pytest.raises(IncompleteError) as caught:
        await versions.publish("winter", {"wave", "udnie"}, "ada")
    assert {one.sentence for one in caught.value.missing} == {"The style scream is not on this server."}
    async with database.write() as connection:
        await connection.execute(delete(PICTURES).where(PICTURES.c.name == HARBOUR))
    with pytest.raises(IncompleteError) as caught:
        await publish(versions)
    assert {one.sentence for one in caught.value.missing} == {"The artwork's picture is not in the store."}
    assert await versions.shown() == {}


async def test_what_is_not_there_is_said_by_every_method(versions: Versions) -> None:
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: publish(versions, "summer"),
        lambda: versions.edition("winter", 1),
        lambda: versions.cancel("winter", 1, "ada"),
        lambda: versions.roll_back("winter", 1, "ada"),
        lambda: versions.withdraw("summer", "ada"),
    )
    for call in calls:
        with pytest.raises(NotThereError, match="there is no"):
            await call()


# -- at a set time ----------------------------------------------------------------------------------------------------


async def test_a_scheduled_version_is_shown_when_its_time_has_come(
    drafts: Drafts, versions: Versions, database: Database, clock: Clock
) -> None:
    await publish(versions)
    await deep_winter(drafts)
    scheduled = await publish(versions, at=clock.now_s + 60)
    assert (scheduled.state, scheduled.goes_live_at) == (State.SCHEDULED, clock.now_s + 60)
    clock.now_s += 59.9
    assert await versions.advance() == []
    assert await versions.shown() == {"winter": 1}
    clock.now_s += 0.1
    assert [version.number for version in await versions.advance()] == [2]
    assert await versions.shown() == {"winter": 2}
    assert [version.state for version in await versions.history("winter")] == [State.PUBLISHED] * 2
    assert await versions.advance() == []
    newest = (await audit.entries(database, count=1))[0]
    assert (newest.action, newest.who, newest.subject) == ("version.publish", audit.SYSTEM, "2")


async def test_what_is_scheduled_is_the_draft_of_the_moment_when_it_was_scheduled(
    drafts: Drafts, versions: Versions, clock: Clock
) -> None:
    await publish(versions, at=clock.now_s + 60)
    await deep_winter(drafts)
    clock.now_s += 60
    await versions.advance()
    assert await title(versions, 1) == "Winter (en)"


async def test_a_time_that_has_passed_is_now(versions: Versions, clock: Clock) -> None:
    published = await publish(versions, at=clock.now_s - 5)
    assert (published.state, published.goes_live_at) == (State.PUBLISHED, clock.now_s)


async def test_of_two_that_are_due_the_later_one_stays(versions: Versions, clock: Clock) -> None:
    await publish(versions, at=clock.now_s + 20)
    await publish(versions, at=clock.now_s + 10)
    clock.now_s += 3600
    assert [version.number for version in await versions.advance()] == [2, 1]
    assert await versions.shown() == {"winter": 1}


async def test_two_programs_that_advance_at_the_same_time_show_a_version_once(
    versions: Versions, others: Pair, database: Database, clock: Clock
) -> None:
    await publish(versions, at=clock.now_s + 10)
    clock.now_s += 10
    advanced = await asyncio.gather(versions.advance(), others[1].advance())
    assert sorted(len(each) for each in advanced) == [0, 1]
    assert (await actions(database)).count("version.publish") == 1


async def test_a_cancelled_version_is_not_shown_by_itself(versions: Versions, database: Database, clock: Clock) -> None:
    await publish(versions, at=clock.now_s + 10)
    cancelled = await versions.cancel("winter", 1, "ben")
    assert cancelled.state is State.CANCELLED
    clock.now_s += 10
    assert await versions.advance() == []
    assert await versions.shown() == {}
    assert (await actions(database))[-1] == "version.cancel"
    with pytest.raises(TakenError, match="version 1 is not scheduled, but cancelled"):
        await versions.cancel("winter", 1, "ben")


async def test_a_version_that_is_shown_cannot_be_cancelled(versions: Versions) -> None:
    await publish(versions)
    with pytest.raises(TakenError, match="version 1 is not scheduled, but published"):
        await versions.cancel("winter", 1, "ada")
    assert await versions.shown() == {"winter": 1}


# -- back, and off show -----------------------------------------------------------------------------------------------


async def test_a_version_is_brought_back_and_forward_again(
    drafts: Drafts, versions: Versions, database: Database
) -> None:
    await publish(versions)
    await deep_winter(drafts)
    await publish(versions)
    assert (await versions.roll_back("winter", 1, "ben")).number == 1
    assert await versions.shown() == {"winter": 1}
    assert await title(versions, 1) == "Winter (en)"
    await versions.roll_back("winter", 2, "ben")
    assert await versions.shown() == {"winter": 2}
    assert (await actions(database))[-2:] == ["version.roll_back"] * 2
    assert (await publish(versions)).number == 3


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_version_that_was_never_shown_is_not_brought_back(
    versions: Versions, clock: Clock, cancelled: bool
) -> None:
    await publish(versions, at=clock.now_s + 10)
    if cancelled:
        await versions.cancel("winter", 1, "ada")
    with pytest.raises(TakenError, match="version 1 was never shown"):
        await versions.roll_back("winter", 1, "ada")
    assert await versions.shown() == {}


async def test_what_is_withdrawn_is_not_shown_and_keeps_its_versions(versions: Versions, database: Database) -> None:
    await publish(versions)
    await versions.withdraw("winter", "ben")
    assert await versions.shown() == {}
    assert [version.number for version in await versions.history("winter")] == [1]
    assert (await actions(database))[-1] == "exhibition.withdraw"
    await versions.roll_back("winter", 1, "ben")
    assert await versions.shown() == {"winter": 1}


async def test_versions_keep_a_station_that_the_draft_lost(drafts: Drafts, versions: Versions) -> None:
    await publish(versions)
    await drafts.remove_station("winter", "harbour", 1, "ada")
    assert [s.id for s in (await versions.edition("winter", 1)).stations] == ["harbour", "valley"]


# -- whole, or not at all ---------------------------------------------------------------------------------------------


async def test_the_digest_is_that_of_what_is_kept(versions: Versions, database: Database) -> None:
    published = await publish(versions)
    async with database.read() as connection:
        kept = (await connection.execute(select(VERSIONS.c.content))).scalar_one()
    assert published.digest == hashlib.sha256(kept.encode()).hexdigest()


@pytest.mark.parametrize("damage", [lambda text: text.replace("Winter", "Winger"), lambda text: text[:-40]])
async def test_a_version_that_is_damaged_is_not_read(
    versions: Versions, database: Database, damage: Callable[[str], str]
) -> None:
    await publish(versions)
    async with database.write() as connection:
        kept = (await connection.execute(select(VERSIONS.c.content))).scalar_one()
        assert damage(kept) != kept
        await connection.execute(update(VERSIONS).values(content=damage(kept)))
    with pytest.raises(StoreUnusableError, match="version 1 of the exhibition winter is damaged"):
        await versions.edition("winter", 1)


async def test_a_publication_that_fails_half_way_leaves_everything_as_it_was(
    versions: Versions, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    await publish(versions)
    before = await everything(database)
    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(OSError, match="the disk is full"):
        await publish(versions)
    assert await everything(database) == before
    assert await title(versions, 1) == "Winter (en)"


async def test_who_publishes_while_another_saves_publishes_the_old_draft_or_the_new_one(
    database: Database, drafts: Drafts, versions: Versions, others: Pair
) -> None:
    last = 8

    async def save() -> None:
        for marker in range(2, last + 1):
            await drafts.replace(NAME, marked(marker, HARBOUR), "ada", "draft.replace")

    await drafts.replace(NAME, marked(1, HARBOUR), "ada", "draft.replace")
    saving = asyncio.create_task(save())
    published = []
    while not saving.done() or not published:
        version = await others[1].publish(NAME, STYLES, "ben")
        published.append(marker_of(await versions.edition(NAME, version.number)))
    await saving
    assert published == sorted(published)
    assert set(published) <= set(range(1, last + 1))
    assert marker_of(await drafts.edition(NAME)) == last


async def test_two_who_publish_at_the_same_time_make_two_versions(versions: Versions, others: Pair) -> None:
    both = await asyncio.gather(publish(versions), publish(others[1]))
    assert sorted(version.number for version in both) == [1, 2]
    assert (await versions.shown())["winter"] in {1, 2}


async def test_who_looks_while_others_publish_sees_whole_versions(
    drafts: Drafts, versions: Versions, others: Pair
) -> None:
    async def publish_often() -> None:
        for marker in range(1, 6):
            await drafts.replace(NAME, marked(marker, HARBOUR), "ada", "draft.replace")
            await versions.publish(NAME, STYLES, "ada")

    publishing = asyncio.create_task(publish_often())
    seen = []
    while not publishing.done():
        if (number := (await others[1].shown()).get(NAME)) is not None:
            seen.append(marker_of(await others[1].edition(NAME, number)))
    await publishing
    assert seen and seen == sorted(seen)


async def test_a_draft_with_nothing_in_it_is_not_published(drafts: Drafts, versions: Versions) -> None:
    await drafts.make("empty", ExhibitionContent(), "ada")
    with pytest.raises(IncompleteError) as caught:
        await publish(versions, "empty")
    assert [one.field for one in caught.value.missing] == ["title", "stations"]
