"""Sessions as rows of the table, read and changed inside a transaction. Knows no password and no cookie.

A session ends twelve hours after the login, two hours after the last request, or when somebody ends it (OWASP Session
Management Cheat Sheet, "Session Expiration"): a working day, and a long lunch.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, RowMapping, Select, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.account import MAX_AGENT_CHARS, Session, User, readable
from server.store.tables import SESSIONS, USERS
from server.store.user_rows import user_of

LASTS_S = 12 * 3600.0
IDLE_S = 2 * 3600.0
SEEN_EVERY_S = 60.0  # a request writes no oftener, and so hardly ever


async def insert_session(connection: AsyncConnection, user: User, token_hash: str, agent: str, now_s: float) -> Session:
    """A session that begins now."""
    session = Session(user, now_s, now_s, now_s + LASTS_S, readable(agent, MAX_AGENT_CHARS), token_hash)
    times = {"made_at": session.made_at, "seen_at": session.seen_at, "ends_at": session.ends_at}
    await connection.execute(insert(SESSIONS).values(token=token_hash, user=user.id, agent=session.agent, **times))
    return session


async def find_session(connection: AsyncConnection, token_hash: str, now_s: float) -> Session | None:
    """The session of a token's hash, if it goes on and its user may log in."""
    query = _sessions().where(SESSIONS.c.token == token_hash, ~USERS.c.disabled, _goes_on(now_s))
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else session_of(row)


async def read_sessions(connection: AsyncConnection, user: str, now_s: float) -> list[Session]:
    """A user's sessions that go on, the one seen last first."""
    query = _sessions().where(SESSIONS.c.user == user, _goes_on(now_s)).order_by(SESSIONS.c.seen_at.desc())
    return [session_of(row) for row in (await connection.execute(query)).mappings()]


async def see_session(connection: AsyncConnection, token_hash: str, now_s: float) -> None:
    """A request came in it."""
    seen = update(SESSIONS).where(SESSIONS.c.token == token_hash, SESSIONS.c.seen_at < now_s)
    await connection.execute(seen.values(seen_at=now_s))


async def end_session(connection: AsyncConnection, token_hash: str, user: str) -> bool:
    """End one session of a user; whether there was one."""
    ended = delete(SESSIONS).where(SESSIONS.c.token == token_hash, SESSIONS.c.user == user)
    return (await connection.execute(ended)).rowcount > 0


async def sweep_sessions(connection: AsyncConnection, now_s: float) -> int:
    """Remove what has ended; returns how many."""
    return (await connection.execute(delete(SESSIONS).where(~_goes_on(now_s)))).rowcount


def session_of(row: RowMapping) -> Session:
    """The session whose columns, with its user's, are in a row."""
    return Session(
        user_of(row), row["session_made_at"], row["seen_at"], row["ends_at"], row["agent"], token_hash=row["token"]
    )


def _sessions() -> Select[tuple[object, ...]]:
    """Sessions with their users; both have a made_at."""
    of_session = (SESSIONS.c.token, SESSIONS.c.seen_at, SESSIONS.c.ends_at, SESSIONS.c.agent)
    return select(USERS, *of_session, SESSIONS.c.made_at.label("session_made_at")).join_from(SESSIONS, USERS)


def _goes_on(now_s: float) -> ColumnElement[bool]:
    return and_(SESSIONS.c.ends_at > now_s, SESSIONS.c.seen_at > now_s - IDLE_S)
