"""systemd hears that the server is ready, alive and stopping; without systemd nothing is said."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from server.watchdog import Watchdog


class Systemd:
    """The other end: a datagram socket, as the service manager has one."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.settimeout(5)

    def heard(self) -> str:
        return self.socket.recv(256).decode()


@pytest.fixture(name="systemd")
def _systemd(tmp_path: Path) -> Iterator[Systemd]:
    systemd = Systemd(str(tmp_path / "notify"))
    yield systemd
    systemd.socket.close()


async def alive(watchdog: Watchdog, while_s: float) -> None:
    task = asyncio.create_task(watchdog.run())
    await asyncio.sleep(while_s)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_it_says_ready_alive_and_stopping(systemd: Systemd, tmp_path: Path) -> None:
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "60000", "WATCHDOG_PID": str(os.getpid())}
    watchdog = Watchdog(environ)
    watchdog.ready()
    await alive(watchdog, 0.1)
    watchdog.stopping()
    assert [systemd.heard() for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    while (last := systemd.heard()) == "WATCHDOG=1":
        pass
    assert last == "STOPPING=1"


def test_signs_of_life_come_three_times_as_often_as_they_have_to() -> None:
    assert Watchdog({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "30000000"}).every_s == 10.0


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "1000"},
        {"NOTIFY_SOCKET": "/run/x"},
        {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "0"},
        {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"},
    ],
)
async def test_nobody_waits_for_signs_of_life(environ: dict[str, str]) -> None:
    watchdog = Watchdog(environ)
    assert watchdog.every_s is None
    running = asyncio.create_task(watchdog.run())
    done, _ = await asyncio.wait([running], timeout=0.05)
    assert done == set()  # it goes on like every other task of the server's
    running.cancel()


def test_an_abstract_socket_is_found() -> None:
    name = f"vernissage-test-{os.getpid()}"
    systemd = Systemd(f"\0{name}")
    Watchdog({"NOTIFY_SOCKET": f"@{name}"}).ready()
    assert systemd.heard() == "READY=1"
    systemd.socket.close()


def test_a_socket_that_is_gone_stops_nothing(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    with caplog.at_level(logging.WARNING):
        Watchdog({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
    assert caplog.messages == ["systemd was not told READY=1: No such file or directory"]
