"""How well artworks can be tracked: found out once, told in every language, and shown on the wall."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exhibit.exhibition import demo_file, load_exhibition
from exhibit.ticket import Signer
from exhibit.track.score import Reason
from exhibit.track.target import Target, compile_target
from models.style.library import read_library
from server.api.card import Catalogue
from server.api.tracking_words import tracking_words
from server.api.wall import Wall
from server.appraisals import Appraisal, Appraisals, Remark
from server.worker.appraisal import appraise
from server.worker.codec import fit, read_artwork

EXHIBITION = load_exhibition(demo_file())
SCORES = [
    {"station": 2, "value": 91, "remarks": []},
    {"station": 5, "value": 12, "remarks": [["like_another", 2], ["too_wide", 0]]},
]


@pytest.fixture(scope="module")
def targets() -> dict[int, Target]:
    """A small artwork with much to see, and one with nothing."""
    street = read_artwork(EXHIBITION.picture(EXHIBITION.stations[4]))
    grey = np.full((240, 320, 3), 128, np.uint8)
    return {5: compile_target(fit(street, 320, 240)), 7: compile_target(grey)}


def test_a_rich_artwork_is_scored_above_an_empty_one_and_reasons_are_given(targets: dict[int, Target]) -> None:
    rich, empty = sorted(appraise(targets, None), key=lambda score: int(score["station"]))
    assert (rich["station"], empty["station"]) == (5, 7)
    assert rich["value"] > empty["value"]
    assert ["little_texture", 0] in empty["remarks"]


def test_scores_are_kept_and_damaged_ones_made_anew(
    targets: dict[int, Target], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scores = appraise(targets, tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_text(json.dumps([]), encoding="utf-8")
    assert appraise(targets, tmp_path) == [], "what is kept is believed"
    kept.write_text("{", encoding="utf-8")
    assert appraise(targets, tmp_path) == scores
    assert "scored anew" in caplog.text
    assert appraise({5: targets[5]}, tmp_path) != scores
    assert len(list(tmp_path.iterdir())) == 2, "other pictures have scores of their own"


def test_what_a_worker_says_is_there_for_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    appraisals = Appraisals(EXHIBITION)
    assert (len(appraisals), appraisals.snapshot()) == (0, {})
    with caplog.at_level(logging.WARNING):
        appraisals.take(SCORES)
    assert appraisals[5] == Appraisal(12, (Remark("like_another", 2), Remark("too_wide")))
    assert appraisals.snapshot() == {
        "valley": {"score": 91, "reasons": []},
        "street": {"score": 12, "reasons": ["like_another", "too_wide"]},
    }
    assert "station street: its artwork is hard to track (12 of 100): like_another, too_wide" in caplog.text
    assert "valley" not in caplog.text


@pytest.mark.parametrize("language", EXHIBITION.languages)
def test_every_reason_has_words_in_every_language(language: str) -> None:
    english = tracking_words(Appraisal(50, tuple(Remark(reason.name.lower()) for reason in Reason)), {}, "en")
    for reason in Reason:
        words = tracking_words(Appraisal(50, (Remark(reason.name.lower(), 2),)), {2: "VALLEY"}, language)
        assert "50" in words
        assert ("VALLEY" in words) is (reason is Reason.LIKE_ANOTHER)
        assert words not in english or language == "en"


def test_a_language_without_words_gets_english() -> None:
    assert tracking_words(Appraisal(50), {}, "fr") == "Tracking: 50 of 100."


def test_the_wall_says_how_well_artworks_are_tracked_once_it_is_known() -> None:
    appraisals = Appraisals(EXHIBITION)
    catalogue = Catalogue(EXHIBITION, Signer({1: bytes(32)}, 1, EXHIBITION.id), read_library(), appraisals)
    assert "Tracking:" not in Wall(catalogue).render("en")
    appraisals.take(SCORES)
    page = Wall(catalogue).render("en")
    assert page.count("Tracking:") == 2
    assert "Tracking: 12 of 100. It is too like “Valley, Folded”" in page
    assert "Tracking" not in Wall(replace(catalogue, show_codes=False)).render("en")


def test_the_wall_opens_each_artwork_large() -> None:
    catalogue = Catalogue(EXHIBITION, Signer({1: bytes(32)}, 1, EXHIBITION.id), read_library())
    page = Wall(catalogue).render("en")
    for station in EXHIBITION.stations:
        assert f'<a href="/media/{station.artwork.picture}" target="_blank"' in page
