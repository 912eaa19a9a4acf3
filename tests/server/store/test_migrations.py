"""Migrations: from every revision to the newest with something in every table, on both databases."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, Connection, Double, Integer, LargeBinary, MetaData, Table, func, insert, select, text

from server.store import migrating
from server.store.database import Database, connect, open_database
from server.store.errors import StoreUnusableError
from server.store.migrating import revisions, upgrade
from server.store.tables import METADATA

ALEMBICS = "alembic_version"


def tables_of(connection: Connection) -> list[Table]:
    """Every table of ours that the database has, those that others refer to first."""
    there = MetaData()
    there.reflect(connection)
    return [table for table in there.sorted_tables if table.name != ALEMBICS]


def fill(connection: Connection) -> dict[str, dict[str, Any]]:
    """One row in every table; what was written, by table."""
    rows = {table.name: {c.name: some(c.type) for c in table.c} for table in tables_of(connection)}
    for table in tables_of(connection):
        connection.execute(insert(table).values(**rows[table.name]))
    return rows


def some(kind: Any) -> Any:
    """A value of that kind; texts are all the same, so that references lead somewhere."""
    for known, value in ((Boolean, True), (Integer, 1), (Double, 2.5), (LargeBinary, b"\0\xff")):
        if isinstance(kind, known):
            return value
    return "x"


def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in tables_of(connection)
    }


def differences(connection: Connection) -> list[Any]:
    """Between the database's tables and tables.py, by Alembic."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, METADATA))


@pytest.fixture(name="bare")
async def _bare(bare_url: str) -> Any:
    database = connect(bare_url)
    yield database
    await database.close()


@pytest.mark.parametrize("revision", revisions())
async def test_what_was_written_at_any_revision_is_there_at_the_newest(bare: Database, revision: str) -> None:
    await upgrade(bare, revision)
    async with bare.write() as connection:
        before = await connection.run_sync(fill)
    await upgrade(bare)
    async with bare.read() as connection:
        after = await connection.run_sync(read)
        assert await connection.run_sync(differences) == []
    assert before.keys() <= after.keys() == METADATA.tables.keys()
    for name, row in before.items():
        (kept,) = after[name]
        assert {column: kept[column] for column in row} == row


async def test_tables_and_migrations_say_the_same(bare: Database) -> None:
    async with bare.write() as connection:
        assert len(await connection.run_sync(differences)) >= len(METADATA.tables)
    await upgrade(bare)
    async with bare.write() as connection:
        assert await connection.run_sync(differences) == []
        await connection.execute(text("ALTER TABLE pictures DROP COLUMN title"))
        assert [found[0] for found in await connection.run_sync(differences)] == ["add_column"]


async def test_a_database_that_is_up_to_date_is_left_alone(bare: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(*_: object) -> None:
        raise AssertionError("there is no step to take")

    await upgrade(bare)
    monkeypatch.setattr(migrating.command, "upgrade", unexpected)
    await upgrade(bare)


async def test_a_database_of_a_newer_program_is_refused_and_left_alone(bare_url: str) -> None:
    database = await open_database(bare_url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(StoreUnusableError, match=r"made by a newer Vernissage \(its revision is 9999, this one knows"):
        await open_database(bare_url)
    database = connect(bare_url)
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "9999"
    await database.close()


async def test_steps_are_taken_all_or_none(bare: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    take = migrating.command.upgrade

    def fail_at_the_end(*arguments: Any) -> None:
        take(*arguments)
        raise OSError("the disk is full")

    monkeypatch.setattr(migrating.command, "upgrade", fail_at_the_end)
    with pytest.raises(OSError, match="the disk is full"):
        await upgrade(bare)
    async with bare.read() as connection:
        assert await connection.run_sync(tables_of) == []
    monkeypatch.undo()
    await upgrade(bare)


PROGRAMS = """
import asyncio, os, sys
from server.store.database import open_database
from server.store.migrating import upgrade

async def start():
    await (await open_database(sys.argv[1])).close()

programs = []
for _ in range(3):  # processes, since Alembic has one state for each; importing everything once is enough
    program = os.fork()
    if not program:
        asyncio.run(start())
        os._exit(0)
    programs.append(program)
sys.exit(any(os.waitpid(program, 0)[1] for program in programs))
"""


async def test_programs_that_start_at_the_same_time_take_each_step_once(bare_url: str, bare: Database) -> None:
    words = [sys.executable, "-c", PROGRAMS, bare_url]
    done = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    async with bare.read() as connection:
        present = (await connection.execute(text(f"SELECT version_num FROM {ALEMBICS}"))).scalars().all()
        assert present == [revisions()[-1]]
        assert await connection.run_sync(differences) == []


async def test_tests_begin_with_the_tables_that_migrations_make_and_no_row(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
        for table in METADATA.sorted_tables:
            assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 0
