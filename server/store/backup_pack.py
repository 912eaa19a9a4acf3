"""The ZIP that a backup is written into; notes how large each member is, and its SHA-256. Knows no store."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Self

from server.store.backup_form import MANIFEST, Manifest, Member
from server.store.zip_door import zip_entry


class Pack:
    """The ZIP, and what was put into it."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self.members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @contextmanager
    def member(self, name: str, *, packed: bool = False) -> Iterator[Callable[[bytes], None]]:
        """What writes into one member."""
        digest, size = hashlib.sha256(), 0

        def write(part: bytes) -> None:
            nonlocal size
            size += len(part)
            digest.update(part)
            entry.write(part)

        with self._zip.open(zip_entry(name, packed=packed), "w", force_zip64=True) as entry:
            yield write
        self.members[name] = Member(bytes=size, sha256=digest.hexdigest())

    def add(self, name: str, data: bytes, *, packed: bool = False) -> None:
        """A member that is at hand."""
        with self.member(name, packed=packed) as write:
            write(data)

    def finish(self, manifest: Manifest) -> None:
        """Write what tells of all that was written."""
        self._zip.writestr(zip_entry(MANIFEST, packed=True), manifest.model_dump_json(indent=1))
