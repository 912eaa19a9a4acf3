"""Tickets: what they say, and everything that is not one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exhibit.refusal import Refusal, Refused
from exhibit.ticket import TICKET_CHARS, Keyring, Ticket, subject_hash

OLD_KEY = b"o" * 32
NEW_KEY = b"n" * 32
AT_S = 1_800_000_000
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
KEYRING = Keyring({1: OLD_KEY}, current=1)
BOTH = Keyring({1: OLD_KEY, 2: NEW_KEY}, current=2)


def refusal_of(keyring: Keyring, text: str) -> Refusal:
    with pytest.raises(Refused) as caught:
        keyring.read(text)
    return caught.value.refusal


@given(
    subject=st.text(st.characters(codec="utf-8"), max_size=70),
    station=st.integers(1, 0xFFFF),
    expires_at=st.none() | st.integers(1, 0xFFFFFFFF),
)
def test_a_ticket_says_what_was_signed(subject: str, station: int, expires_at: int | None) -> None:
    text = KEYRING.sign(subject, station, expires_at)
    assert KEYRING.read(text) == Ticket(subject_hash(subject), station, expires_at)
    assert len(text) == TICKET_CHARS
    assert set(text) <= set(BASE64URL)


def test_a_ticket_is_laid_out_as_documented() -> None:
    claims = struct.pack(">BB8sHI", 1, 1, hashlib.sha256(b"demo").digest()[:8], 7, AT_S)
    tag = hmac.new(OLD_KEY, claims, hashlib.sha256).digest()[:16]
    assert KEYRING.sign("demo", 7, AT_S) == base64.urlsafe_b64encode(claims + tag).rstrip(b"=").decode()


@pytest.mark.parametrize("bit", range(32 * 8))
def test_a_ticket_with_one_bit_flipped_is_forged(bit: int) -> None:
    data = bytearray(base64.urlsafe_b64decode(KEYRING.sign("demo", 3) + "="))
    data[bit // 8] ^= 1 << bit % 8
    flipped = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    assert refusal_of(KEYRING, flipped) is Refusal.TICKET_FORGED


def test_a_ticket_has_no_second_spelling() -> None:
    text = KEYRING.sign("demo", 3)
    value = BASE64URL.index(text[-1])
    for unused_bits in (1, 2, 3):
        respelled = text[:-1] + BASE64URL[value ^ unused_bits]
        assert base64.urlsafe_b64decode(respelled + "=") == base64.urlsafe_b64decode(text + "=")
        assert refusal_of(KEYRING, respelled) is Refusal.TICKET_FORGED


def test_a_ticket_of_another_key_is_forged() -> None:
    stranger = Keyring({1: NEW_KEY}, current=1)
    assert refusal_of(KEYRING, stranger.sign("demo", 3)) is Refusal.TICKET_FORGED


def test_an_expired_ticket_is_read_and_says_so() -> None:
    assert KEYRING.read(KEYRING.sign("demo", 3, expires_at=1)).expires_at == 1


def test_a_ticket_of_a_later_version_is_forged() -> None:
    claims = struct.pack(">BB8sHI", 2, 1, subject_hash("demo"), 3, 0)
    tag = hmac.new(OLD_KEY, claims, hashlib.sha256).digest()[:16]
    later = base64.urlsafe_b64encode(claims + tag).rstrip(b"=").decode()
    assert refusal_of(KEYRING, later) is Refusal.TICKET_FORGED


def test_old_tickets_outlive_a_change_of_keys_until_their_key_is_withdrawn() -> None:
    old = KEYRING.sign("demo", 3)
    new_only = Keyring({2: NEW_KEY}, current=2)
    assert BOTH.current == 2
    assert BOTH.read(old).station == 3
    assert new_only.read(BOTH.sign("demo", 4)).station == 4
    assert refusal_of(new_only, old) is Refusal.TICKET_FORGED


def test_a_text_has_a_digest_by_each_key_the_current_one_s_first() -> None:
    by_old, by_new = (hmac.new(key, b"short demo 3", hashlib.sha256).digest() for key in (OLD_KEY, NEW_KEY))
    assert BOTH.digests("short demo 3") == [by_new, by_old]
    assert KEYRING.digests("short demo 3") == [by_old]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("A" * 42, id="too short"),
        pytest.param("A" * 44, id="too long"),
        pytest.param("A" * 10_000_000, id="ten megabytes"),
        pytest.param("=" * 43, id="only padding"),
        pytest.param("A" * 42 + "+", id="the other alphabet"),
        pytest.param(" " + "A" * 42, id="a space"),
        pytest.param("é" * 43, id="not ASCII"),
        pytest.param("\ud800" * 43, id="lone surrogates"),
        pytest.param("\0" * 43, id="zeros"),
    ],
)
def test_garbage_is_forged(text: str) -> None:
    assert refusal_of(KEYRING, text) is Refusal.TICKET_FORGED


@given(text=st.text(alphabet=BASE64URL, min_size=43, max_size=43) | st.text(max_size=60))
def test_no_text_is_a_ticket_by_chance(text: str) -> None:
    assert refusal_of(KEYRING, text) is Refusal.TICKET_FORGED


@pytest.mark.parametrize(("station", "expires_at"), [(0, None), (0x10000, None), (1, 0), (1, -1), (1, 2**32)])
def test_numbers_that_do_not_fit_are_not_signed(station: int, expires_at: int | None) -> None:
    with pytest.raises(ValueError, match="expected"):
        KEYRING.sign("demo", station, expires_at)


@pytest.mark.parametrize(
    ("keys", "current"),
    [({1: OLD_KEY}, 2), ({1: b"short"}, 1), ({256: OLD_KEY}, 256), ({1: OLD_KEY, 2: b""}, 1)],
)
def test_a_keyring_wants_whole_keys(keys: dict[int, bytes], current: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        Keyring(keys, current)
