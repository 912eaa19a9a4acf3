"""A certificate that is replaced while the server runs: new handshakes see it, and a broken one changes nothing."""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from server.certificate import Identity, ends_of, is_ours, make_identity
from server.renewal import Renewal
from server.state import CERTIFICATE, KEY, open_state


@dataclass
class Listening:
    """A server with the folder's certificate, on a port of its own."""

    folder: Path
    renewal: Renewal
    port: int

    def place(self, identity: Identity) -> None:
        (self.folder / KEY).write_bytes(identity.key)
        (self.folder / CERTIFICATE).write_bytes(identity.certificate)

    async def serial(self) -> int:
        """Of the certificate that a phone sees now."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        _, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=context)
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        return x509.load_der_x509_certificate(der).serial_number


@pytest.fixture(name="listening")
async def listen(tmp_path: Path) -> AsyncIterator[Listening]:
    state = open_state(tmp_path / "state", http=False, addresses=())
    assert state.tls is not None
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=state.tls)
    async with server:
        yield Listening(state.folder, Renewal(state.folder, state.tls), server.sockets[0].getsockname()[1])


def serial_of(identity: Identity) -> int:
    return x509.load_pem_x509_certificate(identity.certificate).serial_number


def foreign(now: datetime | None = None) -> Identity:
    """One that this program is not known to have made."""
    made = make_identity(("gallery.example",), (), now)
    return Identity(*(pem[pem.index(b"-----BEGIN") :] for pem in (made.certificate, made.key)))


async def test_a_new_one_is_seen_in_the_next_handshake(listening: Listening) -> None:
    before, fresh = await listening.serial(), foreign()
    assert is_ours((listening.folder / CERTIFICATE).read_bytes())
    listening.place(fresh)
    await listening.renewal.look()
    assert await listening.serial() == serial_of(fresh) != before
    assert ends_of((listening.folder / CERTIFICATE).read_bytes()).timestamp() == listening.renewal.ends_at
    assert sorted(path.name for path in listening.folder.iterdir()) == [KEY, CERTIFICATE, "signing.key"]


def vouched_for() -> Identity:
    """One that another one signs."""
    pair, authority = foreign(), ec.generate_private_key(ec.SECP256R1())
    own = x509.load_pem_x509_certificate(pair.certificate)
    signed = (
        x509.CertificateBuilder()
        .subject_name(own.subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")]))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(own.not_valid_before_utc)
        .not_valid_after(own.not_valid_after_utc)
        .sign(authority, hashes.SHA256())
    )
    return Identity(signed.public_bytes(Encoding.PEM), pair.key)


async def test_only_one_that_somebody_vouches_for_may_be_insisted_on(listening: Listening) -> None:
    insisted = [listening.renewal.is_vouched_for]
    for identity in (foreign(), vouched_for()):
        listening.place(identity)
        await listening.renewal.look()
        insisted.append(listening.renewal.is_vouched_for)
    assert insisted == [False, False, True]


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (Identity(b"no certificate", foreign().key), "is damaged"),
        (Identity(foreign().certificate, foreign().key), "does not belong to its private key"),
        (Identity(foreign().certificate, b""), "has a private key that is damaged"),
        (foreign(datetime.now(UTC) - timedelta(days=500)), "is valid only until"),
    ],
    ids=["damaged", "two halves", "no key", "ended"],
)
async def test_one_that_cannot_be_used_is_said_once_and_the_old_one_stays(
    listening: Listening, caplog: pytest.LogCaptureFixture, broken: Identity, sentence: str
) -> None:
    before = await listening.serial()
    listening.place(broken)
    for _ in range(3):
        await listening.renewal.look()
    assert await listening.serial() == before
    assert caplog.text.count("the old one stays") == 1 and sentence in caplog.text
    fresh = foreign()
    listening.place(fresh)
    await listening.renewal.look()
    assert await listening.serial() == serial_of(fresh)


async def test_files_that_are_gone_change_nothing(listening: Listening, caplog: pytest.LogCaptureFixture) -> None:
    before = await listening.serial()
    (listening.folder / CERTIFICATE).unlink()
    await listening.renewal.look()
    assert await listening.serial() == before and "the old one stays" in caplog.text


async def test_a_signal_has_it_looked_at_at_once(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Played: a real one that comes a moment too early or too late ends the process that tests."""
    handlers: dict[int, Callable[[], None]] = {}
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "add_signal_handler", handlers.__setitem__)
    monkeypatch.setattr(loop, "remove_signal_handler", handlers.pop)
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    running = asyncio.create_task(listening.renewal.run())
    async with asyncio.timeout(20):
        while signal.SIGHUP not in handlers:
            await asyncio.sleep(0.01)
    fresh = foreign()
    listening.place(fresh)
    handlers[signal.SIGHUP]()
    async with asyncio.timeout(20):
        while await listening.serial() != serial_of(fresh):
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
