"""How passwords are kept. The cost is small here, except where it is what is tested."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from server import passwords
from server.password_rules import PasswordRefusedError
from server.passwords import AT_ONCE, COST, MOST_WAITING, BusyError, Cost, Passwords

CHEAP = Cost(passes=1, memory_kib=8)
PASSWORD = "vier blaue Stühle"


async def test_a_password_is_known_again_and_another_is_not() -> None:
    async with Passwords(CHEAP).turn() as turn:
        kept = await turn.hashed(PASSWORD)
        assert await turn.matches(PASSWORD, kept)
        assert not await turn.matches(PASSWORD + "!", kept)
        assert not await turn.matches("", kept)


async def test_what_is_kept_is_argon2id_at_the_cost_that_is_documented() -> None:
    async with Passwords().turn() as turn:
        found = extract_parameters(await turn.hashed(PASSWORD))
    assert found.type is Type.ID
    assert (found.time_cost, found.memory_cost, found.parallelism) == (COST.passes, COST.memory_kib, COST.lanes)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert found.time_cost * found.memory_cost >= 46 * 1024, "OWASP's least is 46 MiB with one pass"


async def test_the_same_password_is_kept_differently_each_time() -> None:
    async with Passwords(CHEAP).turn() as turn:
        assert await turn.hashed(PASSWORD) != await turn.hashed(PASSWORD)


async def test_it_is_known_from_a_keyboard_that_writes_accents_apart() -> None:
    async with Passwords(CHEAP).turn() as turn:
        assert await turn.matches("vier blaue Stu\u0308hle", await turn.hashed(PASSWORD))


async def test_a_password_kept_at_another_cost_is_known_and_called_outdated() -> None:
    async with Passwords(CHEAP).turn() as turn:
        kept = await turn.hashed(PASSWORD)
        assert not turn.outdated(kept)
    async with Passwords(Cost(passes=2, memory_kib=8)).turn() as turn:
        assert await turn.matches(PASSWORD, kept)
        assert turn.outdated(kept)


@pytest.mark.parametrize("password", ["x" * 10_000_000, "\ud800" * 12, "夏" * 200, "\0"])
async def test_unusable_passwords_are_nobodys(password: str) -> None:
    async with Passwords(CHEAP).turn() as turn:
        assert not await turn.matches(password, await turn.hashed(PASSWORD))
        with pytest.raises(PasswordRefusedError):
            await turn.hashed(password)


async def test_an_empty_password_is_nobodys_even_where_an_unusable_one_is_asked_about() -> None:
    async with Passwords(CHEAP).turn() as turn:
        assert not await turn.matches("\0", await turn.hashed(""))


@pytest.mark.parametrize("password", [PASSWORD, "\0"])
async def test_nobody_costs_as_much_as_somebody(password: str) -> None:
    """By the CPU time of the hash, which is far above everything else here; the least of six."""
    async with Passwords(Cost(passes=4, memory_kib=8192)).turn() as turn:
        kept = await turn.hashed(PASSWORD)
        both = [(await seconds(turn, "wrong", kept), await seconds(turn, password, None)) for _ in range(6)]
    somebody, nobody = map(min, zip(*both, strict=True))
    assert nobody > somebody / 2


async def seconds(turn: passwords.Turn, password: str, kept: str | None) -> float:
    start = time.process_time()
    assert not await turn.matches(password, kept)
    return time.process_time() - start


async def test_the_event_loop_computes_nothing_and_two_at_a_time_compute(monkeypatch: pytest.MonkeyPatch) -> None:
    busy: list[int] = []
    most: list[int] = []

    def verify(self: object, kept: str, password: str) -> bool:
        assert threading.current_thread() is not threading.main_thread()
        busy.append(1)
        most.append(len(busy))
        time.sleep(0.02)
        busy.pop()
        return True

    monkeypatch.setattr(passwords.Turn, "_verified", verify)
    owner = Passwords(CHEAP)

    async def log_in() -> None:
        async with owner.turn() as turn:
            await turn.matches(PASSWORD, "kept")

    await asyncio.gather(*(log_in() for _ in range(6)))
    assert max(most) == AT_ONCE


async def test_who_goes_away_keeps_the_turn_until_the_thread_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, ended = threading.Event(), threading.Event()

    def verify(self: object, kept: str, password: str) -> bool:
        may_end.wait(5)
        ended.set()
        return True

    monkeypatch.setattr(passwords.Turn, "_verified", verify)

    async def log_in() -> None:
        async with Passwords(CHEAP).turn() as turn:
            try:
                await turn.matches(PASSWORD, "kept")
            finally:
                assert ended.is_set()

    task = asyncio.create_task(log_in())
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.sleep(0.02)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_only_so_many_wait() -> None:
    owner, leave = Passwords(CHEAP), asyncio.Event()

    async def stay() -> None:
        async with owner.turn():
            await leave.wait()

    tasks = [asyncio.create_task(stay()) for _ in range(AT_ONCE + MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError, match="try again"):
        async with owner.turn():
            pass
    leave.set()
    await asyncio.gather(*tasks)
    async with owner.turn():
        pass
