"""Logging in and out, how long a session goes on, and changing one's own password."""

from __future__ import annotations

import asyncio

import pytest
from accounts_at_hand import (
    ELSEWHERE,
    MUSEUM,
    OTHER,
    PASSWORD,
    Clock,
    Watched,
    a_session,
    a_user,
    actions,
    everything,
    session_in,
)
from sqlalchemy import select

from server.password_rules import PasswordRefusedError, Reason
from server.passwords import Cost
from server.permission import Role
from server.store import audit
from server.store.account import InvitationEndedError, LoginRefusedError, ThrottledError, User, hash_of
from server.store.accounts import Accounts
from server.store.database import Database, connect
from server.store.errors import NotThereError
from server.store.session_rows import IDLE_S, LASTS_S, SEEN_EVERY_S
from server.store.tables import SESSIONS
from server.throttle import FREE_OF_LOGIN


async def test_a_person_logs_in_and_out(accounts: Accounts, admin: User, clock: Clock, database: Database) -> None:
    token, session = await accounts.log_in(" ADA@museum.example ", PASSWORD, "Firefox\n" + "x" * 500, MUSEUM)
    assert session.user == admin
    assert (session.made_at, session.ends_at) == (clock(), clock() + LASTS_S)
    assert session.agent == "Firefox?" + "x" * 192
    assert await accounts.session_of(token) == session
    assert await accounts.sessions_of(admin.id) == [session]
    await accounts.log_out(token)
    assert await accounts.session_of(token) is None
    await accounts.log_out(token)
    assert (await actions(database))[-2:] == ["login", "logout"]


async def test_any_text_may_come_as_a_token(accounts: Accounts) -> None:
    for token in ("", "x", "x" * 43, "é" * 43, "\ud800" * 43, "\0" * 43, "x" * 10**6):
        assert await accounts.session_of(token) is None
        await accounts.log_out(token)
        with pytest.raises(InvitationEndedError):
            await accounts.accept_invitation(token, "eve", "Eve", PASSWORD)
        with pytest.raises(InvitationEndedError):
            await accounts.accept_reset(token, PASSWORD)


async def test_a_wrong_login_and_a_wrong_password_and_a_disabled_account_answer_the_same(
    accounts: Accounts, admin: User, passwords: Watched, database: Database
) -> None:
    ben = await a_user(accounts, admin)
    await accounts.disable(ben.id, admin.id)
    attempts = [(admin.login, OTHER), ("nobody", PASSWORD), ("\0\ud800" * 200, PASSWORD), ("ben", PASSWORD)]
    sentences = set()
    for login, password in attempts:
        with pytest.raises(LoginRefusedError) as refused:
            await accounts.log_in(login, password, "Firefox", MUSEUM)
        sentences.add(str(refused.value))
    assert len(sentences) == 1
    assert passwords.compared == [True, False, False, True], "each of them computed a hash"
    entries = [entry for entry in await audit.entries(database) if entry.action == "login.refused"]
    assert [entry.detail["reason"] for entry in reversed(entries)] == ["password", "login", "login", "disabled"]
    assert max(len(entry.subject) for entry in entries) == 120


async def test_who_guesses_must_wait_and_the_log_says_so_once(
    accounts: Accounts, admin: User, passwords: Watched, clock: Clock, database: Database
) -> None:
    for _ in range(FREE_OF_LOGIN):
        with pytest.raises(LoginRefusedError):
            await accounts.log_in(admin.login, OTHER, "Firefox", ELSEWHERE)
    for _ in range(3):
        with pytest.raises(ThrottledError, match="try again in 1 seconds") as throttled:
            await accounts.log_in(admin.login, PASSWORD, "Firefox", ELSEWHERE)
    assert throttled.value.wait_s == 1
    assert len(passwords.compared) == FREE_OF_LOGIN, "nothing is computed for who must wait"
    reasons = [entry.detail.get("reason") for entry in await audit.entries(database)]
    assert (reasons.count("password"), reasons.count("throttled")) == (FREE_OF_LOGIN, 1)
    clock.now_s += 1
    await accounts.log_in(admin.login, PASSWORD, "Firefox", ELSEWHERE)


async def test_many_guesses_at_once_are_not_more_than_many_one_by_one(
    accounts: Accounts, admin: User, passwords: Watched
) -> None:
    guesses = [accounts.log_in(admin.login, f"guess number {number}", "", ELSEWHERE) for number in range(40)]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert {type(result) for result in results} == {LoginRefusedError, ThrottledError}
    assert len(passwords.compared) <= FREE_OF_LOGIN + 1


async def test_nobody_can_shut_out_a_person_from_where_they_work(accounts: Accounts, admin: User) -> None:
    await a_session(accounts, admin)
    for _ in range(20):
        with pytest.raises((LoginRefusedError, ThrottledError)):
            await accounts.log_in(admin.login, OTHER, "Firefox", ELSEWHERE)
    await a_session(accounts, admin)


async def test_a_password_kept_at_an_older_cost_is_kept_anew_at_the_next_login(
    accounts: Accounts, admin: User, database: Database, clock: Clock
) -> None:
    dearer = Accounts(database, clock, Watched(Cost(passes=2, memory_kib=8)))
    await dearer.log_in(admin.login, PASSWORD, "Firefox")
    assert "$argon2id$v=19$m=8,t=2,p=1$" in await everything(database)
    await dearer.log_in(admin.login, PASSWORD, "Firefox")


