"""Licences, as model cards name them."""

import pytest

from models.generate.licences import is_non_commercial, licence_of_card

CARD = "---\nlicense: other\nlicense_name: sai-nc-community\ntags:\n- x\n---\n# A model\n"


@pytest.mark.parametrize(
    ("licence", "non_commercial"),
    [
        ("MIT", False),
        ("apache-2.0", False),
        ("creativeml-openrail-m", False),
        ("openrail++", False),
        ("cc-by-4.0", False),
        ("cc-by-nc-4.0", True),
        ("CC BY-NC-SA 4.0", True),
        ("sai-nc-community", True),
        ("stabilityai-ai-community", True),
        ("stability-ai-community", True),
        ("flux-1-dev-non-commercial-license", True),
        ("Non Commercial Research", True),
    ],
)
def test_licences_that_take_commercial_use_out_are_known_by_name(licence, non_commercial):
    assert is_non_commercial(licence) == non_commercial


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        (CARD, "sai-nc-community"),
        ("---\nlicense: mit\n---\n", "mit"),
        ("---\nlicense:\n- apache-2.0\n---\n", "apache-2.0"),
        ('---\nlicense: "mit"\nlicense_name: none\n---', "mit"),
        ("# license: mit\n", ""),
        ("---\ntags: []\n---\nlicense: mit", ""),
        ("", ""),
    ],
)
def test_a_cards_front_matter_names_the_licence(card, licence):
    assert licence_of_card(card) == licence
