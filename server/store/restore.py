"""Brings a backup back, into SQLite or PostgreSQL whichever it was made from: all of it, or nothing.

First everything in the file is compared with its SHA-256. Then pictures are written, which nobody sees without their
rows, and keys and styles, beside their places. Then one transaction makes the tables as they were when the backup was
made, fills them, and brings them up to date; at its end the keys are put in their places. The server must not run.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.backup import Progress, no_progress
from server.store.backup_form import (
    LIMITS,
    MANIFEST,
    MAX_MANIFEST_BYTES,
    PICTURES,
    STATE,
    Manifest,
    members_of,
    read_manifest,
)
from server.store.database import Database
from server.store.errors import StoreUnusableError, TakenError
from server.store.picture_folder import PictureFolder
from server.store.restore_tables import restore_tables
from server.store.state_files import Staged, check_may_write, stage
from server.store.tables import EXHIBITIONS, USERS
from server.store.tables import PICTURES as PICTURES_TABLE
from server.store.zip_door import RefusedArchiveError, open_zip, parts_of_entry, read_entry

_VERIFIED, _PLACED = 0.4, 0.8  # the share that is done by then: an estimate


async def restore(
    database: Database,
    pictures: Path,
    state: Path,
    file: BinaryIO,
    *,
    replace: bool = False,
    progress: Progress = no_progress,
) -> Manifest:
    """Restore into a store that is empty, or instead of everything that is in it; `pictures` and `state` are folders.

    Pictures that were in the store and are not in the backup stay in the folder until `collect` removes them.
    Raises RefusedArchiveError for a file that is no backup, damaged or of a newer program, TakenError where something
    is there and may not be replaced, StoreUnusableError where it does not fit on the disk.
    """
    with ExitStack() as stack:
        archive = await asyncio.to_thread(stack.enter_context, open_zip(file, LIMITS))
        manifest = await asyncio.to_thread(_verified, archive, progress)
        if not replace:
            async with database.read() as connection:
                await _check_empty(connection)
            await asyncio.to_thread(_check_state, archive, manifest, state)
        await asyncio.to_thread(_place_pictures, archive, manifest, pictures, progress)
        staged: list[Staged] = []
        try:
            await asyncio.to_thread(_stage_state, archive, manifest, state, staged)
            async with database.write() as connection:
                if not replace:
                    await _check_empty(connection)
                progress("the tables", _PLACED)
                await restore_tables(connection, archive, manifest)
                await asyncio.to_thread(_place_state, staged)
        finally:
            for one in staged:
                one.drop()
    progress("done", 1.0)
    return manifest


# -- the file -----------------------------------------------------------------------------------------------------


def _verified(archive: zipfile.ZipFile, progress: Progress) -> Manifest:
    """What it says of itself, every part of it being what it says. Raises RefusedArchiveError."""
    from server.store.migrating import revisions  # Alembic costs a while to import

    manifest = read_manifest(read_entry(archive, MANIFEST, MAX_MANIFEST_BYTES))
    if manifest.revision not in revisions():
        raise RefusedArchiveError(
            f"this backup was made by a newer Vernissage (its revision is {manifest.revision}, this one knows "
            f"{revisions()[-1]}); update the program"
        )
    there = {info.filename: info.file_size for info in archive.infolist()}
    told = {MANIFEST: there[MANIFEST]} | {name: member.bytes for name, member in manifest.members.items()}
    if different := sorted(dict(there.items() ^ told.items())):
        raise RefusedArchiveError(f"{different[0][:120]}: expected what the manifest says, got something else")
    for place, (name, member) in enumerate(manifest.members.items()):
        progress(f"checking {name}", _VERIFIED * place / len(manifest.members))
        digest = hashlib.sha256()
        for part in parts_of_entry(archive, name, member.bytes):
            digest.update(part)
        if digest.hexdigest() != member.sha256:
            raise RefusedArchiveError(f"{name}: expected what the manifest says, it is damaged")
    return manifest


# -- files --------------------------------------------------------------------------------------------------------


def _place_pictures(archive: zipfile.ZipFile, manifest: Manifest, folder: Path, progress: Progress) -> None:
    names = members_of(manifest, PICTURES)
    kept = PictureFolder(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    needed = sum(manifest.members[PICTURES + name].bytes for name in names if not kept.file(name).exists())
    if needed > (free := shutil.disk_usage(folder).free):
        raise StoreUnusableError(f"{folder}: expected room for {needed >> 20} MiB of pictures, got {free >> 20} MiB")
    for place, name in enumerate(names):
        progress(name, _VERIFIED + (_PLACED - _VERIFIED) * place / len(names))
        member = manifest.members[PICTURES + name]
        if not name.startswith(member.sha256):
            raise RefusedArchiveError(f"{PICTURES}{name}: expected the content that its name says, got another")
        kept.place(kept.write_draft(name, read_entry(archive, PICTURES + name, member.bytes)), name)


def _state(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    for name in members_of(manifest, STATE):
        yield name, read_entry(archive, STATE + name, manifest.members[STATE + name].bytes)


def _check_state(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    for name, data in _state(archive, manifest):
        check_may_write(folder, name, data)


def _stage_state(archive: zipfile.ZipFile, manifest: Manifest, folder: Path, staged: list[Staged]) -> None:
    for name, data in _state(archive, manifest):
        staged.append(stage(folder, name, data))


def _place_state(staged: list[Staged]) -> None:
    for one in staged:
        one.place()


async def _check_empty(connection: AsyncConnection) -> None:
    for table, what in ((EXHIBITIONS, "exhibitions"), (USERS, "accounts"), (PICTURES_TABLE, "pictures")):
        if (await connection.execute(select(func.count()).select_from(table))).scalar_one():
            raise TakenError(f"expected an empty store, this one has {what}", "store")
