"""The targets of the artworks that are tracked: kept on disk, made in the background when first asked for.

Compiling takes a second or so; meanwhile nobody waits, and the station's frames are answered as if it was not in view.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Queue

from exhibit.track.target import VERSION, Target, TargetError, TrackError, compile_target
from exhibit.track.tracker import Tracker
from server.worker.codec import DamagedPictureError, read_artwork

log = logging.getLogger("vernissage.targets")

Compile = Callable[[Path], Target]


def compile_file(picture: Path) -> Target:
    """The target of a picture's file. Raises DamagedPictureError and TrackError."""
    return compile_target(read_artwork(picture))


class Targets:
    """Targets by station number. `target` may be called from any thread."""

    def __init__(self, pictures: Mapping[int, Path], folder: Path | None, compile_: Compile = compile_file) -> None:
        self._pictures, self._folder, self._compile = dict(pictures), folder, compile_
        self._targets: dict[int, Target | None] = {}  # None: being made, or cannot be
        self._lock = threading.Lock()
        self._to_make: Queue[int] = Queue()
        self._maker = threading.Thread(target=self._make_all, name="targets", daemon=True)

    def target(self, station: int) -> Target | None:
        """The station's target; None while it is being made, or where there is none to be had."""
        with self._lock:
            if station in self._targets or station not in self._pictures:
                return self._targets.get(station)
            self._targets[station] = None
            self._to_make.put(station)
            if not self._maker.is_alive():
                self._maker.start()
        return None

    def all(self) -> dict[int, Target]:
        """Every target that there is to be had; waits until they are made."""
        for station in self._pictures:
            self.target(station)
        self._to_make.join()
        return {station: target for station, target in self._targets.items() if target is not None}

    def _make_all(self) -> None:
        while True:
            station = self._to_make.get()
            picture = self._pictures[station]
            try:
                target = load_target(picture, self._folder, self._compile)
                Tracker(target).track(target.grey, 0.0)  # what it works out on first use, no visitor waits for
                self._targets[station] = target
            except (DamagedPictureError, TrackError, OSError) as error:
                log.error("station %d: %s cannot be tracked: %s", station, picture.name, error)
            except Exception:  # one picture must not take the thread from all others
                log.exception("station %d: %s cannot be tracked", station, picture.name)
            finally:
                self._to_make.task_done()


def load_target(picture: Path, folder: Path | None, compile_: Compile = compile_file) -> Target:
    """A target from the folder, or compiled and put there. Raises DamagedPictureError, TrackError and OSError."""
    if folder is None:
        return compile_(picture)
    digest = hashlib.sha256(picture.read_bytes() + f"target {VERSION}".encode()).hexdigest()
    kept = folder / f"{digest}.npz"
    try:
        return Target.from_bytes(kept.read_bytes())
    except FileNotFoundError:
        log.info("compiling %s", picture.name)
    except (OSError, TargetError) as error:
        log.warning("%s is compiled anew: %s", picture.name, error)
    target = compile_(picture)
    keep(kept, target.to_bytes())
    return target


def keep(path: Path, content: bytes) -> None:
    """Write a file; who reads it meanwhile sees the old content or the new. Without room on the disk it is not kept."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        log.warning("%s is not kept: %s", path, error)
        with suppress(OSError):
            draft.unlink()
