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
from datetime import datetime
from pathlib import Path

from server.certificate import Identity, ends_of, fault_of, is_ours, is_self_signed
from server.state import CERTIFICATE, KEY, State

log = logging.getLogger("vernissage.certificate")

EVERY_S = 60.0


def certificate_ends(path: Path) -> datetime:
    """Until when a certificate in a PEM file is valid. Raises OSError, and ValueError where it is none."""
    return ends_of(path.read_bytes())


def renewal_of(state: State) -> Renewal | None:
    """What renews the certificate that a server was started with; None on plain HTTP."""
    return Renewal(state.folder, state.tls) if state.tls is not None else None


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
    def is_ours(self) -> bool:
        """Whether this program made the one in use."""
        return is_ours(self._present.certificate)

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
                await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Use what is there by now, if it is another one and can be used. What cannot is said once."""
        try:
            found = self._read()
            if found == self._present:
                self._fault = ""
                return
            fault = fault_of(found)
            if fault is None:
                _load(self._folder, found, ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))  # a trial
                _load(self._folder, found, self._tls)
        except OSError as error:  # of it ssl.SSLError, too
            fault = f"cannot be read: {error}"
        if fault is not None:
            if fault != self._fault:
                log.error("the certificate in %s %s; the old one stays", self._folder, fault)
            self._fault = fault
            return
        self._present, self._fault = found, ""
        log.info("the certificate was replaced: the new one is valid until %s", ends_of(found.certificate).date())

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
