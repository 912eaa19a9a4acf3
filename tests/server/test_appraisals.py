"""How well artworks can be tracked: asked of a worker, found out once, told in every language, shown on the wall."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exhibit.exhibition import Exhibition, demo_file, load_exhibition
from exhibit.ticket import Keyring
from exhibit.track.score import Reason
from exhibit.track.target import Target, compile_target
from models.style.library import read_library
from server.api.catalogue import Catalogue
from server.api.tracking_words import tracking_words
from server.api.wall import Wall
from server.appraisals import Appraisal, Appraisals, Remark
from server.on_show import OnShow
from server.worker.appraisal import appraise
from server.worker.codec import fit, read_artwork

EXHIBITION = load_exhibition(demo_file())
SCORES = [
    {"artwork": "valley.jpg", "value": 91, "remarks": []},
    {"artwork": "street.jpg", "value": 12, "remarks": [["like_another", "valley.jpg"], ["too_wide", ""]]},
]


@pytest.fixture(scope="module")
def targets() -> dict[str, Target]:
    """A small artwork with much to see, and one with nothing."""
    street = read_artwork(EXHIBITION.picture(EXHIBITION.stations[4]))
    grey = np.full((240, 320, 3), 128, np.uint8)
    return {"street.jpg": compile_target(fit(street, 320, 240)), "grey.png": compile_target(grey)}


def test_a_rich_artwork_is_scored_above_an_empty_one_and_reasons_are_given(targets: dict[str, Target]) -> None:
    empty, rich = sorted(appraise(targets, None), key=lambda score: str(score["artwork"]))
    assert (rich["artwork"], empty["artwork"]) == ("street.jpg", "grey.png")
    assert rich["value"] > empty["value"]
    assert ["little_texture", ""] in empty["remarks"]


def test_scores_are_kept_and_damaged_ones_made_anew(
    targets: dict[str, Target], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scores = appraise(targets, tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_text(json.dumps([]), encoding="utf-8")
    assert appraise(targets, tmp_path) == [], "what is kept is believed"
    kept.write_text("{", encoding="utf-8")
    assert appraise(targets, tmp_path) == scores
    assert "scored anew" in caplog.text
    assert appraise({"street.jpg": targets["street.jpg"]}, tmp_path) != scores
    assert len(list(tmp_path.iterdir())) == 2, "other pictures have scores of their own"


class Worker:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, list[str]]] = []

    def ask(self, number: int, artworks: Sequence[str]) -> None:
        self.asked.append((number, list(artworks)))


def shown(exhibition: Exhibition = EXHIBITION) -> tuple[Appraisals, Worker]:
    """What is known of an exhibition that has just been put on show: nothing yet."""
    worker = Worker()
    appraisals = Appraisals(worker.ask)
    appraisals.changed(exhibition.subject, exhibition)
    return appraisals, worker


def test_of_an_exhibition_on_show_the_artworks_that_are_tracked_are_asked_about() -> None:
    _, worker = shown()
    tracked = sorted(s.artwork.picture for s in EXHIBITION.stations if s.experience.tracked)
    assert worker.asked == [(1, tracked)]
    assert 0 < len(tracked) < len(EXHIBITION.stations)


def test_where_nothing_is_tracked_nothing_is_asked() -> None:
    appraisals, worker = shown(replace(EXHIBITION, stations=EXHIBITION.stations[:1]))
    assert (worker.asked, appraisals.of(EXHIBITION.subject)) == ([], {})


def test_what_a_worker_says_is_there_for_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    appraisals, _ = shown()
    assert (appraisals.of(EXHIBITION.subject), appraisals.snapshot([EXHIBITION])) == ({}, {})
    with caplog.at_level(logging.WARNING):
        appraisals.take(1, SCORES)
    found = appraisals.of(EXHIBITION.subject)
    assert found["street.jpg"] == Appraisal(12, (Remark("like_another", "valley.jpg"), Remark("too_wide")))
    assert appraisals.snapshot([EXHIBITION]) == {
        "valley": {"score": 91, "reasons": []},
        "street": {"score": 12, "reasons": ["like_another", "too_wide"]},
    }
    assert "station street: its artwork is hard to track (12 of 100): like_another, too_wide" in caplog.text
    assert "valley" not in caplog.text


def test_what_was_found_out_counts_until_the_next_version_s_artworks_are_scored() -> None:
    appraisals, worker = shown()
    appraisals.take(1, SCORES)
    appraisals.changed(EXHIBITION.subject, replace(EXHIBITION, version=2))
    assert [number for number, _ in worker.asked] == [1, 2]
    assert appraisals.of(EXHIBITION.subject)["street.jpg"].value == 12
    appraisals.take(2, [{"artwork": "street.jpg", "value": 80, "remarks": []}])
    assert appraisals.of(EXHIBITION.subject) == {"street.jpg": Appraisal(80)}


def test_an_answer_about_a_version_that_is_shown_no_more_means_nothing() -> None:
    appraisals, _ = shown()
    appraisals.changed(EXHIBITION.subject, replace(EXHIBITION, version=2))
    appraisals.take(1, SCORES)
    assert appraisals.of(EXHIBITION.subject) == {}


def test_of_an_exhibition_that_is_off_show_nothing_is_kept_and_of_others_everything() -> None:
    winter = replace(EXHIBITION, id="winter")
    appraisals, _ = shown()
    appraisals.changed(winter.subject, winter)
    appraisals.take(1, SCORES)
    appraisals.take(2, SCORES)
    appraisals.changed(EXHIBITION.subject, None)
    assert (appraisals.of(EXHIBITION.subject), len(appraisals.of(winter.subject))) == ({}, 2)


def test_a_worker_that_was_started_again_is_asked_again_for_what_it_has_not_answered() -> None:
    appraisals, worker = shown()
    asked = worker.asked[0]
    appraisals.ready()
    assert worker.asked == [asked, asked]
    appraisals.take(1, SCORES)
    appraisals.take(1, [])
    appraisals.ready()
    assert worker.asked == [asked, asked]
    assert len(appraisals.of(EXHIBITION.subject)) == 2, "a second answer to one question is none"


async def test_a_curator_gets_an_answer_about_pictures_that_hang_nowhere() -> None:
    worker = Worker()
    appraisals = Appraisals(worker.ask)
    asking = asyncio.create_task(appraisals.appraise(["new.jpg"]))
    await asyncio.sleep(0)
    ((number, artworks),) = worker.asked
    assert artworks == ["new.jpg"]
    appraisals.take(number, [{"artwork": "new.jpg", "value": 55, "remarks": []}])
    assert await asking == {"new.jpg": Appraisal(55)}


async def test_a_curator_who_waits_no_more_leaves_no_question_behind() -> None:
    worker = Worker()
    appraisals = Appraisals(worker.ask)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await appraisals.appraise(["new.jpg"])
    appraisals.ready()
    assert len(worker.asked) == 1
    appraisals.take(1, SCORES)


@pytest.mark.parametrize("language", EXHIBITION.languages)
def test_every_reason_has_words_in_every_language(language: str) -> None:
    english = tracking_words(Appraisal(50, tuple(Remark(reason.name.lower()) for reason in Reason)), {}, "en")
    for reason in Reason:
        words = tracking_words(Appraisal(50, (Remark(reason.name.lower(), "b.jpg"),)), {"b.jpg": "VALLEY"}, language)
        assert "50" in words
        assert ("VALLEY" in words) is (reason is Reason.LIKE_ANOTHER)
        assert words not in english or language == "en"


def test_a_language_without_words_gets_english() -> None:
    assert tracking_words(Appraisal(50), {}, "fr") == "Tracking: 50 of 100."


def catalogue_of(appraisals: Appraisals) -> Catalogue:
    on_show = OnShow(Keyring({1: bytes(32)}, 1))
    on_show.show(EXHIBITION)
    return Catalogue(on_show, read_library(), EXHIBITION.folder, appraisals.of)


def test_the_wall_says_how_well_artworks_are_tracked_once_it_is_known() -> None:
    appraisals, _ = shown()
    catalogue = catalogue_of(appraisals)
    assert "Tracking:" not in Wall(catalogue).render(EXHIBITION, "en")
    appraisals.take(1, SCORES)
    page = Wall(catalogue).render(EXHIBITION, "en")
    assert page.count("Tracking:") == 2
    assert "Tracking: 12 of 100. It is too like “Valley, Folded”" in page
    assert "Tracking" not in Wall(replace(catalogue, show_codes=False)).render(EXHIBITION, "en")


def test_the_wall_opens_each_artwork_large() -> None:
    page = Wall(catalogue_of(shown()[0])).render(EXHIBITION, "en")
    for station in EXHIBITION.stations:
        assert f'<a href="/media/{station.artwork.picture}" target="_blank"' in page
