"""Accounts over the API: logging in and out, one's own password and sessions, and other people for those who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import Field, StringConstraints

from exhibit.content import Content
from server.api.answers import Answer, FreshLink, Instant, Link, Me, OwnSession, Person, me
from server.api.body import sentence_of
from server.api.call import Call, CallError, Reply, csrf_of
from server.api.contract import Operation
from server.api.reception import Reception
from server.password_rules import PasswordRefusedError
from server.permission import Permission, Role
from server.store.account import LoginRefusedError, name_of
from server.store.accounts import Accounts as StoredAccounts
from server.store.links import INVITATION_S, RESET_S

LongText = Annotated[str, StringConstraints(max_length=1024)]
Secret = Annotated[str, StringConstraints(max_length=4096)]  # what is no password is refused with a sentence of its own


class Login(Content):
    """Who wants in."""

    login: LongText
    password: Secret


class NewPassword(Content):
    """One's own password, changed."""

    old: Secret
    new: Secret


class Acceptance(Content):
    """What somebody says who follows a link."""

    login: LongText = ""
    name: LongText = ""
    password: Secret


class InvitationRequest(Content):
    """Who is invited, as what."""

    role: Annotated[Role, Field(strict=False)]
    login: LongText = ""


class Change(Content):
    """What is changed of a person; what is left out stays."""

    name: LongText | None = None
    role: Annotated[Role, Field(strict=False)] | None = None
    disabled: bool | None = None


class LinkPurpose(Answer):
    """What a link is for."""

    role: Role
    login: str
    resets: bool  # whether it sets a password of somebody who is there
    ends_at: Instant


