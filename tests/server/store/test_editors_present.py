"""Presence: who has which page of an exhibition open, and for how long that is believed."""

from __future__ import annotations

import asyncio

import pytest
from accounts_at_hand import Clock, a_user, actions
from drafts_at_hand import make

from server.store.account import User
from server.store.accounts import Accounts
from server.store.database import Database, connect
from server.store.drafts import Drafts
from server.store.errors import NotThereError
from server.store.presence import GONE_S, Presence, Present


@pytest.fixture(name="presence")
async def _presence(database: Database, clock: Clock) -> Presence:
    """Two exhibitions, winter and spring, at which nobody works."""
    drafts = Drafts(database, clock)
    await make(drafts)
    await make(drafts, exhibition="spring")
    return Presence(database, clock)


@pytest.fixture(name="ben")
async def _ben(accounts: Accounts, admin: User) -> User:
    return await a_user(accounts, admin)


async def test_two_who_have_pages_open_know_of_each_other(
    presence: Presence, admin: User, ben: User, clock: Clock
) -> None:
    assert await presence.note("winter", "harbour", admin.id) == []
    clock.now_s += 5
    assert await presence.note("winter", "", ben.id) == [Present(admin.id, "harbour", clock.now_s - 5)]
    assert await presence.note("winter", "harbour", admin.id) == [Present(ben.id, "", clock.now_s)]


async def test_who_opens_another_page_has_left_the_one_before(presence: Presence, admin: User, ben: User) -> None:
    await presence.note("winter", "harbour", admin.id)
    await presence.note("winter", "valley", admin.id)
    assert [one.station for one in await presence.note("winter", "harbour", ben.id)] == ["valley"]


async def test_exhibitions_do_not_know_of_each_other(presence: Presence, admin: User, ben: User) -> None:
    await presence.note("spring", "harbour", admin.id)
    assert await presence.note("winter", "harbour", ben.id) == []
    await presence.note("winter", "harbour", admin.id)
    assert [one.user for one in await presence.note("spring", "", ben.id)] == [admin.id]


async def test_who_was_not_heard_of_for_a_minute_has_gone(
    presence: Presence, admin: User, ben: User, clock: Clock
) -> None:
    await presence.note("winter", "harbour", admin.id)
    clock.now_s += GONE_S
    assert len(await presence.note("winter", "harbour", ben.id)) == 1
    clock.now_s += 0.1
    assert await presence.note("winter", "harbour", ben.id) == []


async def test_nobody_is_at_an_exhibition_that_is_not_there(presence: Presence, admin: User) -> None:
    with pytest.raises(NotThereError, match="there is no exhibition summer"):
        await presence.note("summer", "", admin.id)


async def test_who_is_removed_has_gone(
    presence: Presence, accounts: Accounts, database: Database, admin: User, ben: User
) -> None:
    await presence.note("winter", "harbour", ben.id)
    await accounts.delete(ben.id, admin.id)
    assert await presence.note("winter", "harbour", admin.id) == []
    await Drafts(database, Clock()).remove("winter", admin.id)
    with pytest.raises(NotThereError):
        await presence.note("winter", "harbour", admin.id)


async def test_many_pages_that_say_so_at_the_same_time_are_all_heard(
    presence: Presence, database_url: str, admin: User, ben: User, clock: Clock
) -> None:
    database = connect(database_url)
    other = Presence(database, clock)
    await asyncio.gather(
        presence.note("winter", "harbour", admin.id),
        other.note("winter", "harbour", admin.id),
        other.note("winter", "valley", ben.id),
    )
    await database.close()
    assert [one.user for one in await presence.note("winter", "", admin.id)] == [ben.id]


async def test_nothing_of_it_is_in_the_audit_log(presence: Presence, database: Database, admin: User) -> None:
    before = await actions(database)
    await presence.note("winter", "harbour", admin.id)
    assert await actions(database) == before
