"""Users as rows of the table, read and changed inside a transaction, and what must go when a user changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.permission import Role
from server.store.account import LastAdminError, User
from server.store.errors import NotThereError, TakenError
from server.store.tables import INVITATIONS, SESSIONS, USERS


@dataclass(frozen=True, slots=True)
class Kept:
    """A user with what is kept of the password."""

    user: User
    password: str


async def stand_in_line(connection: AsyncConnection) -> None:
    """Let no two transactions that change accounts run at the same time; said before anything else.

    What they decide rests on rows that others change: that another admin is left, that an invitation was not used, that
    a password is still the one that was checked. SQLite has one writer anyway. PostgreSQL would let two of them go by
    what both saw at their start (write skew), so it locks the table against writers; locking it takes no snapshot, so
    the transaction sees what the one before it did. Readers do not wait.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))


async def read_user(connection: AsyncConnection, user: str) -> User:
    """One user. Raises NotThereError."""
    return (await read_kept(connection, user)).user


async def read_kept(connection: AsyncConnection, user: str) -> Kept:
    """One user with what is kept of the password. Raises NotThereError."""
    row = (await connection.execute(select(USERS).where(USERS.c.id == user))).mappings().first()
    if row is None:
        raise NotThereError("this user does not exist, or not any more")
    return Kept(user_of(row), row["password"])


async def find_kept(connection: AsyncConnection, login: str) -> Kept | None:
    """Who has a login, if anybody."""
    row = (await connection.execute(select(USERS).where(USERS.c.login == login))).mappings().first()
    return None if row is None else Kept(user_of(row), row["password"])


async def read_users(connection: AsyncConnection) -> list[User]:
    """Everybody, by login."""
    return [user_of(row) for row in (await connection.execute(select(USERS).order_by(USERS.c.login))).mappings()]


async def is_any_user(connection: AsyncConnection) -> bool:
    """Whether there is anybody at all."""
    return (await connection.execute(select(USERS.c.id).limit(1))).first() is not None


async def check_login_free(connection: AsyncConnection, login: str) -> None:
    """Raises TakenError where somebody has this login."""
    if await find_kept(connection, login):
        raise TakenError("somebody has this login already; choose another", "login")


async def insert_user(connection: AsyncConnection, user: User, password: str) -> None:
    """A new user with what is kept of the password. Raises TakenError."""
    await check_login_free(connection, user.login)
    values = {**asdict(user), "role": user.role.value, "password": password}
    await connection.execute(insert(USERS).values(**values))


async def change_user(connection: AsyncConnection, user: str, **values: Any) -> User:
    """Set columns of a user's row."""
    await connection.execute(update(USERS).where(USERS.c.id == user).values(**values))
    return await read_user(connection, user)


async def remove_user(connection: AsyncConnection, user: User) -> None:
    """Remove a user, and with them their sessions and the links to a new password of theirs."""
    await connection.execute(delete(USERS).where(USERS.c.id == user.id))


async def check_another_admin(connection: AsyncConnection, user: User) -> None:
    """Raises LastAdminError if nobody else can administer the server."""
    others = select(func.count()).where(USERS.c.role == Role.ADMIN.value, ~USERS.c.disabled, USERS.c.id != user.id)
    if user.role is Role.ADMIN and not user.disabled and not (await connection.execute(others)).scalar_one():
        raise LastAdminError


async def end_sessions(connection: AsyncConnection, user: str, but: str = "") -> int:
    """End a user's sessions, but for one token's hash; returns how many."""
    ended = delete(SESSIONS).where(SESSIONS.c.user == user, SESSIONS.c.token != but)
    return (await connection.execute(ended)).rowcount


async def end_own_links(connection: AsyncConnection, user: str) -> None:
    """Let the links that set a user's password lead nowhere."""
    await connection.execute(delete(INVITATIONS).where(INVITATIONS.c.user == user))


async def end_sent_links(connection: AsyncConnection, user: str) -> None:
    """Let all links that a user sent lead nowhere: they may give a role that the user may give no more."""
    await connection.execute(delete(INVITATIONS).where(INVITATIONS.c.made_by == user))


def user_of(row: RowMapping) -> User:
    """The user whose columns are in a row."""
    return User(row["id"], row["login"], row["name"], Role(row["role"]), row["disabled"], row["made_at"])
