"""Reads what somebody else's tracker answered to the exported clips: a file of JSON lines for each clip."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from exhibit.track.pose import Homography, TrackState
from server.bench.clips.clip import Clip, truths
from server.bench.clips.ripmap import Picture
from server.bench.form import BenchError
from server.bench.track_record import ClipRecord, frame_record

_NAMES_SHOWN = 5
_STATES = {state.name.lower(): state for state in TrackState}


def read_answers(
    folder: Path, clips: Sequence[Clip], pictures: Mapping[str, Picture], poor: Callable[[str], bool]
) -> list[ClipRecord]:
    """The records of all clips; `poor` says which targets are poor in texture.

    Raises BenchError for a missing file or a line that is no answer.
    """
    missing = [clip.name for clip in clips if not _file(folder, clip).is_file()]
    if missing:
        shown = ", ".join(missing[:_NAMES_SHOWN]) + (", ..." if len(missing) > _NAMES_SHOWN else "")
        raise BenchError(f"{folder}: expected answers to {len(clips)} clips, missing {len(missing)}: {shown}")
    return [_read(_file(folder, clip), clip, pictures, poor(clip.target)) for clip in clips]


def _file(folder: Path, clip: Clip) -> Path:
    return folder / f"{clip.name}.jsonl"


def _read(path: Path, clip: Clip, pictures: Mapping[str, Picture], poor: bool) -> ClipRecord:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    frames = []
    for number, (line, truth) in enumerate(zip_longest(lines, truths(clip, pictures))):
        if line is None or truth is None:
            raise BenchError(f"{path}: expected {clip.frames} lines, one a frame, got {len(lines)}")
        state, answer = _answer(line, number, f"{path}, line {number + 1}")
        frames.append(frame_record(truth.homography, truth.visible, state, answer))
    return ClipRecord(clip.name, clip.target, poor, clip.motion, clip.shows_target, frames)


def _answer(line: str, number: int, where: str) -> tuple[TrackState, Homography | None]:
    try:
        given = json.loads(line)
    except ValueError as error:
        raise BenchError(f"{where}: expected JSON, got {line[:60]!r}") from error
    if not isinstance(given, dict) or given.get("frame") != number or "homography" not in given:
        raise BenchError(f'{where}: expected {{"frame": {number}, "homography": ...}}, got {line[:60]!r}')
    homography = _homography(given["homography"], where)
    state = given.get("state", "looking" if homography is None else "locked")
    if not isinstance(state, str) or state not in _STATES:
        raise BenchError(f"{where}: expected a state of {', '.join(_STATES)}, got {state!r}")
    return _STATES[state], homography


def _homography(given: Any, where: str) -> Homography | None:
    if given is None:
        return None
    try:
        values = np.array(given, np.float64)
    except (TypeError, ValueError):
        values = np.empty(0)
    if values.size != 9 or not np.isfinite(values).all():
        raise BenchError(f"{where}: expected null or 9 finite numbers as homography, got {str(given)[:60]}")
    return values.reshape(3, 3)
