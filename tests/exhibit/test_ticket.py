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
from exhibit.ticket import TICKET_CHARS, Signer, Ticket

OLD_KEY = b"o" * 32
NEW_KEY = b"n" * 32
NOW_S = 1_800_000_000
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def a_signer(exhibition: str = "demo") -> Signer:
    return Signer({1: OLD_KEY}, current=1, exhibition=exhibition)


def refusal_of(signer: Signer, text: str, now_s: float = NOW_S) -> Refusal:
    with pytest.raises(Refused) as caught:
        signer.read(text, now_s)
    return caught.value.refusal


@given(station=st.integers(1, 0xFFFF), expires_at=st.none() | st.integers(NOW_S + 1, 0xFFFFFFFF))
def test_a_ticket_says_what_was_signed(station: int, expires_at: int | None) -> None:
    text = a_signer().sign(station, expires_at)
    assert a_signer().read(text, NOW_S) == Ticket("demo", station, expires_at)
    assert len(text) == TICKET_CHARS
    assert set(text) <= set(BASE64URL)


def test_a_ticket_is_laid_out_as_documented() -> None:
    claims = struct.pack(">BB8sHI", 1, 1, hashlib.sha256(b"demo").digest()[:8], 7, NOW_S)
    tag = hmac.new(OLD_KEY, claims, hashlib.sha256).digest()[:16]
    assert a_signer().sign(7, NOW_S) == base64.urlsafe_b64encode(claims + tag).rstrip(b"=").decode()


@pytest.mark.parametrize("bit", range(32 * 8))
def test_a_ticket_with_one_bit_flipped_is_forged(bit: int) -> None:
    data = bytearray(base64.urlsafe_b64decode(a_signer().sign(3) + "="))
    data[bit // 8] ^= 1 << bit % 8
    flipped = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    assert refusal_of(a_signer(), flipped) is Refusal.TICKET_FORGED


def test_a_ticket_has_no_second_spelling() -> None:
    text = a_signer().sign(3)
    value = BASE64URL.index(text[-1])
    for unused_bits in (1, 2, 3):
        respelled = text[:-1] + BASE64URL[value ^ unused_bits]
        assert base64.urlsafe_b64decode(respelled + "=") == base64.urlsafe_b64decode(text + "=")
        assert refusal_of(a_signer(), respelled) is Refusal.TICKET_FORGED


def test_a_ticket_of_another_key_is_forged() -> None:
    stranger = Signer({1: NEW_KEY}, current=1, exhibition="demo")
    assert refusal_of(a_signer(), stranger.sign(3)) is Refusal.TICKET_FORGED


def test_a_ticket_of_another_exhibition_is_foreign() -> None:
    assert refusal_of(a_signer("demo"), a_signer("winter").sign(3)) is Refusal.TICKET_FOREIGN


def test_a_ticket_lives_until_the_second_it_expires() -> None:
    text = a_signer().sign(3, expires_at=NOW_S)
    assert a_signer().read(text, NOW_S - 0.001).station == 3
    assert refusal_of(a_signer(), text, NOW_S) is Refusal.TICKET_EXPIRED


def test_a_ticket_without_expiry_lives_on() -> None:
    assert a_signer().read(a_signer().sign(3), now_s=2.0**40).expires_at is None


def test_a_forged_ticket_is_not_called_expired_or_foreign() -> None:
    stranger = Signer({1: NEW_KEY}, current=1, exhibition="winter")
    assert refusal_of(a_signer(), stranger.sign(3, expires_at=1)) is Refusal.TICKET_FORGED


def test_old_tickets_outlive_a_change_of_keys_until_their_key_is_withdrawn() -> None:
    old = a_signer().sign(3)
    both = Signer({1: OLD_KEY, 2: NEW_KEY}, current=2, exhibition="demo")
    new_only = Signer({2: NEW_KEY}, current=2, exhibition="demo")
    assert both.read(old, NOW_S).station == 3
    assert new_only.read(both.sign(4), NOW_S).station == 4
    assert refusal_of(new_only, old) is Refusal.TICKET_FORGED


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
    assert refusal_of(a_signer(), text) is Refusal.TICKET_FORGED


@given(text=st.text(alphabet=BASE64URL, min_size=43, max_size=43) | st.text(max_size=60))
def test_no_text_is_a_ticket_by_chance(text: str) -> None:
    assert refusal_of(a_signer(), text) is Refusal.TICKET_FORGED


@pytest.mark.parametrize(("station", "expires_at"), [(0, None), (0x10000, None), (1, 0), (1, -1), (1, 2**32)])
def test_numbers_that_do_not_fit_are_not_signed(station: int, expires_at: int | None) -> None:
    with pytest.raises(ValueError, match="expected"):
        a_signer().sign(station, expires_at)


@pytest.mark.parametrize(
    ("keys", "current"),
    [({1: OLD_KEY}, 2), ({1: b"short"}, 1), ({256: OLD_KEY}, 256), ({1: OLD_KEY, 2: b""}, 1)],
)
def test_a_signer_wants_whole_keys(keys: dict[int, bytes], current: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        Signer(keys, current, "demo")
