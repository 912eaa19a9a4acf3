"""A change that PostgreSQL cannot put in a line with another is made again, and no other."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.database import Database
from server.store.tables import KEYS

KEY = {"id": 1, "made_at": 0.0}


async def add_one(connection: AsyncConnection) -> float:
    made_at = (await connection.execute(select(KEYS.c.made_at))).scalar_one()
    await asyncio.sleep(0.01)  # the other one reads the same meanwhile
    await connection.execute(update(KEYS).values(made_at=made_at + 1))
    return made_at + 1


async def test_changes_at_the_same_time_are_all_made(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(KEYS).values(**KEY))
    results = await asyncio.gather(*(database.change(add_one) for _ in range(3)))
    assert sorted(results) == [1, 2, 3]


async def test_who_adds_the_same_key_at_the_same_time_sees_the_others(database: Database) -> None:
    async def add_if_missing(connection: AsyncConnection) -> bool:
        if (await connection.execute(select(KEYS.c.id))).first():
            return False
        await asyncio.sleep(0.01)
        await connection.execute(insert(KEYS).values(**KEY))
        return True

    assert sorted(await asyncio.gather(*(database.change(add_if_missing) for _ in range(3)))) == [False, False, True]


async def test_it_is_tried_five_times_and_no_more(database: Database) -> None:
    tries = []

    async def work(connection: AsyncConnection) -> None:
        tries.append(connection)
        await connection.execute(insert(KEYS).values(**KEY))
        await connection.execute(insert(KEYS).values(**KEY))

    with pytest.raises(IntegrityError):
        await database.change(work)
    assert len(tries) == (1 if database.is_sqlite else 5)


async def test_a_change_that_fails_otherwise_is_not_tried_again_and_leaves_nothing(database: Database) -> None:
    tries = []

    async def work(connection: AsyncConnection) -> None:
        tries.append(connection)
        await connection.execute(insert(KEYS).values(**KEY))
        await connection.execute(text("SELECT nothing_of_the_kind"))

    with pytest.raises(DBAPIError):
        await database.change(work)
    assert len(tries) == 1
    async with database.read() as connection:
        assert (await connection.execute(select(KEYS.c.id))).all() == []
