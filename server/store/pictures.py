"""Pictures and clips by the SHA-256 of what is in them: a file in a folder, and a row that says whose it is.

The file comes first and the row second, and the other way round where they go: whenever the power fails, every row has
its file, and a file without a row is removed by `collect`. The file is put in its place inside the row's transaction,
and removed inside another one, so that neither passes the other by: SQLite has one writer at a time, and in PostgreSQL
the table is locked meanwhile.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import audit, references
from server.store.database import Database
from server.store.errors import NotThereError, RefusedPictureError, StoreUnusableError
from server.store.picture_check import Cleaned, clean_overlay, clean_picture, decoded, jpeg_of
from server.store.picture_cut import Point, check_corners, cut_out
from server.store.picture_folder import NAME, PictureFolder
from server.store.tables import EXHIBITIONS, OPERATIONS, PICTURES, STATIONS, VERSIONS

A_DAY_S = 86_400.0
_AT_ONCE = 2  # pictures that are checked at the same time: one of 100 megapixels may take 1.5 GB
_TITLE_CHARS = 200
_TRIES = 3
_NAMES_A_STATEMENT = 500
_STILL = re.compile(r".*\.(jpg|png|webp)")

Names = list[str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a picture or a clip."""

    name: str  # the file's, in the folder
    bytes: int
    width: int  # in pixels; 0 for clips
    height: int
    title: str  # the file's name on the curator's computer
    made_at: float  # when it was kept; the last time, if that was more than once
    made_by: str


