"""The database: which addresses it takes, what a transaction sees, and who waits for whom."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import database as module
from server.store.database import Database, connect, open_database, sqlite_url
from server.store.errors import StoreUnusableError
from server.store.tables import KEYS

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def keep(connection: AsyncConnection, number: int) -> None:
    await connection.execute(insert(KEYS).values(id=number, made_at=0.0))


async def kept(connection: AsyncConnection) -> list[int]:
    return list((await connection.execute(select(KEYS.c.id).order_by(KEYS.c.id))).scalars())


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "the database's address cannot be read: expected postgresql://user@host/name"),
        ("store.db", "the database's address cannot be read"),
        ("postgresql://host:port/name", "the database's address cannot be read"),
        ("mysql://host/name", "expected a sqlite or postgresql address, got mysql"),
        ("postgresql+psycopg://host/name", r"expected a sqlite or postgresql address, got postgresql\+psycopg"),
        ("nothing://host", "expected a sqlite or postgresql address, got nothing"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(StoreUnusableError, match=sentence):
        connect(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_postgresql_is_called_by_any_of_its_names(scheme: str) -> None:
    opened = connect(f"{scheme}://ada:secret@museum.example:5433/house")
    assert not opened.is_sqlite
    assert opened.url == "postgresql+asyncpg://ada:***@museum.example:5433/house"


def test_sqlite_is_called_by_any_of_its_names(tmp_path: Path) -> None:
    assert connect(f"sqlite:///{tmp_path}/store.db").url == connect(sqlite_url(tmp_path / "store.db")).url
    assert connect(sqlite_url(tmp_path / "store.db")).is_sqlite


def test_where_the_driver_is_missing_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreUnusableError, match=r"pip install 'vernissage\[postgresql\]'"):
        connect("postgresql://ada@museum.example/house")


async def test_a_server_that_is_not_there_is_said_without_the_password(unused_tcp_port: int) -> None:
    with pytest.raises(StoreUnusableError) as caught:
        await open_database(f"postgresql://ada:secret@127.0.0.1:{unused_tcp_port}/house")
    assert f"127.0.0.1:{unused_tcp_port}/house" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusableError, match=r"nowhere/store\.db: unable to open database file"):
        await open_database(sqlite_url(tmp_path / "nowhere" / "store.db"))
    await threads_end()


async def threads_end() -> None:
    """That the driver's threads end, which may outlive their connections for a moment."""
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:
            await asyncio.to_thread(thread.join, 5)
            assert not thread.is_alive()


async def test_a_file_that_is_no_database_is_said_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(b"a letter to the museum, and not a database at all " * 40)
    before = file.read_bytes()
    with pytest.raises(StoreUnusableError, match=r"store\.db: file is not a database"):
        await open_database(sqlite_url(file))
    assert file.read_bytes() == before
    await threads_end()


# -- transactions -----------------------------------------------------------------------------------------------------


async def test_what_a_block_wrote_is_kept_whole_or_not_at_all(database: Database) -> None:
    with pytest.raises(RuntimeError, match="half-way"):
        async with database.write() as connection:
            await keep(connection, 1)
            raise RuntimeError("half-way")
    async with database.write() as connection:
        assert await kept(connection) == []
        await keep(connection, 2)
    async with database.read() as connection:
        assert await kept(connection) == [2]


async def test_who_is_cancelled_half_way_leaves_nothing(database: Database) -> None:
    begun = asyncio.Event()

    async def work(connection: AsyncConnection) -> None:
        await keep(connection, 1)
        begun.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(database.change(work))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.read() as connection:
        assert await kept(connection) == []


async def test_all_that_a_reader_reads_is_of_one_moment_while_others_write(database: Database) -> None:
    async with database.write() as connection:
        await keep(connection, 1)
    async with database.read() as reader:
        assert await kept(reader) == [1]
        async with database.write() as writer:
            await keep(writer, 2)
            assert await kept(reader) == [1]
        assert await kept(reader) == [1]
        async with database.write() as writer:
            await writer.execute(delete(KEYS))
        assert await kept(reader) == [1]
    async with database.read() as reader:
        assert await kept(reader) == []


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.write() as writer:
        await keep(writer, 1)
        async with asyncio.timeout(5), database.read() as reader:
            assert await kept(reader) == []


# -- SQLite -----------------------------------------------------------------------------------------------------------


@SQLITE
async def test_sqlite_is_set_to_lose_nothing(database: Database) -> None:
    async with database.read() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


@SQLITE
async def test_a_writer_waits_for_the_one_before(database: Database) -> None:
    order = []

    async def second() -> None:
        async with database.write() as connection:
            order.append("second")
            await keep(connection, 2)

    async with database.write() as connection:
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.05)
        await keep(connection, 1)
        order.append("first")
    await waiting
    assert order == ["first", "second"]
    async with database.read() as connection:
        assert await kept(connection) == [1, 2]


@SQLITE
async def test_a_writer_does_not_wait_for_ever(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_S", 0.05)
    one, other = connect(database_url), connect(database_url)
    try:
        async with one.write() as connection:
            await keep(connection, 1)
            with pytest.raises(OperationalError, match="database is locked"):
                async with other.write() as late:
                    await keep(late, 2)
        async with other.read() as connection:
            assert await kept(connection) == [1]
    finally:
        await one.close()
        await other.close()


@SQLITE
async def test_another_program_that_writes_is_waited_for(database: Database, database_url: str) -> None:
    with sqlite3.connect(database_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO ticket_keys (id, made_at) VALUES (1, 0)")
        writing = asyncio.create_task(database.change(lambda connection: keep(connection, 2)))
        await asyncio.sleep(0.05)
        assert not writing.done()
        other.execute("COMMIT")
        await writing
    other.close()
    async with database.read() as connection:
        assert await kept(connection) == [1, 2]


# -- PostgreSQL -------------------------------------------------------------------------------------------------------


@POSTGRESQL
async def test_postgresql_runs_transactions_one_after_the_other_or_says_so(database: Database) -> None:
    async with database.read() as connection:
        level = (await connection.execute(text("SHOW transaction_isolation"))).scalar_one()
    assert level == "repeatable read"


@POSTGRESQL
async def test_a_connection_of_ones_own_is_closed_at_the_end(database: Database) -> None:
    async with database.driver_connection() as driver:
        number = await driver.fetchval("SELECT pg_backend_pid()")
        assert not driver.is_in_transaction()
    assert driver.is_closed()
    async with asyncio.timeout(5):
        while await _is_there(database, number):
            await asyncio.sleep(0.01)


async def _is_there(database: Database, number: int) -> bool:
    query = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :number")
    async with database.read() as connection:
        return bool((await connection.execute(query, {"number": number})).scalar_one())


@SQLITE
async def test_a_database_that_does_not_answer_is_left_behind_at_the_end(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(module, "CLOSE_S", 0.1)
    async with database.read() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
    asking = asyncio.create_task(driver.create_function("wait", 0, gate.wait))  # of the pool's own connection
    await asking
    stuck = asyncio.create_task(driver.execute("SELECT wait()"))
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(10):
            await database.close()
    finally:
        gate.set()
        stuck.cancel()
    assert "left behind" in caplog.text
