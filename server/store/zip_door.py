"""Opens ZIP files that come from elsewhere: how much is in them is bounded before anything is unpacked.

PKWARE's APPNOTE 6.3.10, sections 4.3.12 to 4.3.16. Knows nothing of what is inside.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from server.store.errors import StoreError

_END, _END_64, _PLACE_OF_END_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_BYTES_A_NAME = 512  # in the directory, the name included
_AT_ONCE = 1 << 20
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP can tell
_DAMAGE = (  # what zipfile raises over it
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, EOFError, RuntimeError, LookupError),
    OverflowError,
)


class RefusedArchiveError(StoreError):
    """A file is not what it should be; the message says which part of it, what was expected, what is there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be in it."""

    entries: int
    entry_bytes: int
    bytes: int  # all entries together, unpacked
    ratio: int  # unpacked to packed, of each entry


def zip_entry(name: str, *, packed: bool = False) -> zipfile.ZipInfo:
    """An entry to write: private, and without a time, so that the same content gives the same file."""
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.create_system, entry.external_attr = 3, 0o600 << 16  # as on Unix
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    return entry


@contextmanager
def open_zip(file: BinaryIO, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The ZIP, its directory being sound. Raises RefusedArchiveError."""
    with _damage_said("expected a whole ZIP file, it is damaged"):
        _check_end(file, limits)
        archive = zipfile.ZipFile(file)
    with archive:
        _check_entries(archive, file.seek(0, io.SEEK_END), limits)
        yield archive


def read_entry(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """All of one entry. Raises RefusedArchiveError where it is not there, damaged or larger."""
    return b"".join(parts_of_entry(archive, name, most))


def parts_of_entry(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """One entry, at most a mebibyte at a time; what it really has is counted, whatever the directory says."""
    if name not in archive.NameToInfo:
        raise RefusedArchiveError(f"{name} is missing")
    told, got = archive.NameToInfo[name].file_size, 0
    with _damage_said(f"{name}: expected a whole entry, it is damaged"), archive.open(name) as entry:
        while part := entry.read(_AT_ONCE):
            got += len(part)
            if got > most:
                raise RefusedArchiveError(f"{name}: expected at most {most} bytes, got more")
            yield part
    if got != told:
        raise RefusedArchiveError(f"{name}: expected {told} bytes, got {got}")


@contextmanager
def _damage_said(words: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise RefusedArchiveError(f"{words}: {error}") from error


def _check_end(file: BinaryIO, limits: Limits) -> None:
    """That the directory is small enough to be read. A comment may not follow: what is read here must be what
    `zipfile` reads."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 98))
    tail = file.read(98)
    if len(tail) < 22 or tail[-22:-18] != _END or tail[-2:] != b"\0\0":
        raise RefusedArchiveError("expected a ZIP file, got another one, or only a part of one")
    entries, directory_bytes = struct.unpack("<HL", tail[-12:-6])
    if tail[-42:-38] == _PLACE_OF_END_64:
        if tail[-98:-94] != _END_64:
            raise RefusedArchiveError("expected a whole ZIP file, its end is damaged")
        entries, directory_bytes = struct.unpack("<QQ", tail[-66:-50])
    if entries > limits.entries or directory_bytes > _BYTES_A_NAME * limits.entries:
        raise RefusedArchiveError(f"expected at most {limits.entries} entries, got {entries}")


def _check_entries(archive: zipfile.ZipFile, file_bytes: int, limits: Limits) -> None:
    infos = archive.infolist()
    if len(infos) > limits.entries:
        raise RefusedArchiveError(f"expected at most {limits.entries} entries, got {len(infos)}")
    if len({info.filename for info in infos}) < len(infos):
        raise RefusedArchiveError("expected each entry once, got one twice")
    if sum(info.compress_size for info in infos) > file_bytes:
        raise RefusedArchiveError("expected entries side by side, got some that overlap")
    if sum(info.file_size for info in infos) > limits.bytes:
        raise RefusedArchiveError(f"expected at most {limits.bytes >> 20} MiB in all")
    for info in infos:
        _check_entry(info, limits)


def _check_entry(info: zipfile.ZipInfo, limits: Limits) -> None:
    shown = repr(info.filename[:120])
    if info.flag_bits & 0x1:
        raise RefusedArchiveError(f"{shown}: expected an open entry, it is encrypted")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RefusedArchiveError(f"{shown}: expected an entry that is stored or deflated, it is packed otherwise")
    if info.file_size > limits.entry_bytes:
        most, size = limits.entry_bytes >> 20, info.file_size >> 20
        raise RefusedArchiveError(f"{shown}: expected at most {most} MiB, got {size} MiB")
    if info.file_size > limits.ratio * max(info.compress_size, 1):
        raise RefusedArchiveError(f"{shown}: expected at most {limits.ratio} times the packed size when unpacked")
