"""TensorRT-RTX's runtime cache on disk: the kernels that it has compiled on this card. An engine works without."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from models.runtime.engine_store import write_whole

log = logging.getLogger("vernissage.engines")

LARGEST_CACHE_BYTES = 2**30


class RuntimeCache:
    """An IRuntimeCache, filled from its file when it is made; what is of another card or version it refuses itself."""

    def __init__(self, cache: Any, file: Path) -> None:
        self.cache = cache
        self._file = file
        self._kept = _read(file)  # what the file holds
        if self._kept and not cache.deserialize(self._kept):
            log.warning("the runtime cache %s is of another card or version: it is made anew", file.name)
            self._kept = b""

    def keep(self) -> None:
        """Write it to its file, if it has changed. A disk that is full is no reason to stop."""
        serialised = self.cache.serialize()
        content = b"" if serialised is None else bytes(serialised)
        if content in (b"", self._kept):
            return
        try:
            write_whole(self._file, content)
        except OSError as error:
            log.warning("the runtime cache %s cannot be kept: %s", self._file.name, error)
        else:
            self._kept = content


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.stat().st_size <= LARGEST_CACHE_BYTES else b""
    except FileNotFoundError:
        return b""
    except OSError as error:
        log.warning("the runtime cache %s cannot be read: %s", file.name, error)
        return b""
