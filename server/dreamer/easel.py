"""Pictures that are being made, side by side: one step of all of them at a time. Knows no socket.

New orders join at the next step and those that are not wanted any more leave at it, so that nobody waits for a batch
to be filled or to end (continuous batching, as Yu et al. 2022, "Orca", do it for text).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exhibit.dream import Mark
from models.errors import ModelError, NotUnderstoodError
from models.generate.checker import Checker
from models.generate.generator import Generator, Sketch
from models.generate.wish import Wish, read_plainly
from server.provenance.mark import mark
from server.worker.codec import DamagedPictureError, Pixels, decode_own_size, encode, read_artwork

log = logging.getLogger("vernissage.dreamer")

PREVIEW_EVERY_MS = 120.0  # of one picture: drawing a preview costs about a step
PREVIEW_QUALITY = 75
PLAIN_QUALITY = 95  # of what is repainted

Tell = Callable[[dict[str, Any], Sequence[bytes]], None]


@dataclass(frozen=True, slots=True)
class Order:
    """A picture that was asked for."""

    job: int
    words: str
    seed: int
    change: float
    mark: Mark
    toward: str = ""
    share: float = 0.0
    artwork: str = ""  # the name of the picture that it begins from
    source: bytes = b""  # or that picture itself, a JPEG

    @staticmethod
    def of(head: Mapping[str, Any], pictures: Sequence[bytes]) -> Order:
        """What a message of the kind dream asks for."""
        values = {key: head[key] for key in ("words", "seed", "change", "toward", "share", "artwork") if key in head}
        return Order(job=head["batch"], mark=Mark(head["mark"]), source=pictures[0] if pictures else b"", **values)


@dataclass
class _Begun:
    """One that is on the easel."""

    order: Order
    sketch: Sketch
    begun_ms: float
    previewed_ms: float = field(default=0.0)


def _now_ms() -> float:
    return time.perf_counter() * 1000


class Easel:
    """Makes what is ordered with one generator; `tell` is given what is said of a job, and its pictures."""

    def __init__(self, generator: Generator, checker: Checker, settings: Mapping[str, Any], tell: Tell) -> None:
        self._generator, self._checker, self._tell = generator, checker, tell
        self._quality, self._steps = settings["quality"], settings["steps"]
        self._pictures = Path(settings["pictures"])
        self._begun: dict[int, _Begun] = {}
        self._at_once = generator.max_batch

    @property
    def is_empty(self) -> bool:
        """Whether nothing is being made."""
        return not self._begun

    def take(self, order: Order) -> None:
        """Begin a picture; one that cannot be made is said to be so, and costs the others nothing."""
        try:
            source = self._source(order)
            wish = Wish(
                words=order.words,
                seed=order.seed,
                steps=self._steps,
                source=source,
                change=order.change,
                toward=order.toward,
                share=order.share,
            )
            self._begun[order.job] = _Begun(order, self._generator.begin(wish), _now_ms())
        except NotUnderstoodError as error:
            self._fail(order.job, "words_unknown", str(error), unknown=list(read_plainly(order.words).understood))
        except DamagedPictureError as error:
            self._fail(order.job, "source_missing", str(error))
        except ModelError as error:
            self._fail(order.job, "fault", str(error))

    def _source(self, order: Order) -> Pixels | None:
        if order.source:
            return decode_own_size(order.source)
        return read_artwork(self._pictures / order.artwork) if order.artwork else None

    def drop(self, job: int) -> None:
        """Nobody wants it any more."""
        self._begun.pop(job, None)

    def turn(self) -> None:
        """One more step for all that are being made; say how far they are, and hand out those that are done."""
        begun = list(self._begun.values())
        try:
            self._generator.step([one.sketch for one in begun])
            self._show([one for one in begun if not one.sketch.done])
        except ModelError as error:  # even one row alone was too much
            log.error("%d pictures could not be made: %s", len(begun), error)
            for one in begun:
                self._fail(one.order.job, "fault", str(error))
            return
        self._say_how_many()
        for one in begun:
            if one.sketch.done:
                self._hand_out(one)

    def _say_how_many(self) -> None:
        if self._generator.max_batch != self._at_once:
            self._at_once = self._generator.max_batch
            self._tell({"at_once": self._at_once}, ())

    def _show(self, begun: list[_Begun]) -> None:
        """How far they are, with a preview for those who have not seen one for a while."""
        now_ms = _now_ms()
        due = [one for one in begun if now_ms - one.previewed_ms >= PREVIEW_EVERY_MS]
        for one, picture in zip(due, self._generator.preview([o.sketch for o in due]) if due else (), strict=True):
            one.previewed_ms = now_ms
            self._tell(self._progress(one), [encode(mark(picture, one.order.mark), PREVIEW_QUALITY)])
        for one in begun:
            if one not in due:
                self._tell(self._progress(one), ())

    def _progress(self, one: _Begun) -> dict[str, Any]:
        return {"batch": one.order.job, "step": one.sketch.step, "steps": one.sketch.steps}

    def _hand_out(self, one: _Begun) -> None:
        """A picture that is done, if it may be shown; what goes wrong with it is its own."""
        try:
            pictures = self._generator.finish([one.sketch])
            may_be_shown = self._checker.check(pictures)[0]
        except ModelError as error:
            log.error("a picture could not be finished: %s", error)
            self._fail(one.order.job, "fault", str(error))
            return
        reading, picture = one.sketch.reading, pictures[0]
        said = {
            **self._progress(one),
            "done": True,
            "may_be_shown": may_be_shown,
            "understood": list(reading.understood),
            "unknown": list(reading.unknown),
            "spent_ms": round(_now_ms() - one.begun_ms, 1),
        }
        shown = [encode(mark(picture, one.order.mark), self._quality), encode(picture, PLAIN_QUALITY)]
        self._tell(said, shown if may_be_shown else ())
        del self._begun[one.order.job]

    def _fail(self, job: int, code: str, message: str, **more: Any) -> None:
        self._begun.pop(job, None)
        self._tell({"batch": job, "failed": code, "message": message} | more, ())
