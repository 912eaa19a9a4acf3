"""Pictures that visitors keep: a file in a folder and a row, until they expire or are deleted. Knows no page.

A picture is named by the SHA-256 of the secret in its link, and the secret itself is stored nowhere: who reads the
database or the folder can open no link. The file comes before the row and goes after it, so that whenever the power
fails every row has its file; a file without a row is removed by `sweep`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import ColumnElement, UnaryExpression, Update, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from exhibit.dream import Made
from server.store import audit
from server.store.database import Database
from server.store.errors import NotThereError, RefusedPictureError, StoreError
from server.store.kept_rows import Kept, OnWall, Receipt, digest_of, kept_of, made_text
from server.store.picture_folder import PictureFolder
from server.store.tables import KEPT_PICTURES as TABLE

MOST = 20_000  # pictures, of all exhibitions together
MAX_BYTES = 1_048_576  # of one
WALL = 60  # pictures on a wall page
_TOKEN_BYTES = 16
_ORPHAN_S = 3600.0  # a file without a row is left alone for so long: its row may be on its way
_SOI = b"\xff\xd8\xff"
_ON_THE_WAY = (OnWall.OFFERED, OnWall.APPROVED, OnWall.REJECTED)


class KeptFullError(StoreError):
    """As many pictures are kept as may be."""


class KeptPictures:
    """Keeps, finds, offers and removes visitors' pictures. What a curator decides is in the audit log."""

    def __init__(self, database: Database, folder: Path, now_s: Callable[[], float], most: int = MOST) -> None:
        self._database, self._folder, self._now_s, self._most = database, PictureFolder(folder), now_s, most

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder.folder

    async def keep(
        self, exhibition: str, station: str, jpeg: bytes, made: Made, expires_at: float, *, offered: bool = False
    ) -> Receipt:
        """Keep a picture until then, in seconds since 1970; what its visitor gets for it.

        Raises RefusedPictureError for what is no JPEG or too large, KeptFullError, NotThereError where the exhibition
        was removed.
        """
        if not jpeg.startswith(_SOI) or len(jpeg) > MAX_BYTES:
            raise RefusedPictureError(f"expected a JPEG of at most {MAX_BYTES} bytes, got {len(jpeg)} bytes")
        receipt = Receipt(secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES))
        kept_id = digest_of(receipt.token)
        row = {
            "token": kept_id,
            "owner": digest_of(receipt.owner),
            "exhibition": exhibition,
            "station": station,
            "made": made_text(made),
            "kept_at": self._now_s(),
            "expires_at": expires_at,
            "wall": OnWall.OFFERED if offered else OnWall.PRIVATE,
        }
        await self._make_room()
        name = _file(kept_id)
        await asyncio.to_thread(self._write, name, jpeg)
        try:
            await self._database.change(lambda connection: _insert(connection, row))
        except BaseException as error:
            await asyncio.to_thread(self._remove, [name])
            if isinstance(error, IntegrityError):
                raise NotThereError(f"there is no exhibition {exhibition!r} any more") from error
            raise
        return receipt

    async def find(self, token: str) -> Kept | None:
        """The picture of a link, unless it has expired or was deleted."""
        return await self.get(digest_of(token))

    async def get(self, kept_id: str) -> Kept | None:
        """The same by its id."""
        query = select(TABLE).where(TABLE.c.token == kept_id, self._unexpired())
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return kept_of(row) if row is not None else None

    async def picture(self, kept: Kept) -> bytes:
        """The JPEG. Raises NotThereError where its file is gone."""
        try:
            return await asyncio.to_thread(self._folder.file(_file(kept.id)).read_bytes)
        except FileNotFoundError:
            raise NotThereError("this picture is not there any more") from None

    # -- its visitor ----------------------------------------------------------------------------------------------

    async def remove(self, token: str, owner: str) -> bool:
        """Delete it. False: there is no such picture, or it is another's."""

        async def work(connection: AsyncConnection) -> bool:
            own = TABLE.c.token == digest_of(token), TABLE.c.owner == digest_of(owner), self._unexpired()
            return (await connection.execute(delete(TABLE).where(*own))).rowcount > 0

        removed = await self._database.change(work)
        if removed:
            await asyncio.to_thread(self._remove, [_file(digest_of(token))])
        return removed

    async def offer(self, token: str, owner: str) -> bool:
        """Ask for the wall. False: there is no such picture, it is another's, or a curator rejected it.

        Whether the station has a wall is the caller's to check.
        """
        return await self._move(token, owner, OnWall.PRIVATE, OnWall.OFFERED, also=(OnWall.OFFERED, OnWall.APPROVED))

    async def withdraw(self, token: str, owner: str) -> bool:
        """Ask for it no more, or take it off. False: there is no such picture, or it is another's."""
        moved = await self._move(token, owner, OnWall.OFFERED, OnWall.PRIVATE, also=())
        return moved or await self._move(
            token, owner, OnWall.APPROVED, OnWall.PRIVATE, also=(OnWall.PRIVATE, OnWall.REJECTED)
        )

    async def _move(self, token: str, owner: str, before: OnWall, after: OnWall, *, also: tuple[OnWall, ...]) -> bool:
        """From one state into another; True as well where it is in one of those that it may stay in."""
        own = TABLE.c.token == digest_of(token), TABLE.c.owner == digest_of(owner), self._unexpired()

        async def work(connection: AsyncConnection) -> bool:
            if (await connection.execute(_to(after).where(*own, TABLE.c.wall == before))).rowcount > 0:
                return True
            stays = select(TABLE.c.token).where(*own, TABLE.c.wall.in_(also))
            return (await connection.execute(stays)).first() is not None

        return await self._database.change(work)

    # -- curators and the wall ------------------------------------------------------------------------------------

    async def offered(self, exhibition: str) -> list[Kept]:
        """Those that wait for a curator, the longest first."""
        return await self._list(
            TABLE.c.exhibition == exhibition, TABLE.c.wall == OnWall.OFFERED, order=TABLE.c.kept_at.asc()
        )

    async def approved(self, exhibition: str) -> list[Kept]:
        """Those on its stations' walls, the one approved last first."""
        its = TABLE.c.exhibition == exhibition, TABLE.c.wall == OnWall.APPROVED
        return await self._list(*its, order=TABLE.c.decided_at.desc())

    async def decide(self, exhibition: str, kept_id: str, by: str, *, approve: bool) -> Kept:
        """Let it onto the wall, or not; what was decided before may be decided again.

        Raises NotThereError where it has expired, or its visitor deleted or withdrew it.
        """
        now_s, state = self._now_s(), OnWall.APPROVED if approve else OnWall.REJECTED
        its = TABLE.c.token == kept_id, TABLE.c.exhibition == exhibition, self._unexpired()

        async def work(connection: AsyncConnection) -> Kept:
            change = update(TABLE).values(wall=state, decided_by=by, decided_at=now_s)
            if (await connection.execute(change.where(*its, TABLE.c.wall.in_(_ON_THE_WAY)))).rowcount == 0:
                raise NotThereError("this picture is not offered for the wall any more")
            action = "dream.approve" if approve else "dream.reject"
            await audit.record(connection, now_s, by, action, exhibition=exhibition, subject=kept_id)
            return kept_of((await connection.execute(select(TABLE).where(*its))).mappings().one())

        return await self._database.change(work)

    async def on_wall(self, exhibition: str, station: str, limit: int = WALL) -> list[Kept]:
        """Those that a station's wall shows, the one approved last first."""
        its = TABLE.c.exhibition == exhibition, TABLE.c.station == station, TABLE.c.wall == OnWall.APPROVED
        return await self._list(*its, order=TABLE.c.decided_at.desc(), limit=limit)

    async def _list(
        self, *which: ColumnElement[bool], order: UnaryExpression[float], limit: int | None = None
    ) -> list[Kept]:
        query = select(TABLE).where(*which, self._unexpired()).order_by(order, TABLE.c.token).limit(limit)
        async with self._database.read() as connection:
            return [kept_of(row) for row in (await connection.execute(query)).mappings()]

    # -- room -----------------------------------------------------------------------------------------------------

    async def sweep(self) -> int:
        """Remove what has expired, and files without a row; how many pictures that were."""
        now_s = self._now_s()

        async def work(connection: AsyncConnection) -> list[str]:
            old = list((await connection.execute(select(TABLE.c.token).where(TABLE.c.expires_at <= now_s))).scalars())
            await connection.execute(delete(TABLE).where(TABLE.c.expires_at <= now_s))
            return old

        expired = await self._database.change(work)
        async with self._database.read() as connection:
            there = set((await connection.execute(select(TABLE.c.token))).scalars())
        names = [_file(token) for token in expired]
        names += await asyncio.to_thread(self._orphans, {_file(token) for token in there}, now_s - _ORPHAN_S)
        await asyncio.to_thread(self._remove, names)
        return len(expired)

    async def _make_room(self) -> None:
        """Raises KeptFullError where there is none even without those that have expired."""
        if await self._count() >= self._most:
            await self.sweep()
            if await self._count() >= self._most:
                raise KeptFullError(f"expected at most {self._most} kept pictures, got one more")

    async def _count(self) -> int:
        async with self._database.read() as connection:
            return int((await connection.execute(select(func.count()).select_from(TABLE))).scalar_one())

    def _unexpired(self) -> ColumnElement[bool]:
        return TABLE.c.expires_at > self._now_s()

    # -- files, each in a thread ----------------------------------------------------------------------------------

    def _write(self, name: str, jpeg: bytes) -> None:
        self._folder.place(self._folder.write_draft(name, jpeg), name)

    def _remove(self, names: list[str]) -> None:
        self._folder.remove(iter(names))

    def _orphans(self, there: set[str], before_s: float) -> list[str]:
        return [name for name in self._folder.written_before(before_s) if name not in there]


def _file(token_digest: str) -> str:
    return f"{token_digest}.jpg"


def _to(state: OnWall) -> Update:
    return update(TABLE).values(wall=state, decided_by=None, decided_at=None)


async def _insert(connection: AsyncConnection, row: dict[str, object]) -> None:
    await connection.execute(insert(TABLE).values(row))
