"""Compiled engines on disk: found by their key, written atomically, and loaded only if this installation wrote them.

An engine file is executable: whoever can write one can run code. So beside each engine lies a record, signed (HMAC,
RFC 2104, with SHA-256) with a key that only this installation has, of the engine's key and of the SHA-256 of its bytes.
What is found damaged, foreign or outdated is not loaded, and the operator is told which of the three it was. Each
engine's lock is the operating system's, so that whoever dies while building has given it back. A runtime's cache of
what it compiled on the card is as executable, and is signed as well.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.errors import EngineError
from models.runtime.engine_key import EngineKey

log = logging.getLogger("vernissage.engines")

SECRET_BYTES = 32
LARGEST_RECORD_BYTES = 65_536
LARGEST_ENGINE_BYTES = 8 * 2**30
LARGEST_CACHE_BYTES = 2**30
_ENGINE, _RECORD, _CACHE, _LOCK, _PART = ".engine", ".json", ".cache", ".lock", ".part"
_SIGNATURE_BYTES = hashlib.sha256().digest_size


class Health(StrEnum):
    """What can be said of an engine file."""

    GOOD = "good"
    DAMAGED = "damaged"  # its bytes, or its record's, are not what was written
    FOREIGN = "foreign"  # another installation wrote it, or nobody recorded it


@dataclass(frozen=True)
class Kept:
    """One engine of the folder."""

    file: Path
    health: Health
    key: EngineKey | None  # None where the record cannot be trusted
    engine_bytes: int
    built_s: float  # how long its building took
    reason: str = ""


class EngineStore:
    """The folder of compiled engines. Any number of processes may use it at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: EngineKey) -> bytes | None:
        """The engine for this key, if it is there, whole, and ours. Warns of what is there and cannot be used."""
        path = self._path(key, _ENGINE)
        if not path.is_file():
            self._tell_outdated(key)
            return None
        try:
            record = self._record(path)
            content = _read(path, LARGEST_ENGINE_BYTES)
        except _UnfitError as fault:
            log.warning("the engine %s is %s (%s): it is built anew", path.name, fault.health, fault)
            return None
        if record["key"] != key.as_json() or record["sha256"] != hashlib.sha256(content).hexdigest():
            log.warning("the engine %s is damaged: it is built anew", path.name)
            return None
        return content

    def _tell_outdated(self, key: EngineKey) -> None:
        """Warn of engines of the same model for the same card that something has changed since."""
        for kept in self.list():
            if kept.key is not None and _same_purpose(kept.key, key):
                changed = ", ".join(kept.key.differences(key))
                log.warning("the engine %s is outdated (its %s changed): a new one is built", kept.file.name, changed)

    def keep(self, key: EngineKey, engine: bytes, built_s: float) -> Path:
        """Write an engine and its record: other processes see both or neither. Returns the engine's file."""
        record = {"key": key.as_json(), "sha256": hashlib.sha256(engine).hexdigest(), "bytes": len(engine)}
        record |= {"built_s": round(built_s, 3), "built_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        text = json.dumps(record, sort_keys=True)
        signed = json.dumps({"record": text, "hmac": self._sign(text)}).encode()
        path = self._path(key, _ENGINE)
        write_whole(path, engine)
        write_whole(path.with_suffix(_RECORD), signed)  # last: an engine without its record is not loaded
        return path

    @contextmanager
    def lock(self, key: EngineKey, patience_s: float = -1) -> Iterator[None]:
        """Hold the right to build this engine; it is given back when the process ends, however it ends.

        Waits for whoever has it, at most patience_s where that is not negative. Raises EngineError then.
        """
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._path(key, _LOCK), timeout=patience_s):
                yield
        except Timeout as error:
            raise EngineError(f"the engine {key.file_name} is being built by another process") from error

    def list(self) -> tuple[Kept, ...]:
        """Every engine file in the folder, and whether it could be loaded; reads all of their bytes."""
        return tuple(self._look_at(path) for path in sorted(self.folder.glob(f"*{_ENGINE}")))

    def _look_at(self, path: Path) -> Kept:
        size = path.stat().st_size
        try:
            record = self._record(path)
            content = _read(path, LARGEST_ENGINE_BYTES)
        except _UnfitError as fault:
            return Kept(path, fault.health, None, size, 0.0, str(fault))
        key = EngineKey.from_json(record["key"])
        if record["sha256"] != hashlib.sha256(content).hexdigest():
            return Kept(path, Health.DAMAGED, key, size, record["built_s"], "its bytes are not those that were written")
        return Kept(path, Health.GOOD, key, size, record["built_s"])

    def keep_cache(self, key: EngineKey, cache: bytes) -> None:
        """Write what a runtime has compiled on the card for this engine, signed."""
        write_whole(self._path(key, _CACHE), self._sign_bytes(_of_cache(key, cache)) + cache)

    def find_cache(self, key: EngineKey) -> bytes:
        """What keep_cache wrote for this engine; b"" if there is nothing that this installation wrote."""
        path = self._path(key, _CACHE)
        try:
            content = _read(path, LARGEST_CACHE_BYTES)
        except FileNotFoundError:
            return b""
        except (OSError, _UnfitError) as error:
            log.warning("the runtime cache %s cannot be read (%s): it is made anew", path.name, error)
            return b""
        signature, cache = content[:_SIGNATURE_BYTES], content[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign_bytes(_of_cache(key, cache))):
            log.warning("the runtime cache %s is damaged, or another installation's: it is made anew", path.name)
            return b""
        return cache

    def remove(self, path: Path) -> None:
        """Delete an engine, with its record and its runtime's cache."""
        for suffix in (_ENGINE, _RECORD, _CACHE):
            path.with_suffix(suffix).unlink(missing_ok=True)

    def drop(self, key: EngineKey) -> None:
        """Delete the engine of this key, which its runtime refuses."""
        self.remove(self._path(key, _ENGINE))

    def sweep(self, key: EngineKey) -> None:
        """Delete what interrupted builds of this engine have left. For whoever holds its lock."""
        for part in self.folder.glob(f"{key.file_name}*{_PART}"):
            part.unlink(missing_ok=True)

    def sweep_all(self) -> None:
        """Delete what interrupted builds of any engine have left, but for those that are being built now."""
        from filelock import FileLock, Timeout

        for part in self.folder.glob(f"*{_PART}"):
            name = part.name.rsplit(".", 3)[0]  # write_whole adds two to the engine's one
            with suppress(Timeout), FileLock(self.folder / f"{name}{_LOCK}", timeout=0):
                part.unlink(missing_ok=True)

    def drop_outdated(self, key: EngineKey) -> None:
        """Delete the engines that this key's engine replaces."""
        for kept in self.list():
            if kept.key is not None and _same_purpose(kept.key, key) and kept.key != key:
                self.remove(kept.file)

    def _path(self, key: EngineKey, suffix: str) -> Path:
        return self.folder / f"{key.file_name}{suffix}"

    def _record(self, path: Path) -> dict[str, Any]:
        """What is recorded of an engine, if this installation signed it."""
        try:
            outer = json.loads(_read(path.with_suffix(_RECORD), LARGEST_RECORD_BYTES))
            text, signature = str(outer["record"]), str(outer["hmac"])
        except FileNotFoundError as error:
            raise _UnfitError(Health.FOREIGN, "nobody recorded it") from error
        except (ValueError, KeyError, TypeError) as error:
            raise _UnfitError(Health.DAMAGED, "its record cannot be read") from error
        if not hmac.compare_digest(signature, self._sign(text)):
            raise _UnfitError(Health.FOREIGN, "another installation recorded it, or its record was changed")
        record: dict[str, Any] = json.loads(text)
        return record

    def _sign(self, text: str) -> str:
        return self._sign_bytes(text.encode()).hex()

    def _sign_bytes(self, content: bytes) -> bytes:
        return hmac.digest(self._secret(), content, "sha256")

    def _secret(self) -> bytes:
        """This installation's key, made when it is first needed."""
        path = self.folder / "installation.key"
        try:
            secret = path.read_bytes()
        except FileNotFoundError:
            return self._make_secret(path)
        if len(secret) != SECRET_BYTES:
            raise EngineError(f"expected {SECRET_BYTES} bytes in {path}, got {len(secret)}: delete it and build anew")
        return secret

    def _make_secret(self, path: Path) -> bytes:
        self.folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{secrets.token_hex(4)}{_PART}")
        part.touch(mode=0o600)
        part.write_bytes(secrets.token_bytes(SECRET_BYTES))
        try:
            path.hardlink_to(part)
        except FileExistsError:  # another process was first: its key counts
            pass
        finally:
            part.unlink()
        return path.read_bytes()


def _of_cache(key: EngineKey, cache: bytes) -> bytes:
    """What is signed of a cache: records begin otherwise, so that neither passes for the other."""
    return b"cache " + key.digest().encode() + cache


def _same_purpose(a: EngineKey, b: EngineKey) -> bool:
    """Whether two engines are of one model, for one runtime and one kind of card."""
    return (a.model, a.flavour, a.compute_capability) == (b.model, b.flavour, b.compute_capability)


class _UnfitError(Exception):
    """An engine that is not to be loaded, and what is wrong with it."""

    def __init__(self, health: Health, reason: str) -> None:
        super().__init__(reason)
        self.health = health


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment, whatever happens, it is there as a whole or not at all."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_PART}")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _read(path: Path, most: int) -> bytes:
    if path.stat().st_size > most:
        raise _UnfitError(Health.DAMAGED, f"{path.name} is larger than {most} bytes")
    return path.read_bytes()
