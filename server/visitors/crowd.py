"""Many simulated phones at once: when they come, how long they stay, which of them are greedy."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, replace
from pathlib import Path

from server.visitors.camera import Habits
from server.visitors.diary import Diary
from server.visitors.door import Door
from server.visitors.film import Film, clip_film, moving_film
from server.visitors.phone import Leave, Phone

MAX_VISITORS = 2000
MAX_SECONDS = 3600.0
MAX_FPS = 240.0


class PlanError(Exception):
    """A crowd that is too large, too long or makes no sense."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a crowd does."""

    count: int = 1
    fps: float = 15.0
    seconds: float = 10.0
    width_px: int = 480
    height_px: int = 360
    clip: Path | None = None
    greedy: int = 0  # so many of the visitors keep no credits
    greedy_factor: float = 4.0  # and send so many times the frame rate
    arrive_over_s: float = 0.0  # visitors arrive evenly over this time
    own_rate: bool = False  # keep the frame rate whatever the server asks for; greedy visitors always do
    settle_s: float = 0.0  # so much at the start is not counted
    churn: bool = False  # visitors come and go, vanish, and lose their connections
    stay_s: tuple[float, float] = (2.0, 8.0)  # then each stays for a time between these

    def __post_init__(self) -> None:
        fastest_fps = self.fps * (self.greedy_factor if self.greedy else 1)
        _check(1 <= self.count <= MAX_VISITORS, f"count from 1 to {MAX_VISITORS}", self.count)
        _check(0 < self.seconds <= MAX_SECONDS, f"seconds up to {MAX_SECONDS:.0f}", self.seconds)
        _check(self.fps > 0 and fastest_fps <= MAX_FPS, f"a frame rate up to {MAX_FPS:.0f}", fastest_fps)
        _check(min(self.width_px, self.height_px) >= 16, "a width and height from 16", (self.width_px, self.height_px))
        _check(max(self.width_px, self.height_px) <= 4096, "a width and height up to 4096", self.width_px)
        _check(0 <= self.greedy <= self.count, "greedy visitors from 0 to the count", self.greedy)
        _check(0 <= self.arrive_over_s <= self.seconds, "an arrival time within the run", self.arrive_over_s)
        _check(0 <= self.settle_s < self.seconds, "a settling time within the run", self.settle_s)


def _check(holds: bool, expected: str, got: object) -> None:
    if not holds:
        raise PlanError(f"expected {expected}, got {got}")


class Crowd:
    """The visitors of one run; `diaries` may be read at any time, one for each place in the crowd."""

    def __init__(self, door: Door, plan: Plan) -> None:
        self.plan = plan
        self.diaries = [Diary(number, greedy=number < plan.greedy) for number in range(plan.count)]
        self._door = door
        self._tls = door.tls()
        clip = clip_film(plan.clip) if plan.clip is not None else None
        self._films = [clip or moving_film(number) for number in range(plan.count)]

    def jpegs(self) -> list[bytes]:
        """The pictures that the first visitor sends."""
        film = self._films[0]
        return [film.jpeg(index, self.plan.width_px, self.plan.height_px) for index in range(film.frames)]

    def prepare(self) -> None:
        """Encode every picture now: it takes milliseconds for each, and must not disturb the run."""
        for film in set(self._films):
            film.develop(self.plan.width_px, self.plan.height_px)

    async def visit(self) -> None:
        """Let everybody come, stay and leave."""
        start_s = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as places:
            for diary, film in zip(self.diaries, self._films, strict=True):
                diary.counts_from_s = start_s + self.plan.settle_s
                places.create_task(self._fill_place(diary, film, start_s))

    async def _fill_place(self, diary: Diary, film: Film, start_s: float) -> None:
        chance = random.Random(diary.number)
        await asyncio.sleep(self.plan.arrive_over_s * diary.number / self.plan.count)
        habits = self._habits(diary, chance)
        until_s = start_s + self.plan.seconds
        if not self.plan.churn:
            await Phone(self._door, film, habits, diary, self._tls).visit(until_s)
            return
        while asyncio.get_running_loop().time() < until_s:
            await self._come_and_go(Phone(self._door, film, habits, diary, self._tls), until_s, chance)

    async def _come_and_go(self, phone: Phone, until_s: float, chance: random.Random) -> None:
        now_s = asyncio.get_running_loop().time()
        stay_s = min(chance.uniform(*self.plan.stay_s), until_s - now_s)
        cut = (
            asyncio.get_running_loop().call_later(stay_s / 2, phone.lose_connection) if chance.random() < 0.3 else None
        )
        try:
            await phone.visit(now_s + stay_s, chance.choice((Leave.BYE, Leave.BYE, Leave.VANISH)))
        finally:
            if cut is not None:
                cut.cancel()

    def _habits(self, diary: Diary, chance: random.Random) -> Habits:
        plan = self.plan
        habits = Habits(plan.fps, plan.width_px, plan.height_px, own_rate=plan.own_rate, phase=chance.random())
        if not diary.greedy:
            return habits
        return replace(habits, fps=plan.fps * plan.greedy_factor, own_rate=True, keeps_credits=False)
