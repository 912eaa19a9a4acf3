"""A simulated phone's camera: a picture each interval, the newest one kept, at the rate and size that are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from server.visitors.film import Film


@dataclass(frozen=True, slots=True)
class Habits:
    """How a phone behaves."""

    fps: float = 15.0
    width_px: int = 480
    height_px: int = 360
    keeps_credits: bool = True
    own_rate: bool = False  # keeps its frame rate whatever the server asks for
    phase: float = 0.0  # 0 to 1: when in the frame interval its camera ticks
    telemetry: bool = True


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the server's last status allows: nothing before the first, and while waiting."""

    live: bool = False
    fps: float = 0.0
    width_px: int = 0
    height_px: int = 0


@dataclass(frozen=True, slots=True)
class Shot:
    """One camera picture on its way out."""

    capture_ms: float
    width_px: int
    height_px: int
    jpeg: bytes


class Camera:
    """Runs for one connection. `allowed` may be changed at any time."""

    def __init__(
        self, film: Film, habits: Habits, on_tick: Callable[[], None], on_replaced: Callable[[], None]
    ) -> None:
        self.allowed = Allowed()
        self._film, self._habits = film, habits
        self._on_tick, self._on_replaced = on_tick, on_replaced
        self._newest_ms: float | None = None  # capture time of the picture that waits to be sent
        self._pictures = 0

    async def run(self) -> None:
        """Take pictures until cancelled; one that was not sent when the next is taken is replaced."""
        loop = asyncio.get_running_loop()
        next_s = loop.time() + self._habits.phase / self._habits.fps
        while True:
            await asyncio.sleep(next_s - loop.time())
            if self.allowed.live:
                if self._newest_ms is not None:
                    self._on_replaced()
                self._newest_ms = loop.time() * 1000
                self._on_tick()
            next_s = max(next_s + 1 / self._fps(), loop.time())

    @property
    def has_picture(self) -> bool:
        """Whether a picture waits and may be sent."""
        return self.allowed.live and self._newest_ms is not None

    def shoot(self) -> Shot:
        """The picture that waits; the next one will be another."""
        assert self._newest_ms is not None, "asked for a picture while none waits"
        width_px, height_px = self._size()
        shot = Shot(self._newest_ms, width_px, height_px, self._film.jpeg(self._pictures, width_px, height_px))
        self._newest_ms = None
        self._pictures += 1
        return shot

    def _fps(self) -> float:
        habit = self._habits.fps
        return habit if self._habits.own_rate or not self.allowed.fps else min(habit, self.allowed.fps)

    def _size(self) -> tuple[int, int]:
        width_px, height_px = self._habits.width_px, self._habits.height_px
        allowed_px = max(self.allowed.width_px, self.allowed.height_px)
        scale = min(1.0, allowed_px / max(width_px, height_px)) if allowed_px else 1.0
        return max(16, round(width_px * scale)), max(16, round(height_px * scale))