async def test_no_secret_is_in_the_database(accounts: Accounts, admin: User, database: Database) -> None:
    session = await a_session(accounts, admin)
    invited = await accounts.invite(Role.CURATOR, "ben", admin.id)
    reset = await accounts.reset_password(admin.id, admin.id)
    with pytest.raises(LoginRefusedError):
        await accounts.log_in(admin.login, OTHER, "Firefox")
    rows = await everything(database)
    for token in (session, invited, reset):
        assert token not in rows
        assert hash_of(token) in rows
    assert PASSWORD not in rows
    assert OTHER not in rows


async def test_a_session_ends_twelve_hours_after_the_login_whatever_happens(
    accounts: Accounts, admin: User, clock: Clock
) -> None:
    token = await a_session(accounts, admin)
    for _ in range(23):
        clock.now_s += LASTS_S / 24
        assert await accounts.session_of(token) is not None
    clock.now_s += LASTS_S / 24
    assert await accounts.session_of(token) is None
    assert await accounts.sessions_of(admin.id) == []
    assert await accounts.sweep() == 1


async def test_a_session_ends_two_hours_after_the_last_request(accounts: Accounts, admin: User, clock: Clock) -> None:
    token = await a_session(accounts, admin)
    clock.now_s += IDLE_S - 1
    assert (await session_in(accounts, token)).seen_at == clock()
    clock.now_s += IDLE_S - 1
    assert await accounts.session_of(token) is not None
    clock.now_s += IDLE_S
    assert await accounts.session_of(token) is None


async def test_a_request_writes_once_a_minute_at_most(
    accounts: Accounts, admin: User, clock: Clock, database: Database
) -> None:
    async def written() -> float:
        async with database.read() as connection:
            return (await connection.execute(select(SESSIONS.c.seen_at))).scalar_one()

    token, began_s = await a_session(accounts, admin), clock()
    clock.now_s += SEEN_EVERY_S - 1
    await accounts.session_of(token)
    assert await written() == began_s
    clock.now_s += 1
    await accounts.session_of(token)
    assert await written() == clock()


async def test_a_person_ends_a_session_of_theirs_and_nobody_elses(accounts: Accounts, admin: User) -> None:
    ben = await a_user(accounts, admin)
    here, there = await a_session(accounts, ben), await a_session(accounts, ben)
    with pytest.raises(NotThereError):
        await accounts.end_session(admin.id, hash_of(there), admin.id)
    await accounts.end_session(ben.id, hash_of(there), ben.id)
    assert await accounts.session_of(there) is None
    assert await accounts.session_of(here) is not None


async def test_a_new_password_ends_the_other_sessions(accounts: Accounts, admin: User, database: Database) -> None:
    ben = await a_user(accounts, admin)
    here, there, adas = [await a_session(accounts, user) for user in (ben, ben, admin)]
    link = await accounts.reset_password(ben.id, admin.id)
    await accounts.change_password(ben.id, PASSWORD, OTHER, keep=here)
    assert await accounts.session_of(here) is not None
    assert await accounts.session_of(there) is None
    assert await accounts.session_of(adas) is not None
    with pytest.raises(LoginRefusedError):
        await accounts.log_in("ben", PASSWORD, "Firefox")
    with pytest.raises(InvitationEndedError):
        await accounts.accept_reset(link, PASSWORD)
    await accounts.log_in("ben", OTHER, "Firefox")
    assert "password.change" in await actions(database)


async def test_the_present_password_must_be_known_and_guessing_it_is_throttled(
    accounts: Accounts, admin: User, database: Database
) -> None:
    token = await a_session(accounts, admin)
    for _ in range(FREE_OF_LOGIN):
        with pytest.raises(LoginRefusedError, match="present password"):
            await accounts.change_password(admin.id, "a guess", OTHER, keep=token, address=ELSEWHERE)
    with pytest.raises(ThrottledError):
        await accounts.change_password(admin.id, PASSWORD, OTHER, keep=token, address=ELSEWHERE)
    assert (await actions(database)).count("password.refused") == FREE_OF_LOGIN


async def test_a_new_password_must_not_be_easily_guessed(accounts: Accounts, admin: User) -> None:
    with pytest.raises(PasswordRefusedError) as refused:
        await accounts.change_password(admin.id, PASSWORD, "Ada@Museum.example", keep="")
    assert refused.value.reason is Reason.PERSONAL


async def test_a_login_with_the_old_password_does_not_outlive_its_change(
    accounts: Accounts, admin: User, database_url: str, clock: Clock
) -> None:
    """Whichever of the two comes first: no session of the old password is left."""
    other_machine = connect(database_url)
    others = Accounts(other_machine, clock, Watched())
    logins = [others.log_in(admin.login, PASSWORD, "Firefox", MUSEUM) for _ in range(6)]
    await asyncio.gather(*logins, accounts.change_password(admin.id, PASSWORD, OTHER, keep=""), return_exceptions=True)
    await other_machine.close()
    assert await accounts.sessions_of(admin.id) == []
