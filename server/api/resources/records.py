"""The audit log and the keys of tickets over the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from pydantic import Field

from exhibit.content import Content, Id
from server.api.answers import EntryAnswer, KeyAnswer
from server.api.call import Call
from server.api.contract import Operation
from server.permission import Permission
from server.store import audit
from server.store.open import Store


class AuditQuery(Content):
    """Which entries."""

    exhibition: Id | None = None
    before: Annotated[int, Field(ge=0, le=2**31 - 1, strict=False)] = 0
    count: Annotated[int, Field(ge=1, le=audit.MOST, strict=False)] = 50


class Records:
    """The operations on what nobody edits."""

    def __init__(self, store: Store, keys_changed: Callable[[], Awaitable[None]]) -> None:
        self._store, self._keys_changed = store, keys_changed

    def operations(self) -> list[Operation]:
        """All of them."""
        admin = Permission.ADMINISTER
        return [
            Operation("GET", "/audit", "readAudit", "Who changed what, the newest first", self.audit, Permission.SEE,
                      query=AuditQuery, answer=list[EntryAnswer]),
            Operation("GET", "/keys", "listKeys", "The keys that tickets are signed with", self.keys, admin,
                      answer=list[KeyAnswer]),
            Operation("POST", "/keys", "rotateKey", "Sign new tickets with a new key; older codes stay valid",
                      self.rotate, admin, answer=KeyAnswer, status=201, problems=(409,)),
            Operation("DELETE", "/keys/{key}", "withdrawKey", "Make every code that was signed with a key invalid",
                      self.withdraw, admin, status=204, problems=(409,)),
        ]  # fmt: skip

    async def audit(self, call: Call) -> list[EntryAnswer]:
        asked: AuditQuery = call.query
        found = await audit.entries(
            self._store.database, exhibition=asked.exhibition or "", before=asked.before, count=asked.count
        )
        return [EntryAnswer.of(entry) for entry in found]

    async def keys(self, _call: Call) -> list[KeyAnswer]:
        return [KeyAnswer.of(key) for key in await self._store.keys.all()]

    async def rotate(self, call: Call) -> KeyAnswer:
        key = await self._store.keys.rotate(call.user.id)
        await self._keys_changed()
        return KeyAnswer.of(key)

    async def withdraw(self, call: Call) -> None:
        await self._store.keys.withdraw(call.number("key"), call.user.id)
        await self._keys_changed()
