"""Users: what an admin may change about them, and that an admin is always left."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from accounts_at_hand import OTHER, PASSWORD, Clock, Watched, a_session, a_user, actions, session_in

from server.permission import Role
from server.store import audit
from server.store.account import InvitationEndedError, LastAdminError, LoginRefusedError, User
from server.store.accounts import Accounts
from server.store.database import Database, connect
from server.store.errors import NotThereError


async def test_a_disabled_user_is_out_at_once_and_can_be_let_in_again(accounts: Accounts, admin: User) -> None:
    ben = await a_user(accounts, admin)
    token, link = await a_session(accounts, ben), await accounts.reset_password(ben.id, admin.id)
    assert (await accounts.disable(ben.id, admin.id)).disabled
    assert await accounts.session_of(token) is None
    with pytest.raises(InvitationEndedError):
        await accounts.accept_reset(link, OTHER)
    with pytest.raises(LoginRefusedError):
        await a_session(accounts, ben)
    assert await accounts.enable(ben.id, admin.id) == ben
    assert await accounts.session_of(token) is None
    await a_session(accounts, ben)


async def test_a_role_counts_from_the_next_request_on(accounts: Accounts, admin: User) -> None:
    ben = await a_user(accounts, admin)
    token = await a_session(accounts, ben)
    await accounts.set_role(ben.id, Role.VIEWER, admin.id)
    assert (await session_in(accounts, token)).user.role is Role.VIEWER


@pytest.mark.parametrize("change", ["demote", "disable", "delete"])
async def test_what_an_admin_sent_goes_when_they_are_admin_no_more(
    accounts: Accounts, admin: User, change: str
) -> None:
    ben = await a_user(accounts, admin, role=Role.ADMIN)
    back_doors = [await accounts.invite(Role.ADMIN, "eve", ben.id), await accounts.reset_password(admin.id, ben.id)]
    await take_away(accounts, ben, admin, change)
    for link in back_doors:
        with pytest.raises(InvitationEndedError):
            await accounts.invitation_of(link)


async def take_away(accounts: Accounts, user: User, by: User, change: str) -> None:
    match change:
        case "demote":
            await accounts.set_role(user.id, Role.CURATOR, by.id)
        case "disable":
            await accounts.disable(user.id, by.id)
        case "delete":
            await accounts.delete(user.id, by.id)


@pytest.mark.parametrize("change", ["demote", "disable", "delete"])
async def test_the_last_admin_who_can_log_in_stays(accounts: Accounts, admin: User, change: str) -> None:
    ben = await a_user(accounts, admin, role=Role.ADMIN)
    await accounts.disable(ben.id, admin.id)
    with pytest.raises(LastAdminError, match="make somebody else an admin first"):
        await take_away(accounts, admin, admin, change)
    assert await accounts.user(admin.id) == admin
    await accounts.enable(ben.id, admin.id)
    await take_away(accounts, admin, admin, change)
    with pytest.raises(LastAdminError):
        await take_away(accounts, ben, admin, change)


@pytest.mark.parametrize("change", ["demote", "disable", "delete"])
async def test_two_admins_who_remove_each_other_at_once_leave_one(
    accounts: Accounts, admin: User, database_url: str, clock: Clock, change: str
) -> None:
    ben = await a_user(accounts, admin, role=Role.ADMIN)
    other_machine = connect(database_url)
    results = await asyncio.gather(
        take_away(accounts, ben, admin, change),
        take_away(Accounts(other_machine, clock, Watched()), admin, ben, change),
        return_exceptions=True,
    )
    await other_machine.close()
    assert {type(result) for result in results} == {type(None), LastAdminError}


async def test_a_deleted_user_is_gone_with_their_sessions_and_the_log_says_who_it_was(
    accounts: Accounts, admin: User, database: Database
) -> None:
    ben = await a_user(accounts, admin)
    token = await a_session(accounts, ben)
    await accounts.delete(ben.id, admin.id)
    assert await accounts.session_of(token) is None
    assert await accounts.users() == [admin]
    entry = (await audit.entries(database))[0]
    assert (entry.action, entry.who, entry.subject) == ("user.delete", admin.id, ben.id)
    assert entry.detail == {"login": "ben", "name": "Ben"}
    assert await a_user(accounts, admin) != ben


async def test_a_user_is_renamed(accounts: Accounts, admin: User, database: Database) -> None:
    renamed = await accounts.rename(admin.id, "Ada Lovelace", admin.id)
    assert renamed == dataclasses.replace(admin, name="Ada Lovelace")
    assert (await audit.entries(database))[0].detail == {"before": "Ada", "after": "Ada Lovelace"}


async def test_a_user_who_is_not_there_cannot_be_changed_and_nothing_is_noted(
    accounts: Accounts, database: Database
) -> None:
    nobody = "0123456789abcdef"
    attempts = (
        accounts.user(nobody),
        accounts.set_role(nobody, Role.VIEWER, "by"),
        accounts.disable(nobody, "by"),
        accounts.enable(nobody, "by"),
        accounts.rename(nobody, "Ben", "by"),
        accounts.delete(nobody, "by"),
        accounts.reset_password(nobody, "by"),
        accounts.change_password(nobody, PASSWORD, OTHER, keep=""),
    )
    for attempt in attempts:
        with pytest.raises(NotThereError):
            await attempt
    assert await actions(database) == []
