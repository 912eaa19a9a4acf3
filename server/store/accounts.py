"""Accounts: who may use the console. How people come in is in links.py, how they log in in logins.py.

Every method is one transaction, after what must be computed for it; every change is in the audit log, without secrets.
Whether somebody may do what they ask for is for the caller to decide (server/permission.py). `by` is the id of the user
who acts, or audit.COMMAND.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.permission import Role
from server.store import audit
from server.store.account import User, name_of
from server.store.invitation_rows import sweep_invitations
from server.store.links import Links
from server.store.logins import Logins
from server.store.session_rows import sweep_sessions
from server.store.user_rows import (
    change_user,
    check_another_admin,
    end_own_links,
    end_sent_links,
    end_sessions,
    read_user,
    read_users,
    remove_user,
)


class Accounts(Logins, Links):
    """All of them: users, sessions and invitations."""

    async def users(self) -> list[User]:
        """Everybody, by login."""
        return await self._read(read_users)

    async def user(self, user: str) -> User:
        """One user. Raises NotThereError."""
        return await self._read(lambda connection: read_user(connection, user))

    async def set_role(self, user: str, role: Role, by: str) -> User:
        """Give a user another role; it counts from their next request on. Raises NotThereError, LastAdminError."""

        async def work(connection: AsyncConnection) -> User:
            present = await read_user(connection, user)
            if role is not Role.ADMIN:
                await check_another_admin(connection, present)
                await end_sent_links(connection, user)
            await self._record(connection, by, "user.role", user, before=present.role, after=role)
            return await change_user(connection, user, role=role.value)

        return await self._change(work)

    async def disable(self, user: str, by: str) -> User:
        """Let a user in no more: sessions and links end at once. Raises NotThereError, LastAdminError."""

        async def work(connection: AsyncConnection) -> User:
            await check_another_admin(connection, await read_user(connection, user))
            ended = await end_sessions(connection, user)
            await end_own_links(connection, user)
            await end_sent_links(connection, user)
            await self._record(connection, by, "user.disable", user, sessions_ended=ended)
            return await change_user(connection, user, disabled=True)

        return await self._change(work)

    async def enable(self, user: str, by: str) -> User:
        """Let a user in again, by the password they had. Raises NotThereError."""

        async def work(connection: AsyncConnection) -> User:
            await self._record(connection, by, "user.enable", user)
            return await change_user(connection, user, disabled=False)

        return await self._change(work)

    async def rename(self, user: str, name: str, by: str) -> User:
        """Call a user by another name. Raises NotThereError, AccountFieldError."""
        after = name_of(name)

        async def work(connection: AsyncConnection) -> User:
            before = (await read_user(connection, user)).name
            await self._record(connection, by, "user.rename", user, before=before, after=after)
            return await change_user(connection, user, name=after)

        return await self._change(work)

    async def delete(self, user: str, by: str) -> None:
        """Remove a user; the audit log still says who they were. Raises NotThereError, LastAdminError."""

        async def work(connection: AsyncConnection) -> None:
            present = await read_user(connection, user)
            await check_another_admin(connection, present)
            await end_sent_links(connection, user)
            await self._record(connection, by, "user.delete", user, login=present.login, name=present.name)
            await remove_user(connection, present)

        await self._change(work)

    async def sweep(self) -> int:
        """Remove sessions and invitations that ran out; returns how many. No audit entry: nobody did it."""
        now_s = self._now_s()

        async def work(connection: AsyncConnection) -> int:
            return await sweep_sessions(connection, now_s) + await sweep_invitations(connection, now_s)

        return await self._change(work)

    async def _record(self, connection: AsyncConnection, by: str, action: str, user: str, **detail: Any) -> None:
        await audit.record(connection, self._now_s(), by, action, subject=user, detail=detail)
