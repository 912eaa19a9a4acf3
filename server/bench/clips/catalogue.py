"""Which clips the benchmark is made of: every motion with the disturbances that go with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from server.bench.clips.clip import Clip
from server.bench.clips.disturbance import Disturbance
from server.bench.clips.motion import Motion

FRAMES = 66
LEAVE_FRAMES = 96
ABSENT_CLIPS, ABSENT_FRAMES = 50, 40  # without their target
QUICK_CLIPS = 24  # that show their target, about
QUICK_FRAMES = 40
QUICK_ABSENT_CLIPS, QUICK_ABSENT_FRAMES = 10, 20

_D = Disturbance
_PAIRS: Sequence[tuple[Motion, tuple[Disturbance, ...]]] = (
    (Motion.HOLD, tuple(Disturbance)),
    (Motion.PAN, (_D.EXPOSURE, _D.BLUR, _D.GLARE, _D.VISITOR)),
    (Motion.APPROACH, (_D.EXPOSURE, _D.DEFOCUS, _D.NOISE)),
    (Motion.YAW, (_D.GLARE, _D.NOISE, _D.DARK)),
    (Motion.PITCH, (_D.DEFOCUS, _D.GLARE)),
    (Motion.ROLL, (_D.VISITOR, _D.DARK)),
    (Motion.SHAKE, (_D.BLUR, _D.DARK, _D.EXPOSURE)),
    (Motion.LEAVE, (_D.EXPOSURE, _D.NOISE)),
)
_MIXED: Sequence[tuple[Motion, _D, *tuple[_D, ...]]] = (
    (Motion.HOLD, _D.DEFOCUS, _D.NOISE, _D.EXPOSURE),
    (Motion.PAN, _D.DARK, _D.BLUR),
    (Motion.APPROACH, _D.VISITOR, _D.EXPOSURE),
    (Motion.YAW, _D.DEFOCUS, _D.NOISE),
    (Motion.PITCH, _D.DARK),
    (Motion.ROLL, _D.GLARE, _D.EXPOSURE),
    (Motion.SHAKE, _D.BLUR, _D.NOISE, _D.EXPOSURE),
)
_NONE: frozenset[Disturbance] = frozenset()
FULL_PLAN: Sequence[tuple[Motion, frozenset[Disturbance]]] = (
    *((motion, _NONE) for motion in Motion),
    *((motion, frozenset({kind})) for motion, kinds in _PAIRS for kind in kinds),
    *((motion, frozenset(kinds)) for motion, *kinds in _MIXED),
)
QUICK_PLAN: Sequence[tuple[Motion, frozenset[Disturbance]]] = (
    (Motion.STATIC, _NONE),
    (Motion.PAN, frozenset({_D.EXPOSURE, _D.BLUR})),
    (Motion.APPROACH, frozenset({_D.NOISE})),
    (Motion.YAW, frozenset({_D.GLARE, _D.NOISE})),
    (Motion.PITCH, frozenset({_D.DEFOCUS})),
    (Motion.ROLL, frozenset({_D.VISITOR})),
    (Motion.SHAKE, frozenset({_D.BLUR, _D.EXPOSURE})),
    (Motion.HOLD, frozenset({_D.DARK, _D.DEFOCUS})),
    (Motion.SHAKE, frozenset({_D.DARK})),
    (Motion.LEAVE, frozenset({_D.NOISE})),
)


def clips(targets: Sequence[str], quick: bool) -> tuple[Clip, ...]:
    """All clips of these targets, and those that show none or another; the same arguments give the same clips."""
    return (*(_brief(targets) if quick else _whole(targets)), *_absent(targets, quick))


def _whole(targets: Sequence[str]) -> Iterator[Clip]:
    """Every target with every motion."""
    for number, target in enumerate(targets):
        for place, (motion, kinds) in enumerate(FULL_PLAN):
            frames = LEAVE_FRAMES if motion is Motion.LEAVE else FRAMES
            yield _shown(target, motion, kinds, frames, 1000 * number + place)


def _brief(targets: Sequence[str]) -> Iterator[Clip]:
    """Every target with some of the motions, so that all of them have their turn."""
    each = min(len(QUICK_PLAN), max(1, QUICK_CLIPS // len(targets)))
    for number in range(each * len(targets)):
        motion, kinds = QUICK_PLAN[number % len(QUICK_PLAN)]
        frames = LEAVE_FRAMES if motion is Motion.LEAVE else QUICK_FRAMES
        yield _shown(targets[number // each], motion, kinds, frames, number)


def _shown(target: str, motion: Motion, kinds: frozenset[Disturbance], frames: int, seed: int) -> Clip:
    return Clip("-".join((target, motion, *sorted(kinds))), target, target, motion, kinds, frames, seed)


def _absent(targets: Sequence[str], quick: bool) -> Iterator[Clip]:
    """Every other one a wall with other pictures, the rest rooms without any."""
    motions = (Motion.HOLD, Motion.PAN, Motion.APPROACH, Motion.YAW, Motion.SHAKE, Motion.ROLL)
    kinds = [frozenset(which) for which in ((), (_D.NOISE,), (_D.DARK,), (_D.BLUR,), (_D.EXPOSURE,))]
    frames = QUICK_ABSENT_FRAMES if quick else ABSENT_FRAMES
    for number in range(QUICK_ABSENT_CLIPS if quick else ABSENT_CLIPS):
        target = targets[number % len(targets)]
        other = targets[(number + 1 + number // len(targets)) % len(targets)]
        hung = None if number % 2 or other == target else other
        yield Clip(f"absent-{number}", target, hung, motions[number % 6], kinds[number % 5], frames, 100_000 + number)
