"""Pictures that are made side by side: everybody's own, previews, and what cannot be made costs nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from exhibit.dream import Mark
from models.errors import GenerateError
from models.generate.generator import Pictures, Sketch
from models.generate.stub import StubGenerator
from server.dreamer import easel as easel_module
from server.dreamer.easel import Easel, Order
from server.worker.codec import decode_own_size, encode

RED, GREEN, BLUE = "#ff0000", "#00ff00", "#0000ff"


class Checker:
    """Refuses pictures that are mostly of one colour."""

    description = "a test's"

    def __init__(self, refuses: int | None = None) -> None:
        self._refuses = refuses  # the channel

    def check(self, pictures: Pictures) -> list[bool]:
        means = pictures.reshape(len(pictures), -1, 3).mean(axis=1)
        return [self._refuses is None or int(mean.argmax()) != self._refuses for mean in means]


class Told:
    """What the server hears, by job."""

    def __init__(self) -> None:
        self.by_job: dict[int, list[tuple[dict[str, Any], Sequence[bytes]]]] = defaultdict(list)

    def __call__(self, head: dict[str, Any], pictures: Sequence[bytes]) -> None:
        self.by_job[head.get("batch", 0)].append((head, pictures))

    def end(self, job: int) -> tuple[dict[str, Any], Sequence[bytes]]:
        return self.by_job[job][-1]


@pytest.fixture(autouse=True)
def previews_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(easel_module, "PREVIEW_EVERY_MS", 0.0)


def made(told: Told, generator: Any = None, checker: Checker | None = None, folder: Path = Path()) -> Easel:
    settings = {"quality": 95, "steps": 0, "pictures": str(folder)}
    return Easel(generator or StubGenerator(0, 0, size=(64, 64)), checker or Checker(), settings, told)


def order(job: int, words: str = RED, **more: Any) -> Order:
    return Order(job, words, 7, 0.6, Mark.NONE, **more)


def colour(jpeg: bytes) -> NDArray[np.float64]:
    return decode_own_size(jpeg).reshape(-1, 3).mean(axis=0)


def finish(easel: Easel) -> None:
    for _ in range(50):
        if easel.is_empty:
            return
        easel.turn()
    raise AssertionError("it goes on for ever")


def test_a_picture_forms_step_by_step_and_is_handed_out_once() -> None:
    told = Told()
    easel = made(told)
    easel.take(order(1))
    finish(easel)
    heads = [head for head, _ in told.by_job[1]]
    assert [(head["step"], head["steps"], head.get("done", False)) for head in heads] == [
        (1, 4, False),
        (2, 4, False),
        (3, 4, False),
        (4, 4, True),
    ]
    reds = [colour(pictures[0])[0] - colour(pictures[0])[1] for _, pictures in told.by_job[1]]
    assert reds == sorted(reds) and reds[-1] > 250, "from grey to red"


def test_visitors_share_a_batch_at_different_steps_and_never_a_picture() -> None:
    told = Told()
    easel = made(told)
    easel.take(order(1, RED))
    easel.turn()
    easel.take(order(2, GREEN))
    easel.turn()
    easel.take(order(3, BLUE))
    finish(easel)
    ends = {job: colour(told.end(job)[1][0]) for job in (1, 2, 3)}
    assert [int(ends[job].argmax()) for job in (1, 2, 3)] == [0, 1, 2]
    for job, channel in ((1, 0), (2, 1), (3, 2)):
        assert all(int(colour(p[0]).argmax()) == channel for _, p in told.by_job[job])


def test_who_leaves_is_let_go_at_the_next_step_and_the_others_go_on() -> None:
    told = Told()
    easel = made(told)
    easel.take(order(1, RED))
    easel.take(order(2, GREEN))
    easel.turn()
    easel.drop(1)
    finish(easel)
    assert len(told.by_job[1]) == 1
    assert told.end(2)[0]["done"]


def test_a_picture_that_may_not_be_shown_leaves_the_process_in_no_form() -> None:
    told = Told()
    easel = made(told, checker=Checker(refuses=0))
    easel.take(order(1, RED))
    easel.take(order(2, GREEN))
    finish(easel)
    assert (told.end(1)[0]["may_be_shown"], told.end(1)[1]) == (False, ())
    assert told.end(2)[0]["may_be_shown"] and len(told.end(2)[1]) == 2


def test_the_visible_mark_is_in_what_is_shown_and_not_in_what_is_repainted() -> None:
    told = Told()
    easel = made(told, generator=StubGenerator(0, 0, size=(128, 128)))
    easel.take(Order(1, RED, 7, 0.6, Mark.BOTTOM_RIGHT))
    finish(easel)
    marked, plain = (decode_own_size(jpeg) for jpeg in told.end(1)[1])
    assert np.abs(marked[-28:, -50:].astype(int) - plain[-28:, -50:]).max() > 100
    assert np.abs(marked[:60].astype(int) - plain[:60]).max() < 12


def test_words_that_mean_nothing_are_said_to_and_the_others_go_on() -> None:
    told = Told()
    easel = made(told)
    easel.take(order(1, "   "))
    easel.take(order(2))
    finish(easel)
    assert told.end(1)[0] == {"batch": 1, "failed": "fault", "message": "expected words, got none"}
    assert told.end(2)[0]["done"]


def test_a_source_that_is_damaged_or_gone_is_said_to_be_missing(tmp_path: Path) -> None:
    told = Told()
    easel = made(told, folder=tmp_path)
    easel.take(order(1, source=encode(np.zeros((32, 32, 3), np.uint8), 90)[:-40]))
    easel.take(order(2, artwork="gone.jpg"))
    assert [told.end(job)[0]["failed"] for job in (1, 2)] == ["source_missing", "source_missing"]
    assert easel.is_empty


class Failing(StubGenerator):
    """Has no memory for a step, once."""

    def __init__(self) -> None:
        super().__init__(0, 0, size=(64, 64))
        self.fails = True

    def step(self, sketches: Sequence[Sketch]) -> None:
        if self.fails:
            self.fails = False
            raise GenerateError("there is no memory for one picture")
        super().step(sketches)


def test_a_step_that_fails_ends_its_pictures_and_the_next_ones_are_made() -> None:
    told = Told()
    easel = made(told, generator=Failing())
    easel.take(order(1))
    easel.turn()
    assert told.end(1)[0]["failed"] == "fault" and easel.is_empty
    easel.take(order(2))
    finish(easel)
    assert told.end(2)[0]["done"]


class Overflowing(StubGenerator):
    """Cannot finish what is red."""

    def finish(self, sketches: Sequence[Sketch]) -> Pictures:
        pictures = super().finish(sketches)
        if any(int(picture[0, 0].argmax()) == 0 for picture in pictures):
            raise GenerateError("a number was none")
        return pictures


def test_a_picture_that_cannot_be_finished_takes_no_other_with_it() -> None:
    told = Told()
    easel = made(told, generator=Overflowing(0, 0, size=(64, 64)))
    easel.take(order(1, RED))
    easel.take(order(2, GREEN))
    finish(easel)
    assert told.end(1)[0]["failed"] == "fault"
    assert told.end(2)[0]["done"]


class Shrinking(StubGenerator):
    """Has less memory than it thought."""

    def step(self, sketches: Sequence[Sketch]) -> None:
        self._max_batch = 4
        super().step(sketches)


def test_it_says_when_it_can_do_fewer_at_once() -> None:
    told = Told()
    easel = made(told, generator=Shrinking(0, 0, size=(64, 64)))
    easel.take(order(1))
    finish(easel)
    assert told.by_job[0] == [({"at_once": 4}, ())]
