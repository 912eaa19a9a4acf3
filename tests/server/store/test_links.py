"""Invitations, the first one of all, and links to a new password: each works once."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from accounts_at_hand import OTHER, PASSWORD, Clock, Watched, a_session, a_user, actions, everything

from server.password_rules import PasswordRefusedError
from server.permission import Role
from server.store import audit
from server.store.account import AccountFieldError, InvitationEndedError, User, hash_of
from server.store.accounts import Accounts
from server.store.database import Database, connect
from server.store.errors import NotThereError, TakenError
from server.store.links import INVITATION_S, RESET_S, SETUP_S
from server.store.tables import METADATA


async def test_the_first_link_makes_an_admin_and_there_is_no_second(accounts: Accounts, database: Database) -> None:
    token = await accounts.first_invitation()
    assert token is not None
    user = await accounts.accept_invitation(token, " Ada@Museum.example", " Ada  Lovelace ", PASSWORD)
    assert (user.login, user.name, user.role) == ("ada@museum.example", "Ada  Lovelace", Role.ADMIN)
    assert await accounts.first_invitation() is None
    assert await accounts.users() == [user]
    assert await actions(database) == ["invitation.first", "user.make"]


async def test_the_next_start_replaces_the_first_link(accounts: Accounts) -> None:
    older, newer = await accounts.first_invitation(), await accounts.first_invitation()
    assert older is not None
    assert newer is not None
    with pytest.raises(InvitationEndedError):
        await accounts.accept_invitation(older, "ada", "Ada", PASSWORD)
    assert (await accounts.accept_invitation(newer, "ada", "Ada", PASSWORD)).role is Role.ADMIN


async def test_a_first_link_that_another_machine_made_meanwhile_ends_with_the_first_user(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    older = await accounts.first_invitation()
    left = await everything(database)
    newer = await accounts.first_invitation()
    assert older is not None
    assert newer is not None
    async with database.write() as connection:  # as if both had been made at the same moment
        invitations = METADATA.tables["invitations"]
        values = {"role": "admin", "login": "", "made_at": clock(), "made_by": audit.SYSTEM, "ends_at": clock() + 10}
        await connection.execute(invitations.insert().values(token=hash_of(older), **values))
    assert hash_of(older) in left
    await accounts.accept_invitation(newer, "ada", "Ada", PASSWORD)
    with pytest.raises(InvitationEndedError):
        await accounts.accept_invitation(older, "eve", "Eve", PASSWORD)


async def test_the_first_link_runs_out(accounts: Accounts, clock: Clock) -> None:
    token = await accounts.first_invitation()
    assert token is not None
    clock.now_s += SETUP_S
    with pytest.raises(InvitationEndedError, match="ask for a new one"):
        await accounts.accept_invitation(token, "ada", "Ada", PASSWORD)


async def test_an_invitation_says_what_it_is_for_and_works_once(accounts: Accounts, admin: User) -> None:
    token = await accounts.invite(Role.OPERATOR, "Ben@museum.example", admin.id)
    invitation = await accounts.invitation_of(token)
    assert (invitation.role, invitation.login, invitation.user) == (Role.OPERATOR, "ben@museum.example", None)
    assert invitation.made_by == admin.id
    user = await accounts.accept_invitation(token, "somebody.else", "Ben", PASSWORD)
    assert (user.login, user.role) == ("ben@museum.example", Role.OPERATOR)
    with pytest.raises(InvitationEndedError):
        await accounts.accept_invitation(token, "", "Eve", PASSWORD)


async def test_two_who_accept_one_invitation_at_once_make_one_user(
    accounts: Accounts, admin: User, database_url: str, clock: Clock
) -> None:
    token = await accounts.invite(Role.CURATOR, "", admin.id)
    machines = [connect(database_url) for _ in range(4)]
    others = [Accounts(machine, clock, Watched()) for machine in machines]
    results = await asyncio.gather(
        *(
            other.accept_invitation(token, f"person{number}", f"Person {number}", PASSWORD)
            for number, other in enumerate(others)
        ),
        return_exceptions=True,
    )
    for machine in machines:
        await machine.close()
    assert Counter(type(result) for result in results) == {User: 1, InvitationEndedError: 3}
    assert len(await accounts.users()) == 2


async def test_two_who_choose_one_login_at_once_make_one_user(accounts: Accounts, admin: User) -> None:
    tokens = [await accounts.invite(Role.CURATOR, "", admin.id) for _ in range(2)]
    results = await asyncio.gather(
        *(accounts.accept_invitation(token, "ben", "Ben", PASSWORD) for token in tokens), return_exceptions=True
    )
    assert {type(result) for result in results} == {User, TakenError}


async def test_a_refused_acceptance_leaves_the_link_as_it_was(accounts: Accounts, admin: User) -> None:
    token = await accounts.invite(Role.CURATOR, "", admin.id)
    with pytest.raises(TakenError) as taken:
        await accounts.accept_invitation(token, "ADA@museum.example", "Ben", PASSWORD)
    assert taken.value.field == "login"
    with pytest.raises(PasswordRefusedError):
        await accounts.accept_invitation(token, "ben", "Ben", "short")
    with pytest.raises(AccountFieldError):
        await accounts.accept_invitation(token, "b", "Ben", PASSWORD)
    assert (await accounts.accept_invitation(token, "ben", "Ben", PASSWORD)).login == "ben"


async def test_an_invitation_runs_out_and_is_swept(accounts: Accounts, admin: User, clock: Clock) -> None:
    token = await accounts.invite(Role.CURATOR, "ben", admin.id)
    clock.now_s += INVITATION_S
    with pytest.raises(InvitationEndedError):
        await accounts.accept_invitation(token, "", "Ben", PASSWORD)
    assert await accounts.invitations() == []
    assert await accounts.sweep() == 1
    assert await accounts.sweep() == 0


async def test_a_newer_invitation_for_a_login_replaces_the_older(accounts: Accounts, admin: User) -> None:
    older = await accounts.invite(Role.ADMIN, "ben", admin.id)
    newer = await accounts.invite(Role.VIEWER, "Ben", admin.id)
    open_one = await accounts.invite(Role.VIEWER, "", admin.id)
    with pytest.raises(InvitationEndedError):
        await accounts.invitation_of(older)
    assert {found.token_hash for found in await accounts.invitations()} == {hash_of(newer), hash_of(open_one)}


async def test_an_invitation_can_be_withdrawn(accounts: Accounts, admin: User) -> None:
    token = await accounts.invite(Role.CURATOR, "ben", admin.id)
    await accounts.withdraw_invitation(hash_of(token), admin.id)
    with pytest.raises(InvitationEndedError):
        await accounts.accept_invitation(token, "", "Ben", PASSWORD)
    with pytest.raises(NotThereError):
        await accounts.withdraw_invitation(hash_of(token), admin.id)


async def test_nobody_is_invited_to_a_login_that_somebody_has(accounts: Accounts, admin: User) -> None:
    with pytest.raises(TakenError):
        await accounts.invite(Role.CURATOR, admin.login.upper(), admin.id)


async def test_a_link_lives_a_month_at_most(accounts: Accounts, admin: User) -> None:
    for lifetime_s in (0, -1, 31 * 86400, float("nan")):
        with pytest.raises(ValueError, match="expected a lifetime"):
            await accounts.invite(Role.CURATOR, "ben", admin.id, lifetime_s)
        with pytest.raises(ValueError, match="expected a lifetime"):
            await accounts.reset_password(admin.id, admin.id, lifetime_s)


# -- new passwords


async def test_an_admin_sends_a_link_to_a_new_password(accounts: Accounts, admin: User, database: Database) -> None:
    ben = await a_user(accounts, admin)
    session = await a_session(accounts, ben)
    older, link = [await accounts.reset_password(ben.id, admin.id) for _ in range(2)]
    assert (await accounts.invitation_of(link)).user == ben.id
    assert await accounts.session_of(session) is not None, "the old password counts until the link is used"
    for token in (older, await accounts.invite(Role.ADMIN, "", admin.id)):
        with pytest.raises(InvitationEndedError):
            await accounts.accept_reset(token, OTHER)
    with pytest.raises(InvitationEndedError):
        await accounts.accept_invitation(link, "eve", "Eve", PASSWORD)
    assert await accounts.accept_reset(link, OTHER) == ben
    assert await accounts.session_of(session) is None
    with pytest.raises(InvitationEndedError):
        await accounts.accept_reset(link, PASSWORD)
    await accounts.log_in("ben", OTHER, "Firefox")
    assert (await actions(database))[-3:] == ["invitation.make", "password.reset", "login"]


async def test_a_link_to_a_new_password_runs_out_after_a_day(accounts: Accounts, admin: User, clock: Clock) -> None:
    link = await accounts.reset_password(admin.id, audit.COMMAND)
    clock.now_s += RESET_S
    with pytest.raises(InvitationEndedError):
        await accounts.accept_reset(link, OTHER)
