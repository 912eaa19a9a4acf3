"""The certificate, replaced while the server runs: looked at each minute, and at once on SIGHUP.

A pair that cannot be used is said and left alone, and phones see the old one on. Connections that are open keep theirs:
a certificate counts in the handshake.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import ssl
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from server.certificate import Identity, ends_of, fault_of, is_self_signed
from server.state import CERTIFICATE, KEY, State

log = logging.getLogger("vernissage.certificate")

EVERY_S = 60.0


def renewal_of(state: State) -> Renewal | None:
    """What renews the certificate that a server was started with; None on plain HTTP."""
    return Renewal(state.folder, state.tls) if state.tls is not None else None


class _UnusableError(Exception):
    """What is in the folder cannot be used; the message says what is wrong with it."""


class Renewal:
    """Keeps a context's certificate that of the state folder. `run` is its task."""

    def __init__(self, folder: Path, tls: ssl.SSLContext) -> None:
        self._folder, self._tls = folder, tls
        self._present = self._read()  # what handshakes use, which the context was made of
        self._fault = ""  # of what was found instead and cannot be used, as it was said
        self._nudged = asyncio.Event()

    @property
    def ends_at(self) -> float:
        """Until when the one in use is valid, in unix seconds."""
        return ends_of(self._present.certificate).timestamp()

    @property
    def is_vouched_for(self) -> bool:
        """Whether browsers may know who vouches for the one in use: it signs not itself, as ours does."""
        return not is_self_signed(self._present.certificate)

    def nudge(self) -> None:
        """It was replaced: look at once."""
        self._nudged.set()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        with _on_hangup(self.nudge):
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY_S):
                        await self._nudged.wait()
                self._nudged.clear()
                await self.look()

    async def look(self) -> None:
        """Use what is there by now, if it is another one and can be used. What cannot is said once."""
        try:
            found = await asyncio.to_thread(self._another)
            if found is not None:
                _load(
                    self._folder, found, self._tls
                )  # on the event loop, which makes handshakes: OpenSSL locks nothing
                self._present = found
                log.info(
                    "the certificate was replaced: the new one is valid until %s", ends_of(found.certificate).date()
                )
            self._fault = ""
        except _UnusableError as error:
            self._say(str(error))
        except OSError as error:  # of it ssl.SSLError, too
            self._say(f"cannot be read: {error}")

    def _another(self) -> Identity | None:
        """The one in the folder, if it is another. Raises _UnusableError and OSError."""
        found = self._read()
        if found == self._present:
            return None
        if fault := fault_of(found):
            raise _UnusableError(fault)
        _load(self._folder, found, ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))  # a trial
        return found

    def _say(self, fault: str) -> None:
        if fault != self._fault:
            log.error("the certificate in %s %s; the old one stays", self._folder, fault)
        self._fault = fault

    def _read(self) -> Identity:
        return Identity((self._folder / CERTIFICATE).read_bytes(), (self._folder / KEY).read_bytes())


def _load(folder: Path, identity: Identity, context: ssl.SSLContext) -> None:
    """Have a context use it, through a file of its own: the two in the folder may be replaced one after the other
    meanwhile, and a context that was given half of a pair is of no use. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".certificate.", suffix=".draft")  # its owner's alone
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(identity.certificate + b"\n" + identity.key)
        context.load_cert_chain(name)
    finally:
        Path(name).unlink()


@contextmanager
def _on_hangup(call: Callable[[], None]) -> Iterator[None]:
    """SIGHUP asks to look again, as it does of most servers; but in a terminal it says that this was closed."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32" or sys.stderr.isatty():
        yield
        return
    try:
        loop.add_signal_handler(signal.SIGHUP, call)
    except (RuntimeError, ValueError):  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
