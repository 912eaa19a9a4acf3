"""`bench track`: how well the tracker keeps an overlay on its artwork, on clips whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isinf
from pathlib import Path

from server.bench import track_measures as measures
from server.bench.clips.catalogue import clips
from server.bench.clips.pool import for_each_clip
from server.bench.clips.ripmap import Picture
from server.bench.clips.targets import load_targets
from server.bench.form import BenchError, Kind, Reach, Row
from server.bench.track_answers import read_answers
from server.bench.track_record import ENOUGH, ClipRecord
from server.bench.track_run import SELDOM, poor, run_clip
from server.bench.track_smoothing import compare
from server.bench.warp_bench import LATE, LATE_AND_LOSSY, Weather, measure_warp
from server.bench.warp_record import WarpRecord

KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("share_under_5px", "share", Reach(">=", 0.95)),
        Kind("share_under_5px_poor", "share", Reach(">=", 0.75)),
        Kind("share_under_5px_3fps", "share", Reach()),
        Kind("median_px", "px", Reach("<=", 0.6)),
        Kind("jitter_px", "px", Reach("<=", 0.3)),
        Kind("lock_frames", "frames", Reach("<=", 3)),
        Kind("relock_frames", "frames", Reach("<=", 5)),
        Kind("false_locks", "poses", Reach("<=", 0)),
        Kind("cpu_ms", "ms", Reach("<=", 8)),
        Kind("warp_ratio_150ms", "ratio", Reach("<=", 0.2)),
        Kind("warp_p95_px_150ms", "px", Reach("<=", 5)),
        Kind("warp_p95_px_300ms_lossy", "px", Reach()),
        Kind("warp_ms_p95", "ms", Reach()),
        Kind("main_ms_p95", "ms", Reach("<", 4)),
    )
}
QUICK_WARP_S, FULL_WARP_S = 6.0, 30.0
QUICK_TIMED, FULL_TIMED = 6, 40  # clips that are run once more, alone, to see what they cost
WARP_IDS = ("warp_ratio_150ms", "warp_p95_px_150ms", "warp_p95_px_300ms_lossy", "warp_ms_p95", "main_ms_p95")


@dataclass(frozen=True, slots=True)
class TrackBench:
    """What is measured, and on which pictures."""

    quick: bool
    folder: Path | None  # of pictures to be targets; None: those of the project
    answers: Path | None  # of another tracker, instead of running ours

    def run(self, say: Callable[[str], None]) -> Sequence[Row]:
        """Every row, in the order of KINDS. Raises BenchError for a folder that cannot be used."""
        pictures = load_targets(self.folder)
        chosen = clips(tuple(pictures), self.quick)
        if self.answers is None:
            follow = partial(run_clip, folder=self.folder)
            records = for_each_clip(follow, chosen, "tracking", say)
            whole = clips(tuple(pictures), quick=False)  # brief clips would be mostly searching
            every = max(1, len(whole) // (QUICK_TIMED if self.quick else FULL_TIMED))
            timed = for_each_clip(follow, whole[every - 1 :: every], "timing", say, alone=True)
        else:
            say(f"reading answers to {len(chosen)} clips")
            records = read_answers(self.answers, chosen, pictures, partial(poor, folder=self.folder))
            timed = records
        return [*tracking_rows(records, timed), *self._in_the_browser(pictures, records, say)]

    def _in_the_browser(
        self, pictures: Mapping[str, Picture], records: Sequence[ClipRecord], say: Callable[[str], None]
    ) -> list[Row]:
        """The late warp before the first picture that has texture, if there is a browser to see it in."""
        if self.answers is not None:
            return [KINDS[name].missing("these are answers of another tracker") for name in WARP_IDS]
        rich = [clip.target for clip in records if clip.shows_target and not clip.poor]
        seconds = QUICK_WARP_S if self.quick else FULL_WARP_S
        try:
            return warp_rows(measure_warp(pictures, (rich or list(pictures))[0], seconds, say))
        except BenchError as error:
            return [KINDS[name].missing(str(error)) for name in WARP_IDS]


def warp_rows(records: Mapping[Weather, WarpRecord]) -> list[Row]:
    """The rows that come of what was on a browser's screen."""
    late, lossy = records[LATE], records[LATE_AND_LOSSY]
    where = "on the screen of a real Chromium at 640x480, film of a panning camera"
    p95_px, pasted_px = late.p95_px(), late.pasted_p95_px()
    return [
        _row(
            "warp_ratio_150ms",
            p95_px / pasted_px if p95_px is not None and pasted_px else None,
            f"95th percentile of the corner error with the late warp over the server's pose alone ({_px(pasted_px)}), "
            f"answers {LATE.delay_ms:g} ms late; {where}",
        ),
        _row("warp_p95_px_150ms", p95_px, _shown(late)),
        _row(
            "warp_p95_px_300ms_lossy", lossy.p95_px(), f"{LATE_AND_LOSSY.loss:.0%} of the poses lost; {_shown(lossy)}"
        ),
        _row(
            "warp_ms_p95",
            late.warp_ms_p95,
            f"a frame in the page's {late.stage}, as its telemetry says; median {_ms(late.warp_ms_p50)}",
        ),
        _row(
            "main_ms_p95",
            late.main_ms_p95,
            "what a picture costs the page's main thread, all its parts together; "
            f"{_ms(lossy.main_ms_p95)} with answers {LATE_AND_LOSSY.delay_ms:g} ms late",
        ),
    ]


