"""A file that is written for somebody to keep: readable by its owner only, there as a whole or not at all."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO


@asynccontextmanager
async def new_file(path: Path) -> AsyncIterator[BinaryIO]:
    """What to write into; it appears under its name when the block ends well, and is on the disk then.

    Raises FileExistsError where there is one already, and other OSErrors.
    """
    draft = _draft(path)
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    if path.exists():
        raise FileExistsError(errno.EEXIST, "there is such a file already", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.draft")