class Pictures:
    """Keeps, cuts and finds pictures. Every change is in the audit log."""

    def __init__(self, database: Database, folder: Path, now_s: Callable[[], float]) -> None:
        self._database, self._folder, self._now_s = database, PictureFolder(folder), now_s
        self._threads = ThreadPoolExecutor(_AT_ONCE, "pictures")  # has no thread before there is work

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder.folder

    def close(self) -> None:
        """Let the threads go; what they are at is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def keep(self, data: bytes, title: str, who: str) -> Picture:
        """Check, clean and keep a picture of an artwork (see picture_check.py). Raises RefusedPictureError.

        The same picture again is the same row, which from then on counts as new.
        """
        return await self._store(await self._computed(clean_picture, data), title, who, "picture.keep")

    async def keep_overlay(self, data: bytes, title: str, who: str) -> Picture:
        """The same for what hangs over an artwork: a picture, perhaps transparent, or a clip. A clip is kept as it is,
        with what it says of where and when it was made. Raises RefusedPictureError."""
        return await self._store(await self._computed(clean_overlay, data), title, who, "overlay.keep")

    async def crop(self, name: str, corners: Sequence[Point], title: str, who: str) -> Picture:
        """Cut a painting out of a photo that was kept; for the corners see picture_cut.py.

        Raises NotThereError, RefusedPictureError.
        """
        check_corners(corners)
        photo = await self.get(name)
        if _STILL.fullmatch(photo.name) is None:
            raise RefusedPictureError("expected a photo to cut a painting out of, got a clip")
        try:
            data = await asyncio.to_thread(self.path(name).read_bytes)
        except OSError as error:
            raise StoreUnusableError(f"the picture {name} cannot be read: {error.strerror}") from error
        cut = await self._computed(lambda data: jpeg_of(cut_out(decoded(data), corners)), data)
        return await self._store(cut, title, who, "picture.crop")

    def path(self, name: str) -> Path:
        """The file of a picture. Raises NotThereError for what is no picture's name; the file may still be missing."""
        if NAME.fullmatch(name) is None:
            raise NotThereError(f"there is no picture {name[:80]!r}")
        return self._folder.file(name)

    async def get(self, name: str) -> Picture:
        """Raises NotThereError."""
        self.path(name)
        async with self._database.read() as connection:
            return await _get(connection, name)

    async def list(self) -> Sequence[Picture]:
        """Every picture, the newest first."""
        query = select(PICTURES).order_by(PICTURES.c.made_at.desc(), PICTURES.c.name)
        async with self._database.read() as connection:
            return [Picture(**row) for row in (await connection.execute(query)).mappings()]

    async def sizes(self, names: Collection[str]) -> Mapping[str, tuple[int, int]]:
        """Width and height of those of them that are there, by name; 0 x 0 for clips."""
        about = select(PICTURES.c.name, PICTURES.c.width, PICTURES.c.height)
        found: dict[str, tuple[int, int]] = {}
        async with self._database.read() as connection:
            for part in _parts(sorted(names)):
                rows = await connection.execute(about.where(PICTURES.c.name.in_(part)))
                found |= {name: (width, height) for name, width, height in rows}
        return found

    async def collect(self, older_than_s: float = A_DAY_S) -> Names:
        """Remove what no draft and no version speaks of, and files without a row; both only once they are so old.

        Returns the names of what is gone.
        """
        before_s = self._now_s() - older_than_s
        forgotten = await self._forget(before_s)
        return sorted({*forgotten, *await self._sweep(before_s, forgotten)})

    # -- keeping --------------------------------------------------------------------------------------------------

    async def _computed(self, compute: Callable[[bytes], T], data: bytes) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, compute, data)

    async def _store(self, cleaned: Cleaned, title: str, who: str, action: str) -> Picture:
        """Keep it; written anew where somebody whose clock is far ahead tidied the draft up meanwhile."""
        for _ in range(_TRIES - 1):
            with suppress(FileNotFoundError):
                return await self._store_once(cleaned, title, who, action)
        return await self._store_once(cleaned, title, who, action)

    async def _store_once(self, cleaned: Cleaned, title: str, who: str, action: str) -> Picture:
        draft = await asyncio.to_thread(self._folder.write_draft, cleaned.name, cleaned.data)
        picture = Picture(
            cleaned.name, len(cleaned.data), cleaned.width, cleaned.height, _plain(title), self._now_s(), who
        )

        async def work(connection: AsyncConnection) -> Picture:
            await references.let_nobody_write(connection, PICTURES)
            await asyncio.to_thread(self._folder.place, draft, picture.name)
            return await _put(connection, picture, action)

        try:
            return await self._database.change(work)
        finally:
            await asyncio.to_thread(draft.unlink, missing_ok=True)

    # -- collecting -----------------------------------------------------------------------------------------------

    async def _forget(self, before_s: float) -> Names:
        """Remove the rows that nothing refers to; their names."""
        old = select(PICTURES.c.name).where(PICTURES.c.made_at < before_s)
        async with self._database.read() as connection:
            if (await connection.execute(old.limit(1))).first() is None:
                return []
            in_versions, seen = await references.in_versions(connection)

        async def work(connection: AsyncConnection) -> Names:
            await references.let_nobody_write(connection, VERSIONS, STATIONS, EXHIBITIONS, OPERATIONS, PICTURES)
            used = in_versions | await references.in_other_versions(connection, seen)
            used |= await references.in_drafts(connection) | await references.in_operations(connection)
            names = sorted(set((await connection.execute(old)).scalars()) - used)
            for part in _parts(names):
                await connection.execute(delete(PICTURES).where(PICTURES.c.name.in_(part)))
            if names:
                detail = {"count": len(names)}
                await audit.record(connection, self._now_s(), audit.SYSTEM, "pictures.collect", detail=detail)
            return names

        return await self._database.change(work)

    async def _sweep(self, before_s: float, forgotten: Names) -> Names:
        """Remove the files that have no row; their names."""
        old = await asyncio.to_thread(self._folder.written_before, before_s)
        names = sorted({*old, *forgotten})

        async def work(connection: AsyncConnection) -> Names:
            await references.let_nobody_write(connection, PICTURES)
            there = set((await connection.execute(select(PICTURES.c.name))).scalars())
            return await asyncio.to_thread(self._folder.remove, (name for name in names if name not in there))

        return await self._database.change(work) if names else []


async def _get(connection: AsyncConnection, name: str) -> Picture:
    row = (await connection.execute(select(PICTURES).where(PICTURES.c.name == name))).mappings().first()
    if row is None:
        raise NotThereError(f"there is no picture {name}")
    return Picture(**row)


async def _put(connection: AsyncConnection, picture: Picture, action: str) -> Picture:
    """The picture's row, made if it is not there."""
    again = update(PICTURES).where(PICTURES.c.name == picture.name).values(made_at=picture.made_at)
    if not (await connection.execute(again)).rowcount:
        values = {field: getattr(picture, field) for field in Picture.__slots__}
        await connection.execute(insert(PICTURES).values(values))
        await audit.record(connection, picture.made_at, picture.made_by, action, subject=picture.name)
    return await _get(connection, picture.name)


def _parts(names: Names) -> Iterator[Names]:
    return (names[at : at + _NAMES_A_STATEMENT] for at in range(0, len(names), _NAMES_A_STATEMENT))


def _plain(title: str) -> str:
    """The last part of a file's name, on one line; what no database takes is left out."""
    last = re.split(r"[/\\]", title)[-1]
    return "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()[:_TITLE_CHARS]