def _shown(record: WarpRecord) -> str:
    return (
        f"{len(record.shown)} pictures shown at {record.rate():.0f} a second, {record.share_shown():.1%} with the "
        f"overlay; median {_px(record.median_px())}, farthest jump from one to the next {record.worst_jump_px():.1f} px"
    )


def _px(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g} px"


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g} ms"


def tracking_rows(records: Sequence[ClipRecord], timed: Sequence[ClipRecord]) -> list[Row]:
    """The rows that come of records; `timed` are those of a tracker that had the machine to itself."""
    shown = [clip for clip in records if clip.shows_target]
    absent = [clip for clip in records if not clip.shows_target]
    still = [clip for clip in records if clip.motion == "static"]
    absent_frames = sum(len(clip.frames) for clip in absent)
    return [
        *_error_rows(shown),
        _row(
            "jitter_px",
            measures.jitter_px(still),
            f"corners around their means, RMS, in {len(still)} clips from a tripod{_smoothing(shown)}",
        ),
        _row("lock_frames", measures.lock_frames(shown), f"median of {len(shown)} clips, 1 being the first frame"),
        _row(
            "relock_frames",
            measures.relock_frames(shown),
            f"median, from {ENOUGH:.0%} in view after it was out of view",
        ),
        _row(
            "false_locks",
            measures.false_locks(absent) if absent else None,
            f"poses in {absent_frames} frames of other artworks and of rooms without any; besides, "
            f"{measures.astray(shown)} locked poses of the target itself were more than {measures.ASTRAY_PX:g} px off",
        ),
        _row(
            "cpu_ms",
            measures.cpu_ms(timed),
            f"conversion to grey and tracking, mean of all frames of {len(timed)} clips, "
            f"{sum(not clip.shows_target for clip in timed)} of them without their target; one process, one thread",
        ),
    ]


def _error_rows(shown: Sequence[ClipRecord]) -> list[Row]:
    rich_clips = [clip for clip in shown if not clip.poor]
    poor_clips = [clip for clip in shown if clip.poor]
    return [
        _row("share_under_5px", measures.share_under(rich_clips), f"mean corner error; {_what(rich_clips)}"),
        _row("share_under_5px_poor", measures.share_under(poor_clips), f"the same; {_what(poor_clips)}"),
        _seldom_row(rich_clips),
        _row(
            "median_px",
            measures.median_error_px(rich_clips),
            "mean corner error where there is a pose, targets with texture",
        ),
    ]


def _seldom_row(shown: Sequence[ClipRecord]) -> Row:
    """How it goes where a phone sends a few frames only; nothing where the answers are of another tracker."""
    seldom = [replace(clip, frames=clip.seldom) for clip in shown if clip.seldom]
    return _row(
        "share_under_5px_3fps",
        measures.share_under(seldom),
        f"targets with texture, of one frame in {SELDOM}; {_what(seldom)}; "
        f"{measures.astray(seldom)} locked poses were more than {measures.ASTRAY_PX:g} px off",
    )


def _smoothing(shown: Sequence[ClipRecord]) -> str:
    """The jitter, and the 95th percentile of the error of all motions, by way of smoothing."""
    ways = "; ".join(f"{name} {smoothed}" for name, smoothed in compare(shown).items())
    return f"; jitter / 95th percentile of the error in all clips: {ways}" if ways else ""


def _what(shown: Sequence[ClipRecord]) -> str:
    """The clips of a row, in words, with the one that went worst."""
    frames = sum(1 for clip in shown for _ in clip.counted())
    targets = len({clip.target for clip in shown})
    words = f"{frames} frames with {ENOUGH:.0%} in view, {len(shown)} clips of {targets} targets"
    shares = {clip.name: share for clip in shown if (share := measures.share_under([clip])) is not None}
    worst = min(shares, key=lambda name: shares[name], default=None)
    return words if worst is None else f"{words}; worst is {worst} with {shares[worst]:.2f}"


def _row(name: str, value: float | None, how: str) -> Row:
    if value is None:
        return KINDS[name].missing(f"nothing to take it from ({how})")
    if isinf(value):
        return KINDS[name].missing(f"in half of the clips it never came ({how})")
    return KINDS[name].row(value, how)
