"""What may be written in an account, and how its secrets are kept."""

from __future__ import annotations

import hashlib

import pytest

from server.store.account import AccountFieldError, hash_of, login_of, name_of, new_token, readable, typed_login


@pytest.mark.parametrize("login", ["ada", "ada@museum.example", "a.b-c_d+e@x.y", "007", "b" * 254])
def test_logins_are_names_or_addresses_in_small_letters(login: str) -> None:
    assert login_of(f" {login.upper()} ") == login


@pytest.mark.parametrize(
    "login", ["", "ab", "ben schmidt", "bén", "ben\0", "ben\ud800", ".ben", "ben@", "b" * 255, "x" * 10**6]
)
def test_logins_that_are_none_are_refused(login: str) -> None:
    with pytest.raises(AccountFieldError, match="expected a login") as refused:
        login_of(login)
    assert refused.value.field == "login"
    assert len(str(refused.value)) < 300


def test_whatever_is_typed_as_a_login_is_made_fit_to_be_noted_and_looked_for() -> None:
    assert typed_login(" Ada@Museum.example\0\ud800\n") == "ada@museum.example??"
    assert typed_login("b" * 255) != "b" * 254, "a login that is too long is not another's"


def test_names_are_kept_as_they_are_written() -> None:
    assert name_of(" Åsa  Öberg-李 ") == "Åsa  Öberg-李"
    assert name_of("A\u030asa") == "Åsa"


@pytest.mark.parametrize("name", ["", "   ", "Ben\nEve", "B\0n", "Ben\ud800", "b" * 121, "b" * 10**6])
def test_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(AccountFieldError, match="expected a name") as refused:
        name_of(name)
    assert refused.value.field == "name"
    assert len(str(refused.value)) < 200


def test_a_secret_is_256_bits_and_what_is_kept_of_it_is_its_hash() -> None:
    token = new_token()
    assert len(token) == 43
    assert token != new_token()
    assert hash_of(token) == hashlib.sha256(token.encode()).hexdigest()


def test_what_cannot_be_a_secret_is_not_even_hashed() -> None:
    nobodys = hashlib.sha256(b"").hexdigest()
    assert {hash_of(text) for text in ("", "x" * 42, "x" * 44, "é" * 43, "\ud800" * 43, "x" * 10**6)} == {nobodys}


def test_other_peoples_words_are_cut_and_cleaned() -> None:
    assert readable("Firefox\n\0" + "x" * 500, 12) == "Firefox??xxx"
