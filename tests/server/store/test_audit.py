"""The audit log: written with what it speaks of or not at all, and read from its newest end."""

from __future__ import annotations

import pytest

from server.store import audit
from server.store.audit import MOST, entries, record
from server.store.database import Database


async def write(database: Database, count: int, exhibition: str = "", **more: object) -> None:
    async with database.write() as connection:
        for number in range(count):
            await record(connection, float(number), "ada", "station.save", exhibition=exhibition, subject=str(number))


async def test_an_entry_is_read_as_it_was_written(database: Database) -> None:
    detail = {"changed": ["title"], "from": "Häfen", "to": "港口", "count": 2, "whole": True, "none": None}
    async with database.write() as connection:
        await record(connection, 12.5, "ada", "station.save", exhibition="winter", subject="harbour", detail=detail)
    (entry,) = await entries(database)
    assert (entry.at, entry.who, entry.action) == (12.5, "ada", "station.save")
    assert (entry.exhibition, entry.subject, entry.detail) == ("winter", "harbour", detail)


async def test_the_newest_come_first_and_the_others_page_by_page(database: Database) -> None:
    await write(database, 7)
    first = await entries(database, count=3)
    assert [entry.subject for entry in first] == ["6", "5", "4"]
    second = await entries(database, count=3, before=first[-1].id)
    assert [entry.subject for entry in second] == ["3", "2", "1"]
    third = await entries(database, count=3, before=second[-1].id)
    assert [entry.subject for entry in third] == ["0"]
    assert await entries(database, count=3, before=third[-1].id) == []


async def test_the_log_of_one_exhibition_has_no_other(database: Database) -> None:
    await write(database, 2, "winter")
    await write(database, 2, "spring")
    await write(database, 1)
    assert {entry.exhibition for entry in await entries(database)} == {"winter", "spring", ""}
    winter = await entries(database, exhibition="winter")
    assert [(entry.exhibition, entry.subject) for entry in winter] == [("winter", "1"), ("winter", "0")]
    assert await entries(database, exhibition="summer") == []


async def test_no_answer_has_more_than_so_many(database: Database) -> None:
    await write(database, MOST + 5)
    assert len(await entries(database)) == len(await entries(database, count=10_000)) == MOST


async def test_an_entry_goes_with_the_change_that_it_speaks_of(database: Database) -> None:
    with pytest.raises(RuntimeError, match="refused"):
        async with database.write() as connection:
            await record(connection, 1.0, "ada", "station.save")
            raise RuntimeError("refused")
    assert await entries(database) == []


async def test_a_long_subject_is_cut_to_what_fits(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, 1.0, audit.SYSTEM, "login.refused", subject="港" * 500)
    (entry,) = await entries(database)
    assert entry.subject == "港" * 120
    assert entry.detail == {}
