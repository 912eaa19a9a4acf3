"""Keys of tickets: made, rotated and withdrawn, and which tickets are good meanwhile."""

from __future__ import annotations

import asyncio

import pytest
from accounts_at_hand import Clock, everything
from sqlalchemy import insert, select

from exhibit.refusal import Refused
from server.store import audit
from server.store.database import Database, connect
from server.store.errors import NotThereError, TakenError
from server.store.keys import LAST, Keys
from server.store.tables import KEYS

FIRST = bytes(range(32))  # the state folder's


@pytest.fixture(name="keys")
def _keys(database: Database, clock: Clock) -> Keys:
    return Keys(database, clock)


async def test_the_first_key_is_the_state_folders_and_is_not_written_down(
    keys: Keys, database: Database, clock: Clock
) -> None:
    keyring = await keys.keyring(FIRST)
    assert keyring.current == 1
    (key,) = await keys.all()
    assert (key.id, key.made_at, key.withdrawn_at, key.current) == (1, clock.now_s, None, True)
    async with database.read() as connection:
        assert (await connection.execute(select(KEYS.c.secret))).scalars().all() == [None]


async def test_tickets_are_the_same_after_each_start(keys: Keys) -> None:
    ticket = (await keys.keyring(FIRST)).sign("winter", 7)
    assert (await keys.keyring(FIRST)).read(ticket).station == 7
    assert len(await keys.all()) == 1


async def test_a_new_key_signs_from_now_on_and_older_tickets_stay_good(keys: Keys, clock: Clock) -> None:
    old = (await keys.keyring(FIRST)).sign("winter", 7)
    clock.now_s += 60
    key = await keys.rotate("ada")
    assert (key.id, key.made_at, key.current) == (2, clock.now_s, True)
    keyring = await keys.keyring(FIRST)
    assert keyring.current == 2
    new = keyring.sign("winter", 7)
    assert new != old and keyring.read(old) == keyring.read(new)
    assert [(key.id, key.current) for key in await keys.all()] == [(1, False), (2, True)]


async def test_tickets_of_a_withdrawn_key_are_good_no_more(keys: Keys, database: Database, clock: Clock) -> None:
    old = (await keys.keyring(FIRST)).sign("winter", 7)
    await keys.rotate("ada")
    middle = (await keys.keyring(FIRST)).sign("winter", 7)
    await keys.rotate("ada")
    await keys.withdraw(1, "ada")
    await keys.withdraw(2, "ada")
    keyring = await keys.keyring(FIRST)
    for ticket in (old, middle):
        with pytest.raises(Refused):
            keyring.read(ticket)
    assert [(key.id, key.withdrawn_at, key.current) for key in await keys.all()] == [
        (1, clock.now_s, False),
        (2, clock.now_s, False),
        (3, None, True),
    ]
    async with database.read() as connection:
        secrets = dict(map(tuple, await connection.execute(select(KEYS.c.id, KEYS.c.secret))))
    assert secrets[2] is None and secrets[3] is not None


async def test_the_key_that_signs_is_not_withdrawn(keys: Keys) -> None:
    await keys.keyring(FIRST)
    with pytest.raises(TakenError, match="rotate first, print the codes anew, then withdraw it"):
        await keys.withdraw(1, "ada")
    assert (await keys.keyring(FIRST)).current == 1


@pytest.mark.parametrize("number", [0, 1, 3])
async def test_a_key_that_is_not_good_is_not_withdrawn(keys: Keys, number: int) -> None:
    await keys.keyring(FIRST)
    await keys.rotate("ada")
    await keys.withdraw(1, "ada")
    with pytest.raises(NotThereError, match=f"there is no key {number} that is good"):
        await keys.withdraw(number, "ada")


async def test_there_are_no_more_keys_than_a_ticket_can_name(keys: Keys, database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(KEYS).values(id=LAST, secret=bytes(32), made_at=0.0))
    with pytest.raises(TakenError, match="there were 255 keys already"):
        await keys.rotate("ada")


async def test_two_who_rotate_at_the_same_time_make_two_keys(keys: Keys, database_url: str, clock: Clock) -> None:
    await keys.keyring(FIRST)
    database = connect(database_url)
    made = await asyncio.gather(keys.rotate("ada"), Keys(database, clock).rotate("ben"))
    await database.close()
    assert sorted(key.id for key in made) == [2, 3]
    assert (await keys.keyring(FIRST)).current == 3


async def test_two_programs_that_start_at_the_same_time_have_one_first_key(
    keys: Keys, database_url: str, clock: Clock
) -> None:
    database = connect(database_url)
    await asyncio.gather(keys.keyring(FIRST), Keys(database, clock).keyring(FIRST))
    await database.close()
    assert [key.id for key in await keys.all()] == [1]


async def test_the_audit_log_has_changes_and_no_secret(keys: Keys, database: Database) -> None:
    await keys.keyring(FIRST)
    await keys.rotate("ada")
    await keys.withdraw(1, "ben")
    log = [(entry.action, entry.who, entry.subject) for entry in await audit.entries(database)]
    assert log == [("key.withdraw", "ben", "1"), ("key.rotate", "ada", "2")]
    assert FIRST.hex() not in await everything(database)
    assert repr(FIRST) not in await everything(database)
