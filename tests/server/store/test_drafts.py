"""Drafts: every change of exhibitions and stations, on both databases, and two curators at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from accounts_at_hand import Clock, actions, everything
from drafts_at_hand import content, hang_pictures, ids, make, publish
from editions import HARBOUR, VALLEY, edition, station, words

from exhibit.content import ArtworkContent, ExhibitionContent, NumberedStation
from server.store import audit
from server.store.database import Database, connect
from server.store.drafts import Drafts
from server.store.errors import NotThereError, ShownError, StaleError, TakenError
from server.store.versions import Versions


@pytest.fixture(name="drafts")
def _drafts(database: Database, clock: Clock) -> Drafts:
    return Drafts(database, clock)


@pytest.fixture(name="others")
async def _others(database_url: str, clock: Clock) -> AsyncIterator[Drafts]:
    """The same drafts from another program."""
    database = connect(database_url)
    yield Drafts(database, clock)
    await database.close()


def head(title: str = "Winter") -> ExhibitionContent:
    return ExhibitionContent(title=words(title), languages=("en", "ar"))


# -- exhibitions ------------------------------------------------------------------------------------------------------


async def test_a_new_exhibition_is_empty(drafts: Drafts, clock: Clock) -> None:
    made = await drafts.make("winter", head(), "ada")
    assert made == await drafts.read("winter")
    assert (made.id, made.content, made.shown) == ("winter", head(), None)
    assert (made.stations, made.picture, made.changed_by) == (0, None, "ada")
    assert made.made_at == made.changed_at == clock.now_s
    assert await drafts.stations("winter") == []


async def test_an_id_is_given_once(drafts: Drafts) -> None:
    await drafts.make("winter", head(), "ada")
    with pytest.raises(TakenError, match="there is an exhibition winter already") as caught:
        await drafts.make("winter", head("Another"), "ben")
    assert caught.value.field == "id"
    assert (await drafts.read("winter")).content == head()


async def test_exhibitions_are_listed_with_the_one_changed_last_first(drafts: Drafts, clock: Clock) -> None:
    for name in ("winter", "spring"):
        clock.now_s += 1
        await make(drafts, exhibition=name)
    assert [draft.id for draft in await drafts.all()] == ["spring", "winter"]
    clock.now_s += 1
    await drafts.save_station("winter", "valley", content(2), 1, "ben")
    assert [(draft.id, draft.changed_by) for draft in await drafts.all()] == [("winter", "ben"), ("spring", "ada")]


async def test_an_exhibition_is_listed_with_the_picture_of_its_first_station(drafts: Drafts) -> None:
    valley = station("valley", 2, artwork=ArtworkContent(picture=VALLEY))
    await make(drafts, edition(station("harbour", 1), valley))
    assert [(draft.stations, draft.picture) for draft in await drafts.all()] == [(2, HARBOUR)]
    await drafts.order("winter", ["valley", "harbour"], "ada")
    assert [(draft.stations, draft.picture) for draft in await drafts.all()] == [(2, VALLEY)]
    await make(drafts, edition(station("other", 1)), "other")
    assert (await drafts.read("winter")).picture == VALLEY


async def test_a_saved_exhibition_is_at_the_next_revision(drafts: Drafts, clock: Clock) -> None:
    await drafts.make("winter", head(), "ada")
    clock.now_s += 5
    saved = await drafts.save("winter", head("Deep winter"), 1, "ben")
    assert (saved.content, saved.revision, saved.changed_by) == (head("Deep winter"), 2, "ben")
    assert (saved.made_at, saved.changed_at) == (clock.now_s - 5, clock.now_s)


async def test_what_was_saved_meanwhile_is_not_overwritten(drafts: Drafts) -> None:
    await drafts.make("winter", head(), "ada")
    await drafts.save("winter", head("Ada's"), 1, "ada")
    with pytest.raises(StaleError, match="was changed meanwhile: expected revision 2, got 1") as caught:
        await drafts.save("winter", head("Ben's"), 1, "ben")
    assert caught.value.revision == 2
    assert (await drafts.read("winter")).content == head("Ada's")


async def test_an_exhibition_goes_with_its_stations(drafts: Drafts, database: Database) -> None:
    await make(drafts)
    await make(drafts, exhibition="spring")
    await drafts.remove("winter", "ada")
    assert [draft.id for draft in await drafts.all()] == ["spring"]
    assert await ids(drafts, "spring") == ["harbour", "valley"]
    with pytest.raises(NotThereError):
        await drafts.stations("winter")
    await drafts.make("winter", head(), "ada")
    assert await ids(drafts) == []


async def test_what_visitors_see_is_not_removed(drafts: Drafts, database: Database, clock: Clock) -> None:
    await hang_pictures(database)
    await make(drafts)
    versions = Versions(database, clock)
    await publish(versions)
    with pytest.raises(ShownError, match="take it off show first"):
        await drafts.remove("winter", "ada")
    assert (await drafts.read("winter")).shown == 1
    await versions.withdraw("winter", "ada")
    await drafts.remove("winter", "ada")
    assert await versions.history("winter") == []


# -- stations ---------------------------------------------------------------------------------------------------------


async def test_a_new_station_comes_last(drafts: Drafts, clock: Clock) -> None:
    await make(drafts)
    clock.now_s += 5
    added = await drafts.add_station("winter", "snow", content(9), "ben")
    assert added == await drafts.station("winter", "snow")
    assert (added.content, added.changed_at, added.changed_by) == (content(9), clock.now_s, "ben")
    assert await ids(drafts) == ["harbour", "valley", "snow"]
    draft = await drafts.read("winter")
    assert (draft.stations, draft.changed_by, draft.revision) == (3, "ben", 1)


@pytest.mark.parametrize(
    ("name", "number", "field", "sentence"),
    [
        ("harbour", 9, "id", "there is a station harbour already"),
        ("snow", 2, "number", "the number 2 is the station valley's"),
    ],
)
async def test_ids_and_numbers_of_stations_are_given_once(
    drafts: Drafts, name: str, number: int, field: str, sentence: str
) -> None:
    await make(drafts)
    with pytest.raises(TakenError, match=sentence) as caught:
        await drafts.add_station("winter", name, content(number), "ada")
    assert caught.value.field == field
    assert await ids(drafts) == ["harbour", "valley"]


async def test_another_exhibition_may_have_the_same_ids_and_numbers(drafts: Drafts) -> None:
    await make(drafts)
    await drafts.make("spring", head(), "ada")
    await drafts.add_station("spring", "harbour", content(1, "in spring"), "ada")
    assert (await drafts.station("winter", "harbour")).content != (await drafts.station("spring", "harbour")).content


async def test_an_exhibition_has_only_so_many_stations(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    await make(drafts)
    monkeypatch.setattr("server.store.drafts.MAX_STATIONS", 2)
    with pytest.raises(TakenError, match="at most 2 stations"):
        await drafts.add_station("winter", "snow", content(9), "ada")


async def test_a_saved_station_is_at_the_next_revision_and_no_other_one(drafts: Drafts) -> None:
    await make(drafts)
    saved = await drafts.save_station("winter", "harbour", content(7, "other"), 1, "ben")
    assert (saved.content, saved.revision, saved.changed_by) == (content(7, "other"), 2, "ben")
    assert await drafts.station("winter", "harbour") == saved
    assert (await drafts.station("winter", "valley")).revision == 1
    assert (await drafts.read("winter")).revision == 1


async def test_a_station_that_was_saved_meanwhile_is_not_overwritten(drafts: Drafts) -> None:
    await make(drafts)
    await drafts.save_station("winter", "harbour", content(1, "Ada's"), 1, "ada")
    with pytest.raises(StaleError, match="the station harbour was changed meanwhile: expected revision 2") as caught:
        await drafts.save_station("winter", "harbour", content(1, "Ben's"), 1, "ben")
    assert caught.value.revision == 2
    with pytest.raises(StaleError):
        await drafts.remove_station("winter", "harbour", 1, "ben")
    assert (await drafts.station("winter", "harbour")).content == content(1, "Ada's")


async def test_a_station_keeps_its_number_or_takes_a_free_one(drafts: Drafts) -> None:
    await make(drafts)
    with pytest.raises(TakenError, match="the number 2 is the station valley's") as caught:
        await drafts.save_station("winter", "harbour", content(2), 1, "ada")
    assert caught.value.field == "number"
    await drafts.save_station("winter", "harbour", content(3), 1, "ada")
    await drafts.save_station("winter", "valley", content(1), 1, "ada")
    assert [s.content.number for s in await drafts.stations("winter")] == [3, 1]


async def test_a_station_is_removed_and_its_number_is_free(drafts: Drafts) -> None:
    await make(drafts)
    await drafts.remove_station("winter", "harbour", 1, "ada")
    assert await ids(drafts) == ["valley"]
    await drafts.add_station("winter", "snow", content(1), "ada")
    assert await ids(drafts) == ["valley", "snow"]


async def test_who_has_a_removed_station_open_does_not_overwrite_the_one_made_anew(drafts: Drafts) -> None:
    await make(drafts)
    await drafts.remove_station("winter", "harbour", 1, "ada")
    await drafts.add_station("winter", "harbour", content(1, "anew"), "ada")
    with pytest.raises(StaleError):
        await drafts.save_station("winter", "harbour", content(1, "old"), 1, "ben")
    assert (await drafts.station("winter", "harbour")).content == content(1, "anew")


async def test_stations_are_put_into_another_order(drafts: Drafts) -> None:
    await make(drafts, edition(*(station(name, number) for number, name in enumerate("abcd", start=1))))
    ordered = await drafts.order("winter", ["c", "a", "d", "b"], "ada")
    assert [s.id for s in ordered] == await ids(drafts) == ["c", "a", "d", "b"]
    assert [s.id for s in (await drafts.edition("winter")).stations] == ["c", "a", "d", "b"]
    assert {s.revision for s in ordered} == {1}


@pytest.mark.parametrize("named", [["harbour"], ["harbour", "valley", "snow"], ["harbour", "harbour"], []])
async def test_an_order_that_does_not_name_each_station_once_changes_nothing(drafts: Drafts, named: list[str]) -> None:
    await make(drafts)
    with pytest.raises(StaleError, match="the stations are others by now"):
        await drafts.order("winter", named, "ada")
    assert await ids(drafts) == ["harbour", "valley"]


async def test_what_is_not_there_is_said_by_every_method(drafts: Drafts) -> None:
    calls = (
        lambda: drafts.read("winter"),
        lambda: drafts.save("winter", head(), 1, "ada"),
        lambda: drafts.remove("winter", "ada"),
        lambda: drafts.stations("winter"),
        lambda: drafts.station("winter", "harbour"),
        lambda: drafts.add_station("winter", "harbour", content(), "ada"),
        lambda: drafts.save_station("winter", "harbour", content(), 1, "ada"),
        lambda: drafts.remove_station("winter", "harbour", 1, "ada"),
        lambda: drafts.order("winter", [], "ada"),
        lambda: drafts.edition("winter"),
    )
    for call in calls:
        with pytest.raises(NotThereError, match="there is no"):
            await call()
    assert await drafts.all() == []


# -- as a whole -------------------------------------------------------------------------------------------------------


async def test_a_draft_is_read_and_replaced_as_a_whole(drafts: Drafts) -> None:
    await make(drafts)
    assert await drafts.edition("winter") == edition()
    other = edition(station("snow", 2), station("valley", 1), title=words("Deep winter"))
    replaced = await drafts.replace("winter", other, "ben", "version.copy")
    assert await drafts.edition("winter") == other
    assert (replaced.revision, replaced.stations, replaced.changed_by) == (2, 2, "ben")


async def test_who_has_the_replaced_draft_open_does_not_overwrite_the_new_one(drafts: Drafts) -> None:
    await make(drafts)
    await make(drafts)
    with pytest.raises(StaleError):
        await drafts.save("winter", head("Old"), 1, "ben")
    with pytest.raises(StaleError):
        await drafts.save_station("winter", "harbour", content(1, "old"), 1, "ben")
    assert await drafts.edition("winter") == edition()


async def test_a_draft_may_be_replaced_by_one_without_stations(drafts: Drafts) -> None:
    await make(drafts)
    empty = edition().model_copy(update={"stations": ()})
    await make(drafts, empty)
    assert await drafts.edition("winter") == empty


@pytest.mark.parametrize(
    ("second", "field", "sentence"),
    [
        (station("valley", 1), "number", "the stations harbour and valley have the same number 1"),
        (station("harbour", 2), "id", "the station harbour is there twice"),
    ],
)
async def test_an_edition_that_contradicts_itself_replaces_nothing(
    drafts: Drafts, second: NumberedStation, field: str, sentence: str
) -> None:
    await make(drafts)
    with pytest.raises(TakenError, match=sentence) as caught:
        await make(drafts, edition(station("harbour", 1), second))
    assert caught.value.field == field
    assert await drafts.edition("winter") == edition()


# -- the audit log ----------------------------------------------------------------------------------------------------


async def test_every_change_is_in_the_audit_log(drafts: Drafts, database: Database, clock: Clock) -> None:
    await drafts.make("winter", head(), "ada")
    await drafts.save("winter", head("Deep winter"), 1, "ben")
    added = await drafts.add_station("winter", "harbour", content(1), "ada")
    saved = await drafts.save_station("winter", "harbour", content(2), added.revision, "ben")
    await drafts.order("winter", ["harbour"], "ada")
    await drafts.remove_station("winter", "harbour", saved.revision, "ada")
    await drafts.replace("winter", edition(), "ada", "version.copy")
    await drafts.remove("winter", "ada")
    log = list(reversed(await audit.entries(database)))
    assert [(entry.action, entry.who, entry.subject) for entry in log] == [
        ("exhibition.make", "ada", ""),
        ("exhibition.save", "ben", ""),
        ("station.add", "ada", "harbour"),
        ("station.save", "ben", "harbour"),
        ("stations.order", "ada", ""),
        ("station.remove", "ada", "harbour"),
        ("version.copy", "ada", ""),
        ("exhibition.remove", "ada", ""),
    ]
    assert {(entry.exhibition, entry.at) for entry in log} == {("winter", clock.now_s)}
    assert log[1].detail == {"changed": ["title"]}
    assert log[3].detail == {"changed": ["number", "title"]}


async def test_a_change_that_is_refused_is_not_in_the_audit_log(drafts: Drafts, database: Database) -> None:
    await make(drafts)
    before = await actions(database)
    for refused in (
        drafts.make("winter", head(), "ben"),
        drafts.save("winter", head("Old"), 7, "ben"),
        drafts.save_station("winter", "harbour", content(2), 1, "ben"),
        drafts.order("winter", [], "ben"),
    ):
        with pytest.raises((TakenError, StaleError)):
            await refused
    assert await actions(database) == before


async def test_a_change_that_cannot_be_written_down_is_not_made(
    drafts: Drafts, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    await make(drafts)
    before = await everything(database)
    monkeypatch.setattr(audit, "record", fail)
    for change in (
        drafts.save("winter", head("New"), 1, "ada"),
        drafts.save_station("winter", "harbour", content(9), 1, "ada"),
        drafts.add_station("winter", "snow", content(9), "ada"),
        drafts.remove_station("winter", "harbour", 1, "ada"),
        drafts.order("winter", ["valley", "harbour"], "ada"),
        drafts.replace("winter", edition(station("snow", 1)), "ada", "version.copy"),
        drafts.remove("winter", "ada"),
    ):
        with pytest.raises(OSError, match="the disk is full"):
            await change
    assert await everything(database) == before


# -- two at the same time ---------------------------------------------------------------------------------------------


async def test_of_two_who_save_a_station_at_the_same_time_one_is_told(drafts: Drafts, others: Drafts) -> None:
    await make(drafts)
    results = await asyncio.gather(
        drafts.save_station("winter", "harbour", content(1, "Ada's"), 1, "ada"),
        others.save_station("winter", "harbour", content(1, "Ben's"), 1, "ben"),
        return_exceptions=True,
    )
    (stale,) = [result for result in results if isinstance(result, StaleError)]
    (saved,) = [result for result in results if not isinstance(result, BaseException)]
    assert stale.revision == 2
    assert await drafts.station("winter", "harbour") == await others.station("winter", "harbour") == saved


async def test_of_two_who_save_an_exhibition_at_the_same_time_one_is_told(drafts: Drafts, others: Drafts) -> None:
    await make(drafts)
    results = await asyncio.gather(
        drafts.save("winter", head("Ada's"), 1, "ada"),
        others.save("winter", head("Ben's"), 1, "ben"),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(StaleError) == 1
    assert (await drafts.read("winter")).revision == 2


async def test_of_two_who_take_a_number_at_the_same_time_one_is_told(drafts: Drafts, others: Drafts) -> None:
    await make(drafts)
    results = await asyncio.gather(
        drafts.add_station("winter", "snow", content(9), "ada"),
        others.add_station("winter", "ice", content(9), "ben"),
        return_exceptions=True,
    )
    (taken,) = [result for result in results if isinstance(result, TakenError)]
    assert taken.field == "number"
    assert len(await ids(drafts)) == 3


async def test_many_who_save_different_stations_at_the_same_time_all_save(drafts: Drafts, others: Drafts) -> None:
    names = "abcdefgh"
    await make(drafts, edition(*(station(name, number) for number, name in enumerate(names, start=1))))
    saves = [
        (drafts, others)[number % 2].save_station("winter", name, content(number, "new"), 1, "ada")
        for number, name in enumerate(names, start=1)
    ]
    await asyncio.gather(*saves)
    stations = await drafts.stations("winter")
    assert {(s.revision, s.content.title["en"]) for s in stations} == {(2, "new (en)")}


async def test_who_reads_while_a_draft_is_replaced_gets_the_old_one_or_the_new(drafts: Drafts, others: Drafts) -> None:
    old, new = edition(), edition(station("snow", 1), title=words("Snow"))
    await make(drafts, old)

    async def replace() -> None:
        for written in (new, old) * 3:
            await make(drafts, written)

    writing = asyncio.create_task(replace())
    while not writing.done():
        assert await others.edition("winter") in (old, new)
    await writing
