"""The files of the state folder that nothing can make again: keys, the certificate, styles that were added.

Caches (targets, engines) are none of them, nor the database and the pictures, which are looked after elsewhere.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from server.store.errors import TakenError

STATE_NAME = re.compile(
    r"(?:signing\.key|certificate\.(?:pem|key)|styles/[a-z0-9][a-z0-9_]{0,39}/[A-Za-z0-9][A-Za-z0-9_.-]{0,79})"
)
MAX_BYTES = 64 << 20  # of one


def state_files(folder: Path) -> list[str]:
    """The names of those that are there, relative to the folder; links are none."""
    found = [path for pattern in ("*", "styles/*/*") for path in folder.glob(pattern)]
    names = ((path, path.relative_to(folder).as_posix()) for path in found if path.is_file() and not path.is_symlink())
    return sorted(name for path, name in names if STATE_NAME.fullmatch(name) and path.stat().st_size <= MAX_BYTES)


def check_may_write(folder: Path, name: str, data: bytes) -> None:
    """Raises TakenError where there is such a file with something else in it."""
    path = folder / name
    if path.exists() and path.read_bytes() != data:
        raise TakenError(f"{path} is there already, and is another one", "state")


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was written beside the place where it will be."""

    draft: Path
    path: Path

    def place(self) -> None:
        """Let it be what it is; whoever reads meanwhile sees the old content or the new."""
        self.draft.replace(self.path)

    def drop(self) -> None:
        """Remove it if it was not placed."""
        self.draft.unlink(missing_ok=True)


def stage(folder: Path, name: str, data: bytes) -> Staged:
    """Write a file that only its owner reads; it is on the disk when this returns, and not yet in its place."""
    if STATE_NAME.fullmatch(name) is None:
        raise ValueError(f"expected the name of a state file, got {name[:80]!r}")
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Staged(draft, path)
