"""Which clips the benchmark is made of: every motion with the disturbances that go with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from server.bench.clips.clip import Clip
from server.bench.clips.disturbance import Disturbance
from server.bench.clips.motion import Motion

FRAMES = 66
LEAVE_FRAMES = 96
EMPTY_FRAMES = 40  # of each clip without its target
EMPTY_CLIPS = 50

_NONE: frozenset[Disturbance] = frozenset()
FULL_PLAN: Sequence[tuple[Motion, frozenset[Disturbance]]] = (
    *((motion, _NONE) for motion in Motion),
    *((Motion.HOLD, frozenset({kind})) for kind in Disturbance),
    *(
        (Motion.PAN, frozenset({kind}))
        for kind in (Disturbance.EXPOSURE, Disturbance.BLUR, Disturbance.GLARE, Disturbance.VISITOR)
    ),
    *((Motion.APPROACH, frozenset({kind})) for kind in (Disturbance.EXPOSURE, Disturbance.DEFOCUS, Disturbance.NOISE)),
    *((Motion.YAW, frozenset({kind})) for kind in (Disturbance.GLARE, Disturbance.NOISE, Disturbance.DARK)),
    *((Motion.PITCH, frozenset({kind})) for kind in (Disturbance.DEFOCUS, Disturbance.GLARE)),
    *((Motion.ROLL, frozenset({kind})) for kind in (Disturbance.VISITOR, Disturbance.DARK)),
    *((Motion.SHAKE, frozenset({kind})) for kind in (Disturbance.BLUR, Disturbance.DARK, Disturbance.EXPOSURE)),
    *((Motion.LEAVE, frozenset({kind})) for kind in (Disturbance.EXPOSURE, Disturbance.NOISE)),
    (Motion.PAN, frozenset({Disturbance.DARK, Disturbance.BLUR})),
    (Motion.HOLD, frozenset({Disturbance.DEFOCUS, Disturbance.NOISE, Disturbance.EXPOSURE})),
)
QUICK_PLAN: Sequence[tuple[Motion, frozenset[Disturbance]]] = (
    (Motion.STATIC, _NONE),
    (Motion.PAN, frozenset({Disturbance.EXPOSURE})),
    (Motion.APPROACH, frozenset({Disturbance.NOISE})),
    (Motion.YAW, frozenset({Disturbance.GLARE})),
    (Motion.PITCH, _NONE),
    (Motion.ROLL, frozenset({Disturbance.VISITOR})),
    (Motion.SHAKE, frozenset({Disturbance.BLUR})),
    (Motion.HOLD, frozenset({Disturbance.DEFOCUS})),
    (Motion.HOLD, frozenset({Disturbance.DARK})),
    (Motion.LEAVE, _NONE),
)


def clips(targets: Sequence[str], quick: bool) -> tuple[Clip, ...]:
    """All clips of these targets, and those that show none or another; the same arguments give the same clips."""
    return (*_shown(targets, quick), *_empty(targets, quick))


def _shown(targets: Sequence[str], quick: bool) -> Iterator[Clip]:
    for number, target in enumerate(targets):
        for place, (motion, kinds) in enumerate(QUICK_PLAN if quick else FULL_PLAN):
            frames = LEAVE_FRAMES if motion is Motion.LEAVE else FRAMES
            name = "-".join((target, motion, *sorted(kinds)))
            yield Clip(name, target, target, motion, kinds, frames, seed=1000 * number + place)


def _empty(targets: Sequence[str], quick: bool) -> Iterator[Clip]:
    """Every other one a room without artworks, the rest walls with other pictures."""
    motions = (Motion.HOLD, Motion.PAN, Motion.APPROACH, Motion.YAW, Motion.SHAKE, Motion.ROLL)
    kinds = (
        _NONE,
        frozenset({Disturbance.NOISE}),
        frozenset({Disturbance.DARK}),
        frozenset({Disturbance.BLUR}),
        frozenset({Disturbance.EXPOSURE}),
    )
    for number in range(EMPTY_CLIPS // 5 if quick else EMPTY_CLIPS):
        target = targets[number % len(targets)]
        other = targets[(number + 1 + number // len(targets)) % len(targets)]
        hung = None if number % 2 or other == target else other
        name = f"{target}-absent-{number}"
        yield Clip(name, target, hung, motions[number % 6], kinds[number % 5], EMPTY_FRAMES, seed=100_000 + number)
