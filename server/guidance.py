"""What phones are asked to send at the moment, by kind of experience, and how many visitors the workers can hold.

Follows what the workers are measured to do; degradation.py says what comes of it. Knows no phone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from exhibit.experience import Canvas, Dream, Lens
from server.config import Config
from server.costs import Size
from server.degradation import Advice, Brush, advise, advise_canvas, size_of, visitors_held
from server.dispatch import Dispatch

log = logging.getLogger("vernissage")

_NOTABLE = 0.15  # phones are told of a new frame rate when it changed by this share

CountLive = Callable[[str], int]  # kind of experience -> visitors live at such stations


class Guidance:
    """The advice that phones were given last, by kind of experience."""

    def __init__(self, config: Config, workers: Sequence[Dispatch]) -> None:
        self._config, self._workers = config, workers
        self.brush = Brush.AUTO  # which network an operator wants to paint
        self._advice: dict[str, Advice] = {}
        self._advice = self._advise(lambda _: 0)

    def __getitem__(self, kind: str) -> Advice:
        return self._advice[kind]

    def follow(self, live: CountLive) -> set[str]:
        """Work out the advice anew; returns the kinds of experience whose visitors have to be told."""
        now = self._advise(live)
        changed = {kind for kind in now if _is_notable(self._advice[kind], now[kind])}
        self._advice |= {kind: now[kind] for kind in changed}
        self._lighten(live(Lens.kind))
        return changed

    def _lighten(self, live: int) -> None:
        """Let every worker paint with the network that the advice is for."""
        for dispatch in self._workers:
            before = dispatch.paint.lighter
            dispatch.paint.use(self._is_lighter)
            if dispatch.paint.lighter != before:
                which = "lighter" if dispatch.paint.lighter else "full"
                log.info("worker %d paints with the %s network: %d are live", dispatch.number, which, live)

    @property
    def has_lighter(self) -> bool:
        """Whether there is a lighter network, as far as it was measured."""
        return self._lighter_rate(size_of(self._config.lens.min_width)) > 0

    @property
    def _is_lighter(self) -> bool:
        before = self._advice.get(Lens.kind)
        return before is not None and "model" in before.reduced

    def held(self) -> int:
        """How many may be live: nobody before an engine was measured. A visitor at a canvas counts as one at a lens."""
        held = visitors_held(self._config.lens, self._paint_rate, self._lighter_rate, self.brush)
        return (self._config.room.max_live or held) if held else 0

    def _advise(self, live: CountLive) -> dict[str, Advice]:
        lens = advise(
            self._config.lens,
            self._paint_rate,
            live(Lens.kind),
            self._lighter_rate,
            is_lighter=self._is_lighter,
            brush=self.brush,
        )
        return {
            Lens.kind: lens,
            **dict.fromkeys((Canvas.kind, Dream.kind), self._advise_tracked(live)),
        }

    def _advise_tracked(self, live: CountLive) -> Advice:
        """Canvases and dreams share the lane in which their frames are tracked."""
        return advise_canvas(self._config.canvas, self._track_rate, live(Canvas.kind) + live(Dream.kind))

    def _paint_rate(self, size: Size) -> float:
        return sum(dispatch.paint.rate(size) for dispatch in self._workers)

    def _lighter_rate(self, size: Size) -> float:
        return sum(dispatch.paint.rate(size, lighter=True) for dispatch in self._workers)

    def _track_rate(self, size: Size) -> float:
        return sum(dispatch.track.rate(size) for dispatch in self._workers)


def _is_notable(before: Advice, now: Advice) -> bool:
    same_kind = (before.width, before.reduced) == (now.width, now.reduced)
    return not same_kind or abs(now.fps - before.fps) > _NOTABLE * before.fps
