"""Logging in and out, sessions, and one's own password. Knows no cookie and no page.

A wrong login, a wrong password and a disabled account get the same answer, after the same time. The audit log has each
refusal; of those who must wait, the first.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from server import password_rules
from server.passwords import Turn
from server.store import audit
from server.store.account import LoginRefusedError, Session, ThrottledError, hash_of, new_token, typed_login
from server.store.account_changes import AccountChanges
from server.store.errors import NotThereError
from server.store.session_rows import (
    SEEN_EVERY_S,
    end_session,
    find_session,
    insert_session,
    read_sessions,
    see_session,
)
from server.store.user_rows import (
    Kept,
    change_user,
    end_own_links,
    end_sessions,
    find_kept,
    read_kept,
)

_WRONG_LOGIN = "the login or the password is wrong"
_WRONG_PASSWORD = "your present password is another one"


class Logins(AccountChanges):
    """The part of the accounts that everybody uses."""

    async def log_in(self, login: str, password: str, agent: str, address: str = "") -> tuple[str, Session]:
        """A new session and the secret for its cookie; `address` as server.address.visitor_address gives it.

        Raises LoginRefusedError, ThrottledError, BusyError.
        """
        login = typed_login(login)
        await self._check_wait(login, address)
        async with self._passwords.turn() as turn:
            await self._check_wait(login, address)  # others may have failed while this one waited for a turn
            kept = await self._read(lambda connection: find_kept(connection, login))
            right = await turn.matches(password, kept.password if kept else None)
            if kept is None or not right or kept.user.disabled:
                reason = "login" if kept is None else "disabled" if right else "password"
                await self._failed(login, address, "login.refused", reason)
                raise LoginRefusedError(_WRONG_LOGIN)
            renewed = await turn.hashed(password) if turn.outdated(kept.password) else kept.password
        self._throttle.succeeded(login, address)
        return await self._begin(kept, renewed, agent, address)

    async def session_of(self, token: str) -> Session | None:
        """The session of a cookie, if it goes on. Hardly ever writes."""
        token_hash, now_s = hash_of(token), self._now_s()
        session = await self._read(lambda connection: find_session(connection, token_hash, now_s))
        if session is None or now_s - session.seen_at < SEEN_EVERY_S:
            return session
        await self._database.change(lambda connection: see_session(connection, token_hash, now_s))
        return replace(session, seen_at=now_s)

    async def log_out(self, token: str) -> None:
        """End the session of a cookie; nothing where it has ended."""
        token_hash, now_s = hash_of(token), self._now_s()

        async def work(connection: AsyncConnection) -> None:
            session = await find_session(connection, token_hash, now_s)
            if session is not None:
                await end_session(connection, token_hash, session.user.id)
                await audit.record(connection, now_s, session.user.id, "logout", subject=session.user.id)

        await self._change(work)

    async def sessions_of(self, user: str) -> list[Session]:
        """A user's sessions, the one seen last first."""
        return await self._read(lambda connection: read_sessions(connection, user, self._now_s()))

    async def end_session(self, user: str, token_hash: str, by: str) -> None:
        """End one session of a user. Raises NotThereError."""

        async def work(connection: AsyncConnection) -> None:
            if not await end_session(connection, token_hash, user):
                raise NotThereError("this session has ended already")
            await audit.record(connection, self._now_s(), by, "session.end", subject=user)

        await self._change(work)

    async def change_password(self, user: str, old: str, new: str, keep: str, address: str = "") -> None:
        """Replace one's own password; all sessions end but that of the cookie `keep`.

        Raises NotThereError, PasswordRefusedError, LoginRefusedError, ThrottledError, BusyError.
        """
        kept = await self._read(lambda connection: read_kept(connection, user))
        login = kept.user.login
        password_rules.check(new, login, kept.user.name)
        await self._check_wait(login, address)
        async with self._passwords.turn() as turn:
            await self._check_wait(login, address)
            await self._check_own(turn, old, kept, address)
            renewed = await turn.hashed(new)
        self._throttle.succeeded(login, address)

        async def work(connection: AsyncConnection) -> None:
            if (await read_kept(connection, user)).password != kept.password:
                raise LoginRefusedError(_WRONG_PASSWORD)
            await change_user(connection, user, password=renewed)
            ended = await end_sessions(connection, user, but=hash_of(keep))
            await end_own_links(connection, user)
            await audit.record(
                connection, self._now_s(), user, "password.change", subject=user, detail={"sessions_ended": ended}
            )

        await self._change(work)

    async def _begin(self, kept: Kept, renewed: str, agent: str, address: str) -> tuple[str, Session]:
        """A session for who gave the right password, if it still is."""
        token, now_s = new_token(), self._now_s()

        async def work(connection: AsyncConnection) -> Session:
            present = await find_kept(connection, kept.user.login)
            if present is None or present.user.disabled or present.password != kept.password:
                raise LoginRefusedError(_WRONG_LOGIN)
            user = present.user
            if renewed != kept.password:
                await change_user(connection, user.id, password=renewed)
            await audit.record(connection, now_s, user.id, "login", subject=user.id, detail={"address": address})
            return await insert_session(connection, user, hash_of(token), agent, now_s)

        return token, await self._change(work)

    async def _check_own(self, turn: Turn, password: str, kept: Kept, address: str) -> None:
        if not await turn.matches(password, kept.password):
            await self._failed(kept.user.login, address, "password.refused", "password")
            raise LoginRefusedError(_WRONG_PASSWORD)

    async def _check_wait(self, login: str, address: str) -> None:
        wait_s = self._throttle.allowed_in_s(login, address, self._now_s())
        if wait_s > 0:
            if self._throttle.turned_away(login, address):
                await self._note(login, address, "login.refused", "throttled")
            raise ThrottledError(wait_s)

    async def _failed(self, login: str, address: str, action: str, reason: str) -> None:
        self._throttle.failed(login, address, self._now_s())
        await self._note(login, address, action, reason)

    async def _note(self, login: str, address: str, action: str, reason: str) -> None:
        detail, now_s = {"reason": reason, "address": address}, self._now_s()
        await self._database.change(
            lambda connection: audit.record(connection, now_s, audit.SYSTEM, action, subject=login, detail=detail)
        )
