"""The targets of the artworks that are tracked: kept on disk, made in the background when first asked for.

Compiling takes a second or so; meanwhile nobody waits, and the station's frames are answered as if it was not in view.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Queue

from exhibit.track.target import VERSION, Target, TargetError, TrackError, compile_target
from exhibit.track.tracker import Tracker
from server.worker.codec import DamagedPictureError, read_artwork

log = logging.getLogger("vernissage.targets")

KEPT = 2048  # artworks; the one that nobody looked for longest is let go

Compile = Callable[[Path], Target]


def compile_file(picture: Path) -> Target:
    """The target of a picture's file. Raises DamagedPictureError and TrackError."""
    return compile_target(read_artwork(picture))


class Targets:
    """Targets by the names of pictures in one folder. `target` may be called from any thread."""

    def __init__(self, pictures: Path, folder: Path | None, compile_: Compile = compile_file) -> None:
        self._pictures, self._folder, self._compile = pictures, folder, compile_
        self._targets: OrderedDict[str, Target | None] = OrderedDict()  # None: being made, or cannot be
        self._lock = threading.Lock()
        self._to_make: Queue[str] = Queue()
        self._maker = threading.Thread(target=self._make_all, name="targets", daemon=True)

    def target(self, artwork: str) -> Target | None:
        """The artwork's target; None while it is being made, or where there is none to be had."""
        with self._lock:
            if artwork in self._targets:
                self._targets.move_to_end(artwork)
                return self._targets[artwork]
            self._targets[artwork] = None
            while len(self._targets) > KEPT:
                self._targets.popitem(last=False)
            self._to_make.put(artwork)
            if not self._maker.is_alive():
                self._maker.start()
        return None

    def of(self, artworks: Sequence[str]) -> dict[str, Target]:
        """Those of these artworks that there are to be had; waits until they are made."""
        for artwork in artworks:
            self.target(artwork)
        self._to_make.join()
        with self._lock:
            return {artwork: target for artwork in artworks if (target := self._targets.get(artwork)) is not None}

    def _make_all(self) -> None:
        while True:
            artwork = self._to_make.get()
            try:
                target = load_target(self._pictures / artwork, self._folder, self._compile)
                Tracker(target).track(target.grey, 0.0)  # what it works out on first use, no visitor waits for
                with self._lock:
                    self._targets[artwork] = target
            except (DamagedPictureError, TrackError, OSError) as error:
                log.error("%s cannot be tracked: %s", artwork, error)
            except Exception:  # one picture must not take the thread from all others
                log.exception("%s cannot be tracked", artwork)
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