class Accounts:
    """The operations on people and sessions."""

    def __init__(self, accounts: StoredAccounts, reception: Reception, now_s: Callable[[], float]) -> None:
        self._accounts, self._reception, self._now_s = accounts, reception, now_s

    def operations(self) -> list[Operation]:
        """All of them."""
        admin, see = Permission.ADMINISTER, Permission.SEE
        one = "/people/{person}"
        return [
            Operation("POST", "/login", "logIn", "Log in", self.log_in, logged_in=False, body=Login, answer=Me,
                      problems=(401, 429)),
            Operation("POST", "/logout", "logOut", "Log out", self.log_out, status=204),
            Operation("GET", "/me", "readMe", "Who is logged in here", self.me, answer=Me),
            Operation("POST", "/me/password", "changePassword", "Change one's password; other sessions end",
                      self.change_password, body=NewPassword, status=204, problems=(429,)),
            Operation("GET", "/me/sessions", "listSessions", "Where one is logged in", self.sessions,
                      answer=list[OwnSession]),
            Operation("DELETE", "/me/sessions/{session}", "endSession", "Log out elsewhere", self.end_session,
                      status=204),
            Operation("GET", "/links/{token}", "readLink", "What a link is for", self.link, logged_in=False,
                      answer=LinkPurpose, problems=(410,)),
            Operation("POST", "/links/{token}", "acceptLink", "Follow a link: set up an account, or a new password",
                      self.accept, logged_in=False, body=Acceptance, answer=Me, problems=(401, 409, 410, 429)),
            Operation("GET", "/people", "listPeople", "Everybody who has an account", self.people, see,
                      answer=list[Person]),
            Operation("PATCH", one, "changePerson", "Change a name or a role, or let somebody in no more", self.change,
                      admin, body=Change, answer=Person, problems=(409,)),
            Operation("DELETE", one, "removePerson", "Remove an account", self.remove, admin, status=204,
                      problems=(409,)),
            Operation("POST", f"{one}/reset", "resetPassword", "A link with which somebody sets a new password",
                      self.reset, admin, answer=FreshLink),
            Operation("GET", "/invitations", "listInvitations", "Links that were not followed yet", self.invitations,
                      admin, answer=list[Link]),
            Operation("POST", "/invitations", "invite", "Invite somebody", self.invite, admin, body=InvitationRequest,
                      answer=FreshLink, status=201, problems=(409,)),
            Operation("DELETE", "/invitations/{link}", "withdrawInvitation", "Let a link lead nowhere", self.withdraw,
                      admin, status=204),
        ]  # fmt: skip

    # -- oneself --------------------------------------------------------------------------------------------------

    async def log_in(self, call: Call) -> Reply:
        return await self._enter(call, call.body.login, call.body.password)

    async def _enter(self, call: Call, login: str, password: str) -> Reply:
        agent = call.request.headers.get("User-Agent", "")
        token, session = await self._accounts.log_in(login, password, agent, call.address)
        return Reply(me(session, csrf_of(token)), cookie=token)

    async def log_out(self, call: Call) -> Reply:
        await self._accounts.log_out(call.token)
        return Reply(cookie="")

    async def me(self, call: Call) -> Me:
        assert call.session is not None, "only who is logged in comes here"
        return me(call.session, csrf_of(call.token))

    async def change_password(self, call: Call) -> None:
        asked: NewPassword = call.body
        try:
            await self._accounts.change_password(call.user.id, asked.old, asked.new, call.token, call.address)
        except LoginRefusedError as error:  # nobody has to log in again for that
            raise CallError(422, "bad_field", sentence_of(str(error)), field="old") from None
        except PasswordRefusedError as error:
            raise CallError(422, "bad_field", sentence_of(str(error)), field="new", reason=error.reason.value) from None

    async def sessions(self, call: Call) -> list[OwnSession]:
        assert call.session is not None, "only who is logged in comes here"
        here = call.session.token_hash
        return [
            OwnSession(
                id=one.token_hash,
                agent=one.agent,
                made_at=one.made_at,
                seen_at=one.seen_at,
                current=one.token_hash == here,
            )
            for one in await self._accounts.sessions_of(call.user.id)
        ]

    async def end_session(self, call: Call) -> None:
        await self._accounts.end_session(call.user.id, call.part("session"), call.user.id)

    # -- links ----------------------------------------------------------------------------------------------------

    async def link(self, call: Call) -> LinkPurpose:
        found = await self._accounts.invitation_of(call.part("token"))
        return LinkPurpose(role=found.role, login=found.login, resets=found.user is not None, ends_at=found.ends_at)

    async def accept(self, call: Call) -> Reply:
        token, asked = call.part("token"), call.body
        found = await self._accounts.invitation_of(token)
        if found.user is not None:
            user = await self._accounts.accept_reset(token, asked.password)
            if user.disabled:
                raise CallError(403, "disabled", "The password is set, but this account may not log in; ask an admin.")
        else:
            user = await self._accounts.accept_invitation(token, asked.login, asked.name, asked.password)
        return await self._enter(call, user.login, asked.password)

    async def invitations(self, _call: Call) -> list[Link]:
        return [Link.about(link) for link in await self._accounts.invitations()]

    async def invite(self, call: Call) -> FreshLink:
        token = await self._accounts.invite(call.body.role, call.body.login, call.user.id)
        return self._fresh(call, token, INVITATION_S)

    async def withdraw(self, call: Call) -> None:
        await self._accounts.withdraw_invitation(call.part("link"), call.user.id)

    async def reset(self, call: Call) -> FreshLink:
        token = await self._accounts.reset_password(call.part("person"), call.user.id)
        return self._fresh(call, token, RESET_S)

    def _fresh(self, call: Call, token: str, lifetime_s: float) -> FreshLink:
        address = self._reception.public(call.request, f"/console/#/link/{token}")
        return FreshLink(address=address, ends_at=self._now_s() + lifetime_s)

    # -- other people ---------------------------------------------------------------------------------------------

    async def people(self, _call: Call) -> list[Person]:
        return [Person.of(user) for user in await self._accounts.users()]

    async def change(self, call: Call) -> Person:
        asked, person, by = call.body, call.part("person"), call.user.id
        user = await self._accounts.user(person)
        name = name_of(asked.name) if asked.name is not None else user.name  # nothing is changed before it is refused
        if asked.role not in {None, user.role}:
            user = await self._accounts.set_role(person, asked.role, by)
        if asked.disabled not in {None, user.disabled}:
            user = await (self._accounts.disable if asked.disabled else self._accounts.enable)(person, by)
        if name != user.name:
            user = await self._accounts.rename(person, name, by)
        return Person.of(user)

    async def remove(self, call: Call) -> None:
        await self._accounts.delete(call.part("person"), call.user.id)
