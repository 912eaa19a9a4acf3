"""Passwords: how they are kept, and which are taken. Knows no account and no database.

They are kept by Argon2id (RFC 9106) with 46 MiB, two passes and one lane: twice the passes of the first of the equally
strong choices in OWASP's Password Storage Cheat Sheet, about 100 ms on one core. The RFC's own second choice (64 MiB,
three passes, four lanes) would take four cores from the visitors for each login. No more than two are computed at a
time, in threads, and only so many wait for that.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from server.password_rules import PasswordRefusedError, normal

AT_ONCE = 2
MOST_WAITING = 50  # about three seconds of work
_SALT_BYTES, _HASH_BYTES = 16, 32  # RFC 9106, section 4: 128-bit salt, 256-bit tag


T = TypeVar("T")


class BusyError(Exception):
    """More people log in at the same time than the server has time for."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs."""

    passes: int
    memory_kib: int
    lanes: int = 1


COST = Cost(passes=2, memory_kib=46 * 1024)


class Passwords:
    """Owns the right to compute hashes: takes turns, `AT_ONCE` of them at a time."""

    def __init__(self, cost: Cost = COST) -> None:
        self._turn = Turn(cost)
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Wait for a turn. Raises BusyError where too many wait already."""
        if self._waiting >= MOST_WAITING:
            raise BusyError("too many people are logging in at this moment; try again in a few seconds")
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield self._turn
        finally:
            self._free.release()


class Turn:
    """What somebody may compute whose turn it is. Every method runs in a thread."""

    def __init__(self, cost: Cost) -> None:
        self._hasher = PasswordHasher(
            cost.passes, cost.memory_kib, cost.lanes, hash_len=_HASH_BYTES, salt_len=_SALT_BYTES, type=Type.ID
        )
        self._nobodys = _nobodys_hash(cost)

    async def hashed(self, password: str) -> str:
        """What is kept of a new password, its cost and salt included. Raises PasswordRefusedError if it is unusable."""
        usable = normal(password)
        return await _in_a_thread(lambda: self._hasher.hash(usable))

    async def matches(self, password: str, kept: str | None) -> bool:
        """Whether it is the password that was kept. None (there is no such person) takes as long, and is False."""
        try:
            usable = normal(password)
        except PasswordRefusedError:  # can be nobody's, which must not be quicker to learn
            usable, kept = "", None
        right = await _in_a_thread(lambda: self._verified(kept or self._nobodys, usable))
        return right and kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether it was kept at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verified(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False


def _nobodys_hash(cost: Cost) -> str:
    """A hash of this cost that no password has, in Argon2's text form; made without computing one."""
    salt, tag = (
        base64.b64encode(secrets.token_bytes(count)).rstrip(b"=").decode() for count in (_SALT_BYTES, _HASH_BYTES)
    )
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}${salt}${tag}"


async def _in_a_thread(compute: Callable[[], T]) -> T:
    """Its result. Whoever is cancelled meanwhile keeps their turn until the thread is done, which cannot be stopped."""
    thread = asyncio.ensure_future(asyncio.to_thread(compute))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        await asyncio.wait([thread])
        raise
