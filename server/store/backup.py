"""Writes the whole store into one file while the server goes on: a state of one moment, readable by its owner only."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import tables
from server.store.backup_form import PICTURES, STATE, TABLES, Manifest, Row, kept_tables, lines_of
from server.store.backup_pack import Pack
from server.store.database import Database
from server.store.new_file import new_file
from server.store.picture_folder import PictureFolder
from server.store.state_files import state_files

Progress = Callable[[str, float], None]  # what is being done, and the share that is done: 0 to 1

_ROWS_AT_ONCE = 100
_ROWS_SHARE = 0.2  # of the progress: an estimate


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written."""

    file: Path
    bytes: int
    manifest: Manifest


def no_progress(_doing: str, _share: float) -> None:
    """For whom it is of no interest."""


async def back_up(
    database: Database, pictures: Path, state: Path, target: Path, *, now_s: float, progress: Progress = no_progress
) -> Backup:
    """Back the store up into `target`: a .zip that is not there yet, or a folder, where it is named by the time.

    `pictures` and `state` are folders. A picture whose file is missing or damaged does not stop it: the manifest names
    it. Raises FileExistsError, other OSErrors, StoreUnusableError.
    """
    file = _file_of(target, now_s)
    async with new_file(file) as draft:
        with Pack(draft) as pack:
            manifest = await _fill(pack, database, PictureFolder(pictures), state, now_s=now_s, progress=progress)
    progress("done", 1.0)
    return Backup(file, file.stat().st_size, manifest)


async def _fill(
    pack: Pack, database: Database, pictures: PictureFolder, state: Path, *, now_s: float, progress: Progress
) -> Manifest:
    revision, rows, pictured = await _add_tables(database, pack, progress)
    missing = await _add_pictures(pack, pictures, [row["name"] for row in pictured], progress)
    gone = await _gone_since(database, missing)
    rows[tables.PICTURES.name] = len(pictured) - len(gone)
    await asyncio.to_thread(_add_pictured, pack, pictured, gone)
    await asyncio.to_thread(_add_state, pack, state)
    manifest = Manifest(
        program=version("vernissage"),
        revision=revision,
        made_at=now_s,
        rows=rows,
        members=pack.members,
        missing=tuple(sorted(missing - gone)),
    )
    await asyncio.to_thread(pack.finish, manifest)
    return manifest


def _file_of(target: Path, now_s: float) -> Path:
    """The file to write."""
    if target.suffix != ".zip" or target.is_dir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        target /= f"vernissage-{datetime.fromtimestamp(now_s, UTC):%Y-%m-%dT%H%M%SZ}.zip"
    return target


async def _add_tables(database: Database, pack: Pack, progress: Progress) -> tuple[str, dict[str, int], list[Row]]:
    """All rows of one moment but those of pictures, which are handed back; and the revision of the tables."""
    rows: dict[str, int] = {}
    kept = [table for table in kept_tables() if table is not tables.PICTURES]
    async with database.read() as connection:
        revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
        for place, table in enumerate(kept):
            progress(table.name, _ROWS_SHARE * place / len(kept))
            with pack.member(_member(table), packed=True) as write:
                rows[table.name] = await _add_rows(connection, table, write)
        pictured = [dict(row) for row in (await connection.execute(_rows(tables.PICTURES))).mappings()]
    return revision, rows, pictured


async def _add_rows(connection: AsyncConnection, table: Table, write: Callable[[bytes], None]) -> int:
    count = 0
    result = await connection.stream(_rows(table))
    async for part in result.mappings().partitions(_ROWS_AT_ONCE):
        await asyncio.to_thread(_write_rows, write, part)
        count += len(part)
    return count


def _write_rows(write: Callable[[bytes], None], rows: Sequence[RowMapping]) -> None:
    write(lines_of(dict(row) for row in rows))


def _rows(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


def _member(table: Table) -> str:
    return f"{TABLES}{table.name}.jsonl"


async def _add_pictures(pack: Pack, folder: PictureFolder, names: list[str], progress: Progress) -> set[str]:
    """Copy the files; the names of those that are missing or damaged."""
    missing = set()
    for place, name in enumerate(names):
        progress(name, _ROWS_SHARE + (1 - _ROWS_SHARE) * place / len(names))
        if not await asyncio.to_thread(_add_picture, pack, folder, name):
            missing.add(name)
    return missing


def _add_picture(pack: Pack, folder: PictureFolder, name: str) -> bool:
    try:
        data = folder.file(name).read_bytes()
    except FileNotFoundError:
        return False
    if not name.startswith(hashlib.sha256(data).hexdigest()):
        return False
    pack.add(PICTURES + name, data)
    return True


async def _gone_since(database: Database, missing: set[str]) -> set[str]:
    """Those of them that were collected meanwhile: they are missed by nobody."""
    if not missing:
        return set()
    async with database.read() as connection:
        there = set((await connection.execute(select(tables.PICTURES.c.name))).scalars())
    return missing - there


def _add_pictured(pack: Pack, rows: list[Row], gone: set[str]) -> None:
    lines = lines_of(row for row in rows if row["name"] not in gone)
    pack.add(_member(tables.PICTURES), lines, packed=True)


def _add_state(pack: Pack, folder: Path) -> None:
    for name in state_files(folder):
        pack.add(STATE + name, (folder / name).read_bytes(), packed=True)
