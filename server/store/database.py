"""The database: opened, brought up to date, and read and written in transactions. Knows no table.

SQLite in WAL by default: readers see a whole state while somebody writes. A writing transaction takes SQLite's one lock
at its start (BEGIN IMMEDIATE), so that two of them wait for each other instead of failing half-way, and is on the disk
when it returns (synchronous=FULL). PostgreSQL, for several machines, runs the same statements at REPEATABLE READ.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.store.errors import StoreUnusableError

CLOSE_S = 1.0  # for connections to end
BUSY_S = 10.0  # a writer waits so long for another
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
_WRITES = "vernissage_writes"
_TRIES = 5  # of a transaction that PostgreSQL could not put in a line with others
_PAUSE_S = 0.01  # before the second try; twice as long before each further one

# What PostgreSQL says of such a transaction (its manual, 13.5, "Serialization Failure Handling"): it could not be put
# in a line, it stood in a deadlock, or somebody else added the same key meanwhile, which a second look can see.
_OUT_OF_LINE = {"40001", "40P01", "23505"}

_TABLE_IS_THERE = "42P07"

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}

T = TypeVar("T")
log = logging.getLogger("vernissage.store")


class Database:
    """Transactions on one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{_WRITES: True})

    @property
    def is_sqlite(self) -> bool:
        """Whether it is the embedded one."""
        return self._engine.dialect.name == "sqlite"

    @property
    def url(self) -> str:
        """Where it is, the password left out."""
        return self._engine.url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes nothing: all it reads is of one moment."""
        async with self._engine.connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is kept whole if the block ends well, and not at all if not."""
        async with self._writing.connect() as connection, connection.begin():
            yield connection

    async def change(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a writing transaction, from its start again where PostgreSQL could not put it in a line.

        `work` may run up to five times, so it must change nothing but the database.
        """
        for pause_s in (_PAUSE_S * 2**tried for tried in range(_TRIES - 1)):
            try:
                return await self._changed(work)
            except DBAPIError as error:
                if _sqlstate(error) not in _OUT_OF_LINE:
                    raise
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))  # so that two do not meet again
        return await self._changed(work)

    async def _changed(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self.write() as connection:
            return await work(connection)

    @asynccontextmanager
    async def driver_connection(self) -> AsyncIterator[Any]:
        """A connection of its own as the driver has it, outside any transaction, for what SQLAlchemy has no words for;
        it is closed at the end of the block."""
        async with self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            await connection.run_sync(Connection.detach)  # the pool makes another one in its place
            yield driver

    async def close(self) -> None:
        """Let every connection go. One that does not answer, as a disk may not, is left behind."""
        closing = asyncio.create_task(self._engine.dispose())
        done, _ = await asyncio.wait([closing], timeout=CLOSE_S)
        if done:
            closing.result()
            return
        log.warning("the store does not answer and is left behind: %s", self.url)
        closing.cancel()  # which it does not heed at once: aiosqlite waits for its thread once more
        await asyncio.wait([closing], timeout=CLOSE_S / 10)


def sqlite_url(file: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite+aiosqlite:///{file}"


async def open_database(url: str) -> Database:
    """Open it, and bring its tables up to date. Raises StoreUnusableError."""
    database = connect(url)
    try:
        await _bring_up_to_date(database)
    except StoreUnusableError:
        await database.close()
        raise
    except (DBAPIError, OSError, sqlite3.Error) as error:
        await database.close()
        raise StoreUnusableError(f"{database.url}: {_reason(error)}") from error
    return database


async def _bring_up_to_date(database: Database) -> None:
    """Take the steps that are missing; once more where another program took them while this one waited for it, which
    PostgreSQL does not show to a transaction that had begun before."""
    from server.store.migrating import upgrade  # Alembic costs a while to import

    try:
        await upgrade(database)
    except DBAPIError as error:
        if _sqlstate(error) not in {*_OUT_OF_LINE, _TABLE_IS_THERE}:
            raise
        await upgrade(database)


def connect(url: str) -> Database:
    """The database at an address; nothing is opened before it is used. Raises StoreUnusableError."""
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
        if parsed.drivername not in _DRIVERS.values():
            raise StoreUnusableError(f"expected a sqlite or postgresql address, got {parsed.drivername}")
        options: dict[str, Any] = {} if parsed.drivername.startswith("sqlite") else {"pool_pre_ping": True}
        engine = create_async_engine(parsed, **options)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:  # the last for a port that is no number
        raise StoreUnusableError(
            "the database's address cannot be read: expected postgresql://user@host/name"
        ) from error
    except ModuleNotFoundError as error:
        raise StoreUnusableError(
            "PostgreSQL needs the extra 'postgresql' (pip install 'vernissage[postgresql]')"
        ) from error
    if parsed.drivername.startswith("sqlite"):
        _tame_sqlite(engine)
    else:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return Database(engine)


def _tame_sqlite(engine: AsyncEngine) -> None:
    """Let SQLAlchemy begin transactions itself: the driver begins none before the first write."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        try:
            cursor = connection.cursor()
            for pragma in (f"busy_timeout = {BUSY_S * 1000:.0f}", *_PRAGMAS):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
        except Exception:
            connection.close()  # nobody else knows of it yet, and it has a thread
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _sqlstate(error: DBAPIError) -> str | None:
    """PostgreSQL's name for the error."""
    return getattr(error.orig, "sqlstate", None)


def _reason(error: Exception) -> str:
    """What the driver says, in one line."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(str(cause).split())[:300]
