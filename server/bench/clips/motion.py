"""How a hand moves a phone in front of an artwork: a View at every moment. Knows no picture and no frame rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import pi, sin

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from server.bench.clips.view import View

Path = Callable[[float], View]  # seconds since the clip began -> view

FIELDS = ("fill", "yaw_deg", "pitch_deg", "roll_deg", "x_px", "y_px")
SWAY = (0.012, 1.1, 1.0, 0.9, 9.0, 8.0)  # amplitudes of slow drift, one for each field
TREMOR = (0.0004, 0.02, 0.02, 0.06, 0.6, 0.7)  # amplitudes of the shaking of a hand, 8 to 12 Hz
SWAY_HZ = (0.25, 1.3)
TREMOR_HZ = (8.0, 12.0)
TAKES_S = 2.2  # from the beginning to the end of a motion
GONE_S = 1.0  # how long the artwork stays out of view


class Motion(StrEnum):
    """What the visitor does with the phone."""

    STATIC = "static"  # on a tripod
    HOLD = "hold"
    PAN = "pan"
    APPROACH = "approach"
    YAW = "yaw"  # walks round to one side, 60 degrees
    PITCH = "pitch"  # from below or above, 60 degrees
    ROLL = "roll"  # turns the phone, 45 to 90 degrees
    SHAKE = "shake"
    LEAVE = "leave"  # looks away for a second and comes back


@dataclass(frozen=True, slots=True)
class Swing:
    """A sum of sines for each field of a View."""

    amplitudes: NDArray[np.float64]  # fields x sines
    rates_hz: NDArray[np.float64]
    phases: NDArray[np.float64]

    @classmethod
    def drawn(cls, random: Generator, amplitudes: tuple[float, ...], band_hz: tuple[float, float], sines: int) -> Swing:
        """A random swing whose sines share the amplitude of each field."""
        shape = (len(FIELDS), sines)
        shares = random.uniform(0.5, 1.0, shape) / sines
        return cls(
            np.array(amplitudes)[:, None] * shares * 1.6,
            random.uniform(*band_hz, shape),
            random.uniform(0, 2 * pi, shape),
        )

    def at(self, time_s: float) -> NDArray[np.float64]:
        """The offset of each field at a moment."""
        waves = self.amplitudes * np.sin(2 * pi * self.rates_hz * time_s + self.phases)
        return np.asarray(waves.sum(axis=1), np.float64)


def path(motion: Motion, seed: int) -> Path:
    """The path of a motion, which takes TAKES_S unless it is left early; the same seed gives the same path."""
    random = np.random.default_rng([seed, list(Motion).index(motion)])
    start = View(
        fill=random.uniform(0.58, 0.78),
        yaw_deg=random.uniform(-9, 9),
        pitch_deg=random.uniform(-7, 7),
        roll_deg=random.uniform(-2, 2),
        x_px=random.uniform(-25, 25),
        y_px=random.uniform(-20, 20),
    )
    if motion is Motion.STATIC:
        return lambda _: start
    return _held(_PLANS[motion](start, random), random)


def _held(plan: Path, random: Generator) -> Path:
    """The same path, by a hand."""
    sway = Swing.drawn(random, SWAY, SWAY_HZ, 3)
    tremor = Swing.drawn(random, TREMOR, TREMOR_HZ, 2)

    def at(time_s: float) -> View:
        view, offsets = plan(time_s), sway.at(time_s) + tremor.at(time_s)
        held = {name: getattr(view, name) + float(offset) for name, offset in zip(FIELDS, offsets, strict=True)}
        return replace(view, **held)

    return at


def _hold(start: View, _random: Generator) -> Path:
    return lambda _: start


def _pan(start: View, random: Generator) -> Path:
    across, down = random.choice((-1, 1)) * random.uniform(150, 210), random.uniform(-70, 70)
    start = replace(start, fill=random.uniform(0.5, 0.65))

    def at(time_s: float) -> View:
        turn = sin(2 * pi * 1.25 * time_s / TAKES_S)
        return replace(start, x_px=start.x_px + across * turn, y_px=start.y_px + down * turn)

    return at


def _approach(start: View, random: Generator) -> Path:
    first, last = random.uniform(0.34, 0.38), random.uniform(1.04, 1.12)
    if random.random() < 0.3:
        first, last = last, first
    return lambda time_s: replace(start, fill=first * (last / first) ** _eased(time_s / TAKES_S))


def _yaw(start: View, random: Generator) -> Path:
    most, tilt = random.choice((-1, 1)) * random.uniform(56, 60), _tilting(random)
    return lambda time_s: replace(start, yaw_deg=most * tilt(time_s))


def _pitch(start: View, random: Generator) -> Path:
    most, tilt = random.choice((-1, 1)) * random.uniform(54, 60), _tilting(random)
    return lambda time_s: replace(start, pitch_deg=most * tilt(time_s))


def _tilting(random: Generator) -> Callable[[float], float]:
    """From straight on to quite aslant, a rest there, and half the way back; or all that in reverse."""
    reverse = random.random() < 0.4

    def at(time_s: float) -> float:
        share = 1 - time_s / TAKES_S if reverse else time_s / TAKES_S
        return _eased(1.8 * share) - 0.5 * _eased(2.5 * share - 1.7)

    return at


def _roll(start: View, random: Generator) -> Path:
    most = random.choice((-1, 1)) * random.uniform(45, 90)
    start = replace(start, fill=start.fill * 0.9)
    return lambda time_s: replace(start, roll_deg=most * _eased(1.4 * time_s / TAKES_S - 0.2))


def _shake(start: View, random: Generator) -> Path:
    rates_hz = random.uniform(2.0, 3.2, 2)
    speeds_px = random.uniform(26, 38), random.uniform(10, 20)  # a frame of 1/30 s, at most
    swings = [speed / (2 * pi * rate / 30) for speed, rate in zip(speeds_px, rates_hz, strict=True)]

    def at(time_s: float) -> View:
        x, y = (swing * sin(2 * pi * rate * time_s) for swing, rate in zip(swings, rates_hz, strict=True))
        strength = min(1.0, 0.15 + 1.4 * time_s)
        roll = start.roll_deg + 3 * strength * sin(2 * pi * rates_hz[0] * time_s + 1)
        return replace(start, x_px=start.x_px + strength * x, y_px=start.y_px + strength * y, roll_deg=roll)

    return at


def _leave(start: View, random: Generator) -> Path:
    """The camera is carried along the wall and turned away a little, and comes back."""
    way, begin_s, turn_s = random.choice((-1, 1)), 0.5, 0.6
    back_s = begin_s + turn_s + GONE_S - 0.3
    start = replace(start, fill=0.62, yaw_deg=start.yaw_deg / 4, x_px=start.x_px / 4)

    def at(time_s: float) -> View:
        away = _eased((time_s - begin_s) / turn_s) - _eased((time_s - back_s) / turn_s)
        return replace(start, x_px=start.x_px - 160 * way * away, aside=1.02 * way * away)

    return at


_PLANS: dict[Motion, Callable[[View, Generator], Path]] = {
    Motion.HOLD: _hold,
    Motion.PAN: _pan,
    Motion.APPROACH: _approach,
    Motion.YAW: _yaw,
    Motion.PITCH: _pitch,
    Motion.ROLL: _roll,
    Motion.SHAKE: _shake,
    Motion.LEAVE: _leave,
}


def _eased(share: float) -> float:
    """From 0 to 1, starting and ending at rest."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
