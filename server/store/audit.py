"""The audit log: who changed what, and when. Written in the change's own transaction; never changed or removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.database import Database
from server.store.tables import AUDIT

MOST = 200  # entries in one answer
SYSTEM, COMMAND = "system", "command"  # who acts where nobody is logged in: the server by itself, the command line
_SUBJECT_CHARS = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """One change."""

    id: int
    at: float  # seconds since 1970
    who: str  # a user's id, SYSTEM or COMMAND
    action: str
    exhibition: str  # "": none
    subject: str
    detail: Mapping[str, Any]


async def record(
    connection: AsyncConnection,
    at: float,
    who: str,
    action: str,
    *,
    exhibition: str = "",
    subject: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one entry, in the transaction of what it speaks of. `detail` must hold no secret."""
    values = {"at": at, "who": who, "action": action, "exhibition": exhibition, "subject": subject[:_SUBJECT_CHARS]}
    text = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True)
    await connection.execute(insert(AUDIT).values(**values, detail=text))


async def entries(database: Database, *, exhibition: str = "", before: int = 0, count: int = MOST) -> list[Entry]:
    """The newest entries before an id (0: of all), the newest first; of one exhibition, or of all."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(min(count, MOST))
    if exhibition:
        query = query.where(AUDIT.c.exhibition == exhibition)
    if before:
        query = query.where(AUDIT.c.id < before)
    async with database.read() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return [Entry(**{**row, "detail": json.loads(row["detail"])}) for row in rows]
