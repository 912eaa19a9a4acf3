"""Links that work once: invitations, the first one of all, and those to a new password. Knows no letter and no page.

The secret of a link is told once, to whoever made it; only its hash is kept.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from server import password_rules
from server.permission import Role
from server.store import audit
from server.store.account import Invitation, InvitationEndedError, User, hash_of, login_of, name_of, new_id, new_token
from server.store.account_changes import AccountChanges
from server.store.errors import NotThereError
from server.store.invitation_rows import (
    end_invitation,
    insert_invitation,
    read_invitation,
    read_invitations,
    take_invitation,
)
from server.store.user_rows import (
    change_user,
    check_login_free,
    end_own_links,
    end_sessions,
    insert_user,
    is_any_user,
    read_user,
)

INVITATION_S = 7 * 86400.0
RESET_S = SETUP_S = 86400.0
MAX_S = 30 * 86400.0


class Links(AccountChanges):
    """The part of the accounts that lets people in."""

    async def first_invitation(self) -> str | None:
        """The link that makes the first admin, in place of an older one; None where there is a user already."""
        token, now_s = new_token(), self._now_s()

        async def work(connection: AsyncConnection) -> str | None:
            if await is_any_user(connection):
                return None
            ends_at, token_hash = now_s + SETUP_S, hash_of(token)
            first = Invitation(Role.ADMIN, "", None, now_s, audit.SYSTEM, ends_at, token_hash)
            await insert_invitation(connection, first)
            await audit.record(connection, now_s, audit.SYSTEM, "invitation.first")
            return token

        return await self._change(work)

    async def invite(self, role: Role, login: str, by: str, lifetime_s: float = INVITATION_S) -> str:
        """A link for a new user, in place of an older one for the same login ("": the person chooses one).

        Raises AccountFieldError, TakenError.
        """
        if by == audit.SYSTEM:
            raise ValueError("expected a user or the command line to invite somebody, got the server itself")
        _check_lifetime(lifetime_s)
        token, now_s, wanted = new_token(), self._now_s(), login_of(login) if login.strip() else ""
        invitation = Invitation(role, wanted, None, now_s, by, now_s + lifetime_s, hash_of(token))

        async def work(connection: AsyncConnection) -> str:
            if wanted:
                await check_login_free(connection, wanted)
            await insert_invitation(connection, invitation)
            detail = {"role": role, "login": wanted}
            await audit.record(connection, now_s, by, "invitation.make", subject=wanted, detail=detail)
            return token

        return await self._change(work)

    async def reset_password(self, user: str, by: str, lifetime_s: float = RESET_S) -> str:
        """A link with which a user sets a new password, in place of an older one. Raises NotThereError."""
        _check_lifetime(lifetime_s)
        token, now_s = new_token(), self._now_s()
        ends_at, token_hash = now_s + lifetime_s, hash_of(token)

        async def work(connection: AsyncConnection) -> str:
            whose = await read_user(connection, user)
            link = Invitation(whose.role, whose.login, user, now_s, by, ends_at, token_hash)
            await insert_invitation(connection, link)
            await audit.record(connection, now_s, by, "password.link", subject=user)
            return token

        return await self._change(work)

    async def invitation_of(self, token: str) -> Invitation:
        """What a link is for. Raises InvitationEndedError."""
        return await self._read(lambda connection: read_invitation(connection, hash_of(token), self._now_s()))

    async def invitations(self) -> list[Invitation]:
        """All links that may still be used, the newest first."""
        return await self._read(lambda connection: read_invitations(connection, self._now_s()))

    async def withdraw_invitation(self, token_hash: str, by: str) -> None:
        """Let a link lead nowhere. Raises NotThereError."""

        async def work(connection: AsyncConnection) -> None:
            if not await end_invitation(connection, token_hash):
                raise NotThereError("this invitation was used or withdrawn already")
            await audit.record(connection, self._now_s(), by, "invitation.withdraw")

        await self._change(work)

    async def accept_invitation(self, token: str, login: str, name: str, password: str) -> User:
        """Become a user. `login` counts only where the invitation leaves it open.

        Raises InvitationEndedError, AccountFieldError, TakenError, PasswordRefusedError, BusyError; after any of these
        but the first the link may be used again.
        """
        invitation = await self.invitation_of(token)
        if invitation.user is not None:
            raise InvitationEndedError
        login, name = invitation.login or login_of(login), name_of(name)
        password_rules.check(password, login, name)
        async with self._passwords.turn() as turn:
            kept = await turn.hashed(password)

        async def work(connection: AsyncConnection) -> User:
            now_s = self._now_s()
            taken = await take_invitation(connection, invitation.token_hash, now_s)
            user = User(new_id(), login, name, taken.role, disabled=False, made_at=now_s)
            await insert_user(connection, user, kept)
            detail = {"login": login, "name": name, "role": taken.role, "invited_by": taken.made_by}
            await audit.record(connection, now_s, user.id, "user.make", subject=user.id, detail=detail)
            return user

        return await self._change(work)

    async def accept_reset(self, token: str, password: str) -> User:
        """Set a new password by a link; all sessions of the user end. A disabled user stays so.

        Raises InvitationEndedError, PasswordRefusedError, BusyError; after the latter two the link may be used again.
        """
        link = await self.invitation_of(token)
        user = await self._whose(link)
        password_rules.check(password, user.login, user.name)
        async with self._passwords.turn() as turn:
            kept = await turn.hashed(password)

        async def work(connection: AsyncConnection) -> User:
            now_s = self._now_s()
            await take_invitation(connection, link.token_hash, now_s)
            ended = await end_sessions(connection, user.id)
            await end_own_links(connection, user.id)
            detail = {"sessions_ended": ended, "sent_by": link.made_by}
            await audit.record(connection, now_s, user.id, "password.reset", subject=user.id, detail=detail)
            return await change_user(connection, user.id, password=kept)

        changed = await self._change(work)
        self._throttle.succeeded(changed.login, "")
        return changed

    async def _whose(self, link: Invitation) -> User:
        whose = link.user
        if whose is None:
            raise InvitationEndedError
        return await self._read(lambda connection: read_user(connection, whose))


def _check_lifetime(lifetime_s: float) -> None:
    if not 0 < lifetime_s <= MAX_S:
        raise ValueError(f"expected a lifetime above 0 and up to {MAX_S:.0f} s, got {lifetime_s}")
