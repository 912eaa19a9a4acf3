"""Texts: the language nearest to the one asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exhibit.texts import Texts, choose_language, is_language_tag

OFFERED = ("en", "zh-Hans", "ar")


@pytest.mark.parametrize(
    ("asked", "given_"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-us", "en"),
        ("en_US", "en"),
        ("zh-CN", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("zh-hans-sg", "zh-Hans"),
        ("ar-EG", "ar"),
        ("ar-Latn-MA", "ar"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
        ("arn", "en"),  # Mapudungun is not Arabic
        ("../../etc/passwd", "en"),
        ("-", "en"),
    ],
)
def test_the_nearest_language_is_chosen(asked: str | None, given_: str) -> None:
    assert choose_language(asked, OFFERED, "en") == given_


def test_chinese_goes_by_the_script_of_its_region() -> None:
    both = ("zh-Hant", "zh-Hans")
    assert choose_language("zh-TW", both, "en") == "zh-Hant"
    assert choose_language("zh-CN", both, "en") == "zh-Hans"


def test_the_other_script_is_nearer_than_another_language() -> None:
    assert choose_language("zh-TW", OFFERED, "en") == "zh-Hans"


def test_a_wanted_language_is_given_another_region_of_it() -> None:
    assert choose_language("pt", ("en", "pt-BR"), "en") == "pt-BR"
    assert choose_language("pt-PT", ("en", "pt-BR"), "en") == "pt-BR"


def test_the_more_exact_of_two_tags_wins() -> None:
    assert choose_language("en-GB-oxendict", ("en", "en-GB"), "en") == "en-GB"


def test_a_text_comes_in_the_language_asked_for() -> None:
    texts = Texts({"en": "Harbour", "zh-Hans": "港口"})
    assert texts.in_language("zh-CN", "en") == "港口"
    assert texts.in_language("fr", "en") == "Harbour"


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=512))
def test_whatever_is_asked_for_some_offered_language_comes_back(asked: str) -> None:
    assert choose_language(asked, OFFERED, "en") in OFFERED


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "pt-BR", "es-419", "sr-Latn-RS", "de-1996", "yue"])
def test_tags_of_languages_are_known(tag: str) -> None:
    assert is_language_tag(tag)


@pytest.mark.parametrize("tag", ["", "e", "english", "en_GB", "en-", "-en", "en GB", "zh-Hans-Hant", "en\n"])
def test_what_is_no_tag_is_known(tag: str) -> None:
    assert not is_language_tag(tag)
