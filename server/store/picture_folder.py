"""The folder of pictures: files that never change, named by what is in them. Knows no table and decodes nothing.

A file appears under its name whole or not at all: it is written as a draft beside it, which is then renamed.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAME = re.compile(r"[0-9a-f]{64}\.(?:jpg|png|webp|mp4|webm)")
_DRAFT = re.compile(rf"\.{NAME.pattern}\.[0-9a-f]{{16}}\.draft")


@dataclass(frozen=True, slots=True)
class PictureFolder:
    """Every method waits for the disk: call it in a thread."""

    folder: Path

    def file(self, name: str) -> Path:
        """Where a picture is; it need not be there. Raises ValueError for what is no picture's name."""
        if NAME.fullmatch(name) is None:
            raise ValueError(f"expected a picture's name, got {name[:80]!r}")
        return self.folder / name

    def write_draft(self, name: str, data: bytes) -> Path:
        """Write a picture that nobody sees yet; it is on the disk when this returns."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f".{self.file(name).name}.{secrets.token_hex(8)}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return draft

    def place(self, draft: Path, name: str) -> None:
        """Let the draft be the picture. May be called again: then it is placed already.

        Raises FileNotFoundError where somebody removed the draft before it was placed.
        """
        try:
            draft.replace(self.file(name))
        except FileNotFoundError:
            if not self.file(name).exists():
                raise
        self._sync()

    def remove(self, names: Iterator[str]) -> list[str]:
        """Remove files of pictures and drafts; returns those that were there."""
        removed = []
        for name in names:
            try:
                (self.folder / name).unlink()
            except FileNotFoundError:
                continue
            removed.append(name)
        return removed

    def written_before(self, at_s: float) -> list[str]:
        """The names of pictures and drafts whose files are older than that, in seconds since 1970."""
        return [name for name, changed_s in self._files() if changed_s < at_s]

    def _files(self) -> Iterator[tuple[str, float]]:
        if not self.folder.is_dir():
            return
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if NAME.fullmatch(entry.name) or _DRAFT.fullmatch(entry.name):
                    try:
                        yield entry.name, entry.stat(follow_symlinks=False).st_mtime
                    except FileNotFoundError:  # somebody else removed it
                        continue

    def _sync(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
