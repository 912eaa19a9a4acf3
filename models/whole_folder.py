"""Folders that are there whole or not at all: written beside their place, renamed into it, removed in one step.

Knows nothing of what is in them. What a process that was killed left unfinished is removed by the next one.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_UNFINISHED = re.compile(r"[a-z0-9_-]+\.(\d+)\.part")  # and the process that is at it


def named_folders(parent: Path, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The folders in there whose whole names match, in order; the parent need not exist."""
    if not parent.is_dir():
        return ()
    return tuple(sorted(path.name for path in parent.iterdir() if pattern.fullmatch(path.name) and path.is_dir()))


@contextmanager
def drafted(parent: Path, name: str, make_room: Callable[[], None]) -> Iterator[Path]:
    """A folder to write into. It takes its place when the block ends well; else nothing of it is left.

    make_room: called just before, and may refuse: another process may have been faster.
    """
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    part = _unfinished(parent, name)
    shutil.rmtree(part, ignore_errors=True)  # of one that was killed and had this process's number
    part.mkdir()
    try:
        yield part
        make_room()
        part.rename(parent / name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove what processes that were killed left unfinished."""
    for path in parent.glob("*.part"):
        unfinished = _UNFINISHED.fullmatch(path.name)
        if unfinished and not psutil.pid_exists(int(unfinished[1])):
            shutil.rmtree(path, ignore_errors=True)


def take_away(parent: Path, name: str) -> None:
    """Remove a folder: it is gone at once, even if deleting is interrupted."""
    gone = parent / f"_{_unfinished(parent, name).name}"
    (parent / name).rename(gone)
    shutil.rmtree(gone)


def _unfinished(parent: Path, name: str) -> Path:
    return parent / f"{name}.{os.getpid()}.part"
