"""`bench track`: how well the tracker keeps an overlay on its artwork, on clips whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isinf
from pathlib import Path

from server.bench import track_measures as measures
from server.bench.clips.catalogue import clips
from server.bench.clips.pool import for_each_clip
from server.bench.clips.targets import load_targets
from server.bench.form import Kind, Reach, Row
from server.bench.track_answers import read_answers
from server.bench.track_record import ENOUGH, ClipRecord
from server.bench.track_run import poor, run_clip

KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("share_under_5px", "share", Reach(">=", 0.95)),
        Kind("share_under_5px_poor", "share", Reach(">=", 0.75)),
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
    )
}
WARP_IDS = ("warp_ratio_150ms", "warp_p95_px_150ms", "warp_p95_px_300ms_lossy", "warp_ms_p95")


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
            records = for_each_clip(partial(run_clip, folder=self.folder), chosen, "tracking", say)
        else:
            say(f"reading answers to {len(chosen)} clips")
            records = read_answers(self.answers, chosen, pictures, partial(poor, folder=self.folder))
        return [*tracking_rows(records), *self._warp_rows()]

    def _warp_rows(self) -> list[Row]:
        why = "answers of another tracker" if self.answers is not None else "the browser part was not run"
        return [KINDS[name].missing(why) for name in WARP_IDS]


def tracking_rows(records: Sequence[ClipRecord]) -> list[Row]:
    """The rows that come of records."""
    shown = [clip for clip in records if clip.shows_target]
    absent = [clip for clip in records if not clip.shows_target]
    still = [clip for clip in records if clip.motion == "static"]
    absent_frames = sum(len(clip.frames) for clip in absent)
    return [
        *_error_rows(shown),
        _row(
            "jitter_px",
            measures.jitter_px(still),
            f"corners around their means, RMS, in {len(still)} clips from a tripod",
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
            measures.cpu_ms(records),
            "conversion to grey and tracking, mean of all frames, one thread, 640x480",
        ),
    ]


def _error_rows(shown: Sequence[ClipRecord]) -> list[Row]:
    rich_clips = [clip for clip in shown if not clip.poor]
    poor_clips = [clip for clip in shown if clip.poor]
    return [
        _row("share_under_5px", measures.share_under(rich_clips), f"mean corner error; {_what(rich_clips)}"),
        _row("share_under_5px_poor", measures.share_under(poor_clips), f"the same; {_what(poor_clips)}"),
        _row(
            "median_px",
            measures.median_error_px(rich_clips),
            "mean corner error where there is a pose, targets with texture",
        ),
    ]


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
