"""Whatever goes wrong with a worker is noticed and told, and it is started again, perhaps with a safer engine.

The worker is a pretence without a model, which does with each batch what it is told to.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pretend_worker import PretendReady, PretendSettings
from supervising import WAIT_S, at_work, until

from server.worker import child, supervisor
from server.worker.fault import Cause, Fault, FaultRecord
from server.worker.ladder import Rung
from server.worker.supervisor import State, Supervisor, WorkerStartError
from server.worker.wire import Kind, Message

SHORT = 3  # looks without a word: 0.75 s
FAST = PretendSettings("fast")


@dataclass
class KeptFaults(FaultRecord):
    """Every fault, however long ago."""

    all: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault, now_s: float) -> None:
        super().add(fault, now_s)
        self.all.append(fault)


@dataclass
class Watcher:
    """Hears what a supervisor reports."""

    ready: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    record: KeptFaults = field(default_factory=KeptFaults)

    @property
    def faults(self) -> list[Fault]:
        return self.record.all

    def hear_ready(self, ready: PretendReady) -> None:
        self.ready.append(ready.engine)

    def hear_answer(self, message: Message) -> None:
        self.answers.append(message.head["batch"])


@pytest.fixture(autouse=True)
def pretence(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Path(__file__).parent
    monkeypatch.setenv("PYTHONPATH", f"{here}:{here.parents[1]}")


def safer(settings: PretendSettings, last: PretendReady | None) -> Rung | None:
    below = {"fast": "safe", "safe": "safest"}.get(settings.engine)
    return Rung(replace(settings, engine=below), below) if below else None


def supervisor_of(settings: PretendSettings, watcher: Watcher, **more: Any) -> Supervisor[PretendReady]:
    return Supervisor(
        name="worker 0",
        module="pretend_worker",
        settings=settings,
        read_ready=PretendReady.from_head,
        on_ready=watcher.hear_ready,
        on_answer=watcher.hear_answer,
        on_lost=lambda: None,
        record=watcher.record,
        safer=safer,
        **more,
    )


@asynccontextmanager
async def supervised(
    settings: PretendSettings = FAST, **more: Any
) -> AsyncIterator[tuple[Supervisor[PretendReady], Watcher]]:
    watcher = Watcher()
    held = supervisor_of(settings, watcher, **more)
    async with at_work(held):
        yield held, watcher


def pid_of(held: Supervisor[PretendReady]) -> int:
    assert held.pid is not None
    return held.pid


async def lose_at_work(held: Supervisor[PretendReady], watcher: Watcher) -> None:
    """Give it a batch that it crashes over, and wait until there is another."""
    count = len(watcher.ready)
    held.submit(Kind.PAINT, count, {}, [])
    await until(lambda: len(watcher.ready) > count)


async def test_one_that_works_for_long_beats_meanwhile_and_is_left_alone() -> None:
    async with supervised(patience=SHORT) as (held, watcher):
        held.submit(Kind.PAINT, 1, {"sleep_s": 1.2}, [])
        await until(lambda: watcher.answers == [1])
        assert (held.restarts, watcher.faults, held.state) == (0, [], State.READY)


async def test_one_that_falls_silent_is_killed_and_started_again() -> None:
    async with supervised(patience=SHORT) as (held, watcher):
        held.submit(Kind.PAINT, 1, {"hold_s": 30.0}, [])
        await until(lambda: len(watcher.ready) == 2)
        (fault,) = watcher.faults
        assert (fault.worker, fault.cause, fault.at_work) == ("worker 0", Cause.SILENT, True)
        assert "not a word" in held.last_fault and "SIGKILL" in held.last_fault
        assert 0.5 < fault.silent_s < WAIT_S and abs(time.time() - fault.at_s) < WAIT_S


async def test_what_may_have_to_be_compiled_may_keep_it_silent() -> None:
    async with supervised(patience=SHORT) as (held, watcher):
        held.submit(Kind.PAINT, 1, {"hold_s": 1.2}, [], first=True)
        await until(lambda: watcher.answers == [1])
        assert held.restarts == 0


async def test_one_that_beats_and_never_answers_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "HANG_S", 0.1)
    async with supervised() as (held, watcher):
        held.submit(Kind.PAINT, 1, {"keep": True}, [], first=True)
        held.submit(Kind.PAINT, 2, {}, [])
        await until(lambda: watcher.answers == [2])
        assert held.restarts == 0, "the first of its size is given more time"
        held.submit(Kind.PAINT, 3, {"keep": True}, [])
        await until(lambda: len(watcher.ready) == 2)
        assert [fault.cause for fault in watcher.faults] == [Cause.OVERDUE]


@pytest.mark.parametrize(("sent", "cause"), [(signal.SIGSTOP, Cause.STOPPED), (signal.SIGKILL, Cause.KILLED)])
async def test_one_that_is_ended_from_outside_while_it_has_nothing_to_do_was_not_at_work(
    sent: signal.Signals, cause: Cause
) -> None:
    async with supervised() as (held, watcher):
        os.kill(pid_of(held), sent)
        await until(lambda: len(watcher.ready) == 2)
        (fault,) = watcher.faults
        assert (fault.cause, fault.at_work) == (cause, False)
        health = held.health()
        assert (health["faults"], health["last_fault_at"], health["fallback"]) == (1, fault.at_s, "")


async def test_what_the_system_ends_for_want_of_memory_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    kills = iter(range(100))
    monkeypatch.setattr(child, "memory_kills", lambda: next(kills))
    async with supervised() as (held, watcher):
        held.submit(Kind.PAINT, 1, {"sleep_s": WAIT_S}, [])
        os.kill(pid_of(held), signal.SIGKILL)
        await until(lambda: bool(watcher.faults))
        (fault,) = watcher.faults
        assert (fault.cause, fault.at_work) == (Cause.MEMORY, True)
        assert fault.sentence == "ended (killed by SIGKILL, for want of memory)"


async def test_an_operator_starts_it_anew_and_no_fault_is_counted() -> None:
    async with supervised() as (held, watcher):
        before = pid_of(held)
        held.restart()
        await until(lambda: len(watcher.ready) == 2)
        assert pid_of(held) != before
        assert (watcher.faults, held.last_fault, held.restarts) == ([], "", 1)
        health = held.health()
        assert (health["state"], health["faults"], health["last_fault_at"]) == ("ready", 0, None)


async def test_an_operator_waits_for_no_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (2 * WAIT_S,))
    async with supervised() as (held, watcher):
        os.kill(pid_of(held), signal.SIGKILL)
        await until(lambda: held.state is State.BACKING_OFF and bool(watcher.faults))
        held.restart()
        await until(lambda: len(watcher.ready) == 2)


async def test_an_engine_that_keeps_failing_is_taken_out_until_an_operator_wants_it_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.0,))
    async with supervised(replace(FAST, poison="fast")) as (held, watcher):
        for _ in range(3):
            assert held.fallback == ""
            await lose_at_work(held, watcher)
        assert watcher.ready == ["fast"] * 3 + ["safe"]
        assert held.fallback.startswith("safe; what was there before kept failing: ended (killed by SIGSEGV)")
        assert held.health()["fallback"] == held.fallback and held.fallback in caplog.text
        held.submit(Kind.PAINT, 9, {}, [])
        await until(lambda: watcher.answers == [9])
        held.restart()
        await until(lambda: len(watcher.ready) == 5)
        assert (watcher.ready[-1], held.fallback) == ("fast", "")


@pytest.mark.slow
async def test_what_stands_in_and_cannot_be_opened_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.0,))
    async with supervised(replace(FAST, poison="fast", missing="safe")) as (held, watcher):
        for _ in range(3):
            await lose_at_work(held, watcher)
        assert watcher.ready == ["fast"] * 3 + ["safest"]
        assert [fault.sentence for fault in watcher.faults][-1].startswith("cannot start: there is no safe")


async def test_below_the_last_engine_it_goes_on_with_the_configured_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.0,))
    async with supervised(PretendSettings("safe", poison="safe", missing="safest")) as (held, watcher):
        for _ in range(3):
            await lose_at_work(held, watcher)
        assert watcher.ready == ["safe"] * 4
        assert (held.fallback, len(watcher.faults)) == ("", 4), "three at work, and one that could not be opened"


async def test_where_the_system_has_no_room_for_another_process_that_is_a_fault_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_: Any, **__: Any) -> Any:
        raise OSError("Cannot allocate memory")

    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.0,))
    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    watcher = Watcher()
    with pytest.raises(WorkerStartError, match="cannot be started: Cannot allocate memory"):
        await supervisor_of(FAST, watcher).run()
    assert len(watcher.faults) == supervisor.HOPELESS
