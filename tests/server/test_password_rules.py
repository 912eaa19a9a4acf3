"""Which passwords are taken, and why the others are not."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.password_rules import MAX_BYTES, PasswordRefusedError, Reason, check, normal

NAMES = ("anna.schmidt@museum.example", "Anna Schmidt")


def reason_of(password: str, *names: str) -> Reason:
    with pytest.raises(PasswordRefusedError, match=r"^expected ") as caught:
        check(password, *names)
    return caught.value.reason


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple two",
        "vier blaue Stühle",
        "Das ist mein Museum nicht",
        "kc7#pW9q!mZ2",
        "918273645012",
        "夏天的展览从六月开始直到九月",
        "Лето в деревне",
        "stairs stressed tsunami",
        "anna schmidt sleeps badly",
        "x" * 8 + " and then some more words",
    ],
)
def test_several_words_or_random_characters_are_taken(password: str) -> None:
    check(password, *NAMES)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        pytest.param("", Reason.TOO_SHORT, id="nothing"),
        pytest.param("kc7#pW9q!mZ", Reason.TOO_SHORT, id="eleven"),
        pytest.param("ﷺ" * 100, Reason.TOO_LONG, id="grows when it is normalised"),
        pytest.param("vier Stühle " * 30, Reason.TOO_LONG, id="360 characters"),
        pytest.param("夏" * 100, Reason.TOO_LONG, id="300 bytes"),
        pytest.param("vier Stühle\n", Reason.UNREADABLE, id="a line end"),
        pytest.param("vier Stühle\0", Reason.UNREADABLE, id="a zero"),
        pytest.param("vier Stühle\ud800", Reason.UNREADABLE, id="half a character"),
        pytest.param("vier Stühle\U000e0fff", Reason.UNREADABLE, id="not assigned"),
        pytest.param("aaaaaaaaaaaaaaaa", Reason.REPEATED, id="one letter"),
        pytest.param("kc7#pWkc7#pW", Reason.REPEATED, id="twice the same"),
        pytest.param("drei drei drei drei dr", Reason.REPEATED, id="cut short"),
        pytest.param("123456789012", Reason.SEQUENCE, id="counting"),
        pytest.param("zyxwvutsrqpo", Reason.SEQUENCE, id="backwards"),
        pytest.param("QWERTYUIOP12", Reason.SEQUENCE, id="a row of keys"),
        pytest.param("1qaz2wsx3edc", Reason.SEQUENCE, id="columns of keys"),
        pytest.param("abcd1234efgh", Reason.SEQUENCE, id="pieces of rows"),
        pytest.param("aaabbbcccddd", Reason.SEQUENCE, id="steps"),
        pytest.param("Password1234!", Reason.COMMON, id="the commonest"),
        pytest.param("P4$$w0rd-2026", Reason.COMMON, id="the commonest in disguise"),
        pytest.param("MyNewPassword", Reason.COMMON, id="a chain of common words"),
        pytest.param("vernissage2026", Reason.COMMON, id="the house"),
        pytest.param("anna.schmidt@museum.example", Reason.PERSONAL, id="the login"),
        pytest.param("Anna Schmidt", Reason.PERSONAL, id="the name"),
        pytest.param("schmidt-anna-1987", Reason.PERSONAL, id="the name turned round"),
        pytest.param("ANNAschmidtPassword", Reason.PERSONAL, id="the name and a common word"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, reason: Reason) -> None:
    assert reason_of(password, *NAMES) is reason


def test_names_without_letters_forbid_nothing() -> None:
    check("kc7#pW9q!mZ2", "", "...", "李")


def test_the_same_password_from_different_keyboards_is_the_same() -> None:
    assert normal("Stühle") == normal("Stu\u0308hle") == normal("Ｓｔühle")


def test_spaces_and_case_are_kept() -> None:
    assert normal("  Vier  Stühle ") == "  Vier  Stühle "


@pytest.mark.parametrize("text", ["password" * 31 + "x", "a" * 255 + "b", "pass" * 63 + "x", "1" * 255 + "x"])
def test_no_password_takes_long_to_look_at(text: str) -> None:
    start = time.perf_counter()
    with suppress(PasswordRefusedError):
        check(text, *NAMES)
    assert time.perf_counter() - start < 0.5


@given(st.text(max_size=300))
def test_any_text_is_taken_or_refused_with_a_reason(text: str) -> None:
    try:
        check(text, *NAMES)
    except PasswordRefusedError as refused:
        assert refused.reason in Reason
    else:
        assert len(normal(text).encode()) <= MAX_BYTES
