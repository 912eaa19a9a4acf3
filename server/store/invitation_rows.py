"""Invitations as rows of the table, read and changed inside a transaction. Knows no link and no letter."""

from __future__ import annotations

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.permission import Role
from server.store.account import Invitation, InvitationEndedError
from server.store.audit import SYSTEM
from server.store.tables import INVITATIONS
from server.store.user_rows import is_any_user

_IS_SETUP = and_(INVITATIONS.c.made_by == SYSTEM, INVITATIONS.c.user.is_(None))


async def insert_invitation(connection: AsyncConnection, invitation: Invitation) -> None:
    """Keep an invitation in place of an older one for the same person."""
    await connection.execute(delete(INVITATIONS).where(_is_replaced_by(invitation)))
    values = {"token": invitation.token_hash, "role": invitation.role.value, "login": invitation.login}
    times = {"made_at": invitation.made_at, "ends_at": invitation.ends_at}
    whose = {"user": invitation.user, "made_by": invitation.made_by}
    await connection.execute(insert(INVITATIONS).values(**values, **times, **whose))


async def read_invitation(connection: AsyncConnection, token_hash: str, now_s: float) -> Invitation:
    """An invitation that may still be accepted. Raises InvitationEndedError.

    The set-up link may be accepted only while there is no user, however many of them several machines made.
    """
    query = select(INVITATIONS).where(INVITATIONS.c.token == token_hash, INVITATIONS.c.ends_at > now_s)
    row = (await connection.execute(query)).mappings().first()
    if row is None or (row["made_by"] == SYSTEM and row["user"] is None and await is_any_user(connection)):
        raise InvitationEndedError
    return invitation_of(row)


async def take_invitation(connection: AsyncConnection, token_hash: str, now_s: float) -> Invitation:
    """Accept an invitation, which ends it. Raises InvitationEndedError."""
    invitation = await read_invitation(connection, token_hash, now_s)
    await end_invitation(connection, token_hash)
    return invitation


async def read_invitations(connection: AsyncConnection, now_s: float) -> list[Invitation]:
    """Those that may still be accepted, the newest first."""
    query = select(INVITATIONS).where(INVITATIONS.c.ends_at > now_s).order_by(INVITATIONS.c.made_at.desc())
    return [invitation_of(row) for row in (await connection.execute(query)).mappings()]


async def end_invitation(connection: AsyncConnection, token_hash: str) -> bool:
    """End an invitation; whether there was one."""
    return (await connection.execute(delete(INVITATIONS).where(INVITATIONS.c.token == token_hash))).rowcount > 0


async def sweep_invitations(connection: AsyncConnection, now_s: float) -> int:
    """Remove what has run out; returns how many."""
    return (await connection.execute(delete(INVITATIONS).where(INVITATIONS.c.ends_at <= now_s))).rowcount


def invitation_of(row: RowMapping) -> Invitation:
    """The invitation whose columns are in a row."""
    times = {"made_at": row["made_at"], "ends_at": row["ends_at"]}
    return Invitation(
        Role(row["role"]), row["login"], row["user"], made_by=row["made_by"], token_hash=row["token"], **times
    )


def _is_replaced_by(invitation: Invitation) -> ColumnElement[bool]:
    if invitation.user is not None:
        return INVITATIONS.c.user == invitation.user
    if invitation.made_by == SYSTEM:
        return _IS_SETUP
    return and_(INVITATIONS.c.login == invitation.login, INVITATIONS.c.login != "", INVITATIONS.c.user.is_(None))
