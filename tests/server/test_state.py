"""The state folder: made once, found again, mended only where nobody's own file is lost."""

from __future__ import annotations

import ipaddress
import logging
import ssl
import stat
from pathlib import Path

import pytest

from server.certificate import make_identity
from server.state import State, StateError, open_state

FILES = {"certificate.pem", "certificate.key", "signing.key"}


def start(folder: Path, *, http: bool = False, lan: tuple[str, ...] = ("192.168.1.5",), key: str = "") -> State:
    addresses = [ipaddress.ip_address(address) for address in lan]
    return open_state(folder, http=http, addresses=addresses, environ={"VERNISSAGE_SIGNING_KEY": key} if key else {})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def without_mark(pem: bytes) -> bytes:
    """As a person's own file: the same certificate or key without the line that says who made it."""
    return pem[pem.index(b"-----BEGIN") :]


@pytest.fixture(name="folder")
def first_start(tmp_path: Path) -> Path:
    folder = tmp_path / "deep" / "state"
    start(folder)
    return folder


def test_the_first_start_makes_certificate_and_keys_and_nothing_else(folder: Path) -> None:
    assert set(contents(folder)) == FILES


def test_only_the_owner_can_read_the_folder_and_its_files(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_second_start_finds_everything_and_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    assert isinstance(start(folder).tls, ssl.SSLContext)
    assert contents(folder) == before


def test_plain_http_needs_no_certificate(tmp_path: Path) -> None:
    assert start(tmp_path / "state", http=True).tls is None
    assert set(contents(tmp_path / "state")) == {"signing.key"}


def test_the_signing_key_is_the_one_in_the_file(folder: Path) -> None:
    assert start(folder).signing_key == bytes.fromhex((folder / "signing.key").read_text())


def test_the_signing_key_never_shows_in_a_repr(folder: Path) -> None:
    state = start(folder)
    assert repr(state.signing_key) not in repr(state)


def test_a_signing_key_from_the_environment_wins_and_leaves_no_file(tmp_path: Path) -> None:
    assert start(tmp_path / "state", http=True, key="ab" * 32).signing_key == b"\xab" * 32
    assert contents(tmp_path / "state") == {}


@pytest.mark.parametrize("key", ["abcd", "zz" * 32, "ab" * 31])
def test_a_signing_key_that_is_none_stops_the_start_and_is_not_shown(tmp_path: Path, key: str) -> None:
    with pytest.raises(StateError, match="VERNISSAGE_SIGNING_KEY: expected at least 64 hexadecimal digits") as error:
        start(tmp_path / "state", key=key)
    assert key not in str(error.value)


def test_a_damaged_signing_key_stops_the_start_and_is_kept(folder: Path) -> None:
    (folder / "signing.key").write_bytes(b"\xff\x00damaged")
    with pytest.raises(StateError, match=r"signing\.key: expected at least 64"):
        start(folder)
    assert (folder / "signing.key").read_bytes() == b"\xff\x00damaged"


@pytest.mark.parametrize("name", ["certificate.pem", "certificate.key"])
@pytest.mark.parametrize("length", [0, 60, 120])
def test_our_own_certificate_cut_short_is_remade_with_a_word(
    folder: Path, name: str, length: int, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:length])
    with caplog.at_level(logging.INFO):
        assert start(folder).tls is not None
    assert "made a self-signed certificate" in caplog.text
    assert "damaged" in caplog.text


def test_our_own_certificate_without_its_key_is_remade(folder: Path) -> None:
    (folder / "certificate.key").unlink()
    assert start(folder).tls is not None


def test_our_own_certificate_is_remade_when_this_machine_has_a_new_address(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        start(folder, lan=("192.168.1.5", "10.0.0.7"))
    assert "the old one lacks 10.0.0.7" in caplog.text


def test_a_lost_address_or_a_new_ipv6_one_costs_nobody_a_new_certificate(folder: Path) -> None:
    before = contents(folder)
    start(folder, lan=("fd00::77",))
    assert contents(folder) == before


def test_a_certificate_of_one_s_own_is_used_and_never_remade(folder: Path) -> None:
    own = make_identity(("art.example",), ())
    (folder / "certificate.pem").write_bytes(without_mark(own.certificate))
    (folder / "certificate.key").write_bytes(without_mark(own.key))
    before = contents(folder)
    start(folder, lan=("10.9.9.9",))
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("certificate.pem", b"a certificate, said the visitor", "it is damaged"),
        ("certificate.key", b"locked away", "it has a private key that is damaged"),
        ("certificate.key", without_mark(make_identity((), ()).key), "it does not belong to its private key"),
    ],
)
def test_a_certificate_of_one_s_own_that_is_unusable_stops_the_start_and_is_kept(
    folder: Path, name: str, content: bytes, words: str
) -> None:
    own = make_identity(("art.example",), ())
    (folder / "certificate.pem").write_bytes(without_mark(own.certificate))
    (folder / "certificate.key").write_bytes(without_mark(own.key))
    (folder / name).write_bytes(content)
    before = contents(folder)
    with pytest.raises(StateError, match=words):
        start(folder)
    assert contents(folder) == before


def test_a_state_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    with pytest.raises(StateError, match="state: "):
        start(tmp_path / "state")
