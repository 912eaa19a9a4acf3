"""A crowd at a turnstile: a few at each turn of the loop, in order, and others get their turn in between."""

from __future__ import annotations

import asyncio
from functools import partial

from server.turnstile import Turnstile


async def test_a_crowd_goes_through_in_order_a_few_at_a_turn() -> None:
    turnstile, through, seen = Turnstile(at_a_turn=3), list[int](), list[int]()
    for number in range(10):
        turnstile.enter(partial(through.append, number))
    while len(through) < 10:
        await asyncio.sleep(0)  # one turn of the loop: what else is due
        seen.append(len(through))
    assert through == list(range(10))
    assert seen == [3, 6, 9, 10]


async def test_one_that_fails_holds_nobody() -> None:
    turnstile, through = Turnstile(at_a_turn=1), list[int]()
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    turnstile.enter(lambda: through.append(1 // 0))
    turnstile.enter(lambda: through.append(2))
    await asyncio.sleep(0.01)
    assert through == [2] and isinstance(told[0], ZeroDivisionError)


async def test_who_enters_while_the_gate_turns_comes_at_a_later_turn() -> None:
    turnstile, through = Turnstile(), list[str]()

    def first() -> None:
        through.append("first")
        turnstile.enter(lambda: through.append("second"))

    turnstile.enter(first)
    await asyncio.sleep(0)
    assert through == ["first"]
    await asyncio.sleep(0)
    assert through == ["first", "second"]


async def test_who_waits_for_a_turn_and_goes_away_holds_nobody() -> None:
    turnstile = Turnstile(at_a_turn=1)
    waiting = [asyncio.create_task(turnstile.turn()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    async with asyncio.timeout(20):
        assert await asyncio.gather(*waiting, return_exceptions=True) != [None, None, None]
    assert not waiting[2].cancelled()
