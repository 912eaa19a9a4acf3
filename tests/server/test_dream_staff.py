"""What dreams need of the house: lists with the curators' own words, a signed and kept picture, a fallback."""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from dream_house import DREAM, FACTS
from hall_house import EXHIBITION, STATION
from sqlalchemy.exc import OperationalError

from exhibit.dream import Mark, Source
from exhibit.exhibition import HouseWords
from exhibit.jpeg import jpeg_size
from exhibit.words.check import WordsRefusal, check_words
from models.generate.generator import Sketch
from models.generate.stub import StubGenerator
from server.dreamer.facts import facts_of
from server.dreamer.settings import DreamerSettings
from server.dreamer.trial import try_out
from server.dreams.dreaming import Finished, Keeping, NotKeptError
from server.dreams.job import Job, Outcome
from server.dreams.staff import FALLBACK_PX, Keeper, WordsOfHouse, about, fallback
from server.store.errors import StoreError

JOB = Job(1, 7, 1, 3, ("demo", "harbour"), "blue, kraken", "blue, kraken", 42, Mark.BOTTOM_RIGHT, Source.ARTWORK)
VISITOR: Any = SimpleNamespace(exhibition=EXHIBITION, station=replace(STATION, experience=DREAM))


async def test_an_exhibition_refuses_more_words_and_allows_others() -> None:
    words = WordsOfHouse()
    usual = await words.lists(EXHIBITION)
    changed = replace(EXHIBITION, house_words=HouseWords({"en": ("kraken",)}, {"en": ("nude",)}))
    own = await words.lists(changed)
    assert check_words("a kraken at sea", usual).refusal is None
    assert check_words("a kraken at sea", own).refusal is WordsRefusal.LISTED
    assert check_words("a nude by a window", usual).refusal is WordsRefusal.LISTED
    assert check_words("a nude by a window", own).refusal is None
    assert await words.lists(changed) is own, "built once"


def test_what_is_told_of_a_picture_names_the_model_and_no_visitor() -> None:
    made = about(FACTS, VISITOR, JOB, Outcome(True, steps=8, understood=("blue",), unknown=("kraken",)), 0.0)
    assert (made.model, made.licence, made.seed, made.steps) == ("A test's", "Apache-2.0", 42, 8)
    assert (made.words, made.understood, made.unknown) == ("blue, kraken", ("blue",), ("kraken",))
    assert (made.exhibition, made.source, made.made_at) == ("Borrowed Eyes", Source.ARTWORK, "1970-01-01T00:00:00Z")
    assert "7" not in str(made.as_json().values()).replace("1970", ""), "not even the number of the session"


class Kept:
    """A store that keeps, or cannot."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.rows: list[tuple[Any, ...]] = []

    async def keep(self, *row: Any, offered: bool) -> Any:
        if self.error is not None:
            raise self.error
        self.rows.append((*row, offered))
        return SimpleNamespace(token="t0ken", owner="0wner")


def keeping() -> Keeping:
    made = about(FACTS, VISITOR, JOB, Outcome(True), 0.0)
    return Keeping(VISITOR, Finished(3, b"plain", b"marked", made, b"shown"), wall=True)


def keeper(kept: Kept) -> Keeper:
    signer = SimpleNamespace(sign=lambda jpeg, made: b"signed " + jpeg)
    return Keeper(kept, signer, lambda: "https://art.example", lambda: 0.0)  # type: ignore[arg-type]


async def test_a_picture_is_signed_kept_for_the_exhibitions_days_and_found_by_a_private_address() -> None:
    kept = Kept()
    address, expires_at = await keeper(kept).keep(keeping())
    assert (address, expires_at) == ("https://art.example/kept/t0ken#owner=0wner", "1970-01-31T00:00:00Z")
    ((exhibition, station, jpeg, made, expires_s, offered),) = kept.rows
    assert (exhibition, station, jpeg, expires_s, offered) == ("demo", STATION.id, b"signed shown", 30 * 86_400.0, True)
    assert made.words == "blue, kraken"


@pytest.mark.parametrize(
    "error",
    [
        StoreError("full"),
        OSError(errno.ENOSPC, "No space left on device"),
        OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked")),
    ],
    ids=["refused", "disk full", "locked"],
)
async def test_a_store_that_cannot_keep_it_is_said_in_a_sentence_and_the_operator_is_told(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotKeptError, match="could not be kept; try again later"):
        await keeper(Kept(error)).keep(keeping())
    assert "a visitor's picture could not be kept" in caplog.text


async def test_a_fallback_is_made_small_enough_and_a_file_that_is_gone_is_none(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "large.png"), np.full((900, 2048, 3), 200, np.uint8))
    there = replace(EXHIBITION, folder=tmp_path)
    assert jpeg_size(await fallback(there, "large.png")) == (FALLBACK_PX, 450)
    assert await fallback(there, "gone.png") == b""


class Batching(StubGenerator):
    """A card: a batch costs as much as a row."""

    def step(self, sketches: Any) -> None:
        self._row_ms = 0.0
        super().step(sketches)


def test_where_batches_gain_nothing_two_pictures_go_on_at_once() -> None:
    on_cores = try_out(StubGenerator(0.0, 4.0), 0)
    on_a_card = try_out(Batching(6.0, 0.0), 0)
    assert (on_cores.steps, on_cores.at_once, on_a_card.at_once) == (4, 2, 8)
    assert on_cores.step_ms > 3.0


def test_a_model_of_a_single_step_can_be_tried_too() -> None:
    class OneStep(StubGenerator):
        def begin(self, wish: Any) -> Sketch:
            return super().begin(replace(wish, steps=1))

    assert try_out(OneStep(2.0, 0.0), 0).steps == 1


def test_the_facts_of_a_model_are_known_before_it_is_opened() -> None:
    settings = DreamerSettings("pigment", "stub", 1, 0, 0, 90, "", "", "")
    assert facts_of(settings)["title"] == "A stub: plain colours"
    facts = facts_of(replace(settings, runtime="auto"))
    assert (facts["name"], facts["licence"], facts["non_commercial"]) == ("pigment", "Apache-2.0", False)
    blue = next(word for kind in facts["vocabulary"] for word in kind["words"] if word["word"] == "blue")
    assert blue["labels"]["en"] == "blue" and blue["labels"]["fr"] == "bleu"
