"""People and a clock for tests of accounts, on both databases. Passwords are cheap; test_passwords.py has dear ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select

from server.passwords import Cost, Passwords, Turn
from server.permission import Role
from server.store import audit
from server.store.account import Session, User
from server.store.accounts import Accounts
from server.store.database import Database
from server.store.tables import METADATA

CHEAP = Cost(passes=1, memory_kib=8)
PASSWORD, OTHER = "vier blaue Stühle", "fünf gelbe Sessel"
MUSEUM, ELSEWHERE = "203.0.113.1", "198.51.100.7"


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


class Watched(Passwords):
    """Notes which passwords were compared with one that is kept (True) and which with nobody's (False)."""

    def __init__(self, cost: Cost = CHEAP) -> None:
        super().__init__(cost)
        self.compared: list[bool] = []
        self._watched = WatchedTurn(cost, self.compared)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        async with super().turn():
            yield self._watched


class WatchedTurn(Turn):
    def __init__(self, cost: Cost, compared: list[bool]) -> None:
        super().__init__(cost)
        self._compared = compared

    async def matches(self, password: str, kept: str | None) -> bool:
        self._compared.append(kept is not None)
        return await super().matches(password, kept)


async def a_user(accounts: Accounts, admin: User, login: str = "ben", role: Role = Role.CURATOR) -> User:
    token = await accounts.invite(role, login, admin.id)
    return await accounts.accept_invitation(token, "", login.title(), PASSWORD)


async def a_session(accounts: Accounts, user: User) -> str:
    token, _ = await accounts.log_in(user.login, PASSWORD, "Firefox", MUSEUM)
    return token


async def session_in(accounts: Accounts, token: str) -> Session:
    session = await accounts.session_of(token)
    assert session is not None
    return session


async def everything(database: Database) -> str:
    """All rows of all tables, as one text."""
    async with database.read() as connection:
        rows = [(await connection.execute(select(table))).all() for table in METADATA.sorted_tables]
    return repr(rows)


async def actions(database: Database) -> list[str]:
    return [entry.action for entry in reversed(await audit.entries(database))]
