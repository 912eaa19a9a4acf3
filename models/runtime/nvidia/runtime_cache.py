"""TensorRT-RTX's runtime cache on disk: the kernels that it has compiled on this card. An engine works without."""

from __future__ import annotations

import logging
from typing import Any

from models.runtime.engine_key import EngineKey
from models.runtime.engine_store import EngineStore

log = logging.getLogger("vernissage.engines")


class RuntimeCache:
    """An IRuntimeCache, filled from the store when it is made; what is of another card or version it refuses itself."""

    def __init__(self, cache: Any, store: EngineStore, key: EngineKey) -> None:
        self.cache = cache
        self._store, self._key = store, key
        self._kept = store.find_cache(key)  # what is on disk
        if self._kept and not cache.deserialize(self._kept):
            log.warning("the runtime cache of %s is of another card or version: it is made anew", key.file_name)
            self._kept = b""

    def keep(self) -> None:
        """Write it to disk, if it has changed. A disk that is full is no reason to stop."""
        serialised = self.cache.serialize()
        content = b"" if serialised is None else bytes(serialised)
        if content in (b"", self._kept):
            return
        try:
            self._store.keep_cache(self._key, content)
        except OSError as error:
            log.warning("the runtime cache of %s cannot be kept: %s", self._key.file_name, error)
        else:
            self._kept = content
