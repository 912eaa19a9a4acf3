"""Tells systemd how the server does: ready, alive, stopping (sd_notify(3)). Says nothing where systemd does not ask.

It is the event loop that says that it is alive: one that hangs falls silent, and systemd starts the service again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger("vernissage.watchdog")


class Watchdog:
    """One datagram a message, to the socket that systemd names; lost ones are not sent again."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        path = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{path[1:]}" if path.startswith("@") else path  # "@": an abstract socket
        self.every_s = _every_s(environ) if path else None  # None: nobody waits for a sign of life

    def ready(self) -> None:
        """Visitors may come."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """The end has begun."""
        self._tell("STOPPING=1")

    async def run(self) -> None:
        """Give signs of life until cancelled; where nobody waits for them, only wait."""
        if self.every_s is None:
            await asyncio.Event().wait()
            return
        while True:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self.every_s)

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as line:
                line.sendto(message.encode(), self._address)
        except OSError as error:
            log.warning(f"systemd was not told {message}: {error.strerror}")


def _every_s(environ: Mapping[str, str]) -> float | None:
    """A third of the time after which systemd gives up; None where it does not wait, or waits for another process."""
    usec, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not usec.isdecimal() or int(usec) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(usec) / 3_000_000
