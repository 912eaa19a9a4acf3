"""What a backup is made of, the same for SQLite and PostgreSQL: a ZIP that either can be restored from.

    manifest.json       what it is, and the size and SHA-256 of every other member
    tables/NAME.jsonl   a table's rows, one JSON object a line; bytes are {"base64": ...}
    pictures/NAME       the pictures and clips
    state/NAME          the key that tickets are signed with, the certificate, the styles that were added

Left out are sessions, for one that was ended since must not come to life again, who has which page open, what
visitors keep: a picture that its visitor deletes, or that expires, must be gone everywhere, and the minutes and events
of the last days, which are of the machine and not of the exhibition.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, ValidationError
from sqlalchemy import Table

from exhibit.content import Content
from server.store.picture_folder import NAME
from server.store.state_files import STATE_NAME
from server.store.tables import EVENTS, KEPT_PICTURES, METADATA, MINUTES, PRESENCE, SESSIONS
from server.store.zip_door import Limits, RefusedArchiveError

FORMAT: Final = 1
MANIFEST = "manifest.json"
TABLES, PICTURES, STATE = "tables/", "pictures/", "state/"
MAX_MANIFEST_BYTES = 64 << 20
MAX_LINE_BYTES = 256 << 20  # a version of a thousand stations in twelve languages, and then some
LIMITS = Limits(entries=200_000, entry_bytes=64 << 30, bytes=1 << 40, ratio=1100)  # more than that, deflate cannot

_MEMBER = re.compile(rf"{TABLES}[a-z_]{{1,60}}\.jsonl|{PICTURES}{NAME.pattern}|{STATE}{STATE_NAME.pattern}")
_ROWS_AT_ONCE = 200
_BYTES_AT_ONCE = 4 << 20

Row = dict[str, Any]


class Member(Content):
    """One file of the backup."""

    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Manifest(Content):
    """What a backup says of itself."""

    format: Literal[1] = FORMAT
    program: str  # the version of Vernissage that made it
    revision: str  # of the tables (migrations/versions)
    made_at: float  # seconds since 1970
    rows: Mapping[str, int]  # by table
    members: Mapping[str, Member]
    missing: tuple[str, ...] = ()  # pictures that have a row, and whose files were not there or damaged


def kept_tables() -> list[Table]:
    """Whose rows are in a backup; each table after those that it refers to."""
    left_out = {SESSIONS, PRESENCE, KEPT_PICTURES, MINUTES, EVENTS}
    return [table for table in METADATA.sorted_tables if table not in left_out]


def read_manifest(text: bytes) -> Manifest:
    """Raises RefusedArchiveError for what is no manifest, or one of a newer program."""
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        if where == "format":
            raise RefusedArchiveError("this backup was made by a newer Vernissage; update the program") from error
        raise RefusedArchiveError(f"{MANIFEST}: {where}: {first['msg']}") from error
    if strange := next((name for name in manifest.members if _MEMBER.fullmatch(name) is None), None):
        raise RefusedArchiveError(f"{MANIFEST}: expected the name of a part of a backup, got {strange[:120]!r}")
    return manifest


def members_of(manifest: Manifest, folder: str) -> list[str]:
    """The names of those of one kind, without what they have in common."""
    return [name.removeprefix(folder) for name in manifest.members if name.startswith(folder)]


def lines_of(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as they are written."""
    return b"".join(json.dumps(dict(row), ensure_ascii=False, default=_packed).encode() + b"\n" for row in rows)


def batches_of(name: str, parts: Iterable[bytes]) -> Iterator[list[Row]]:
    """The rows of a table's member, some at a time. Raises RefusedArchiveError that names the line."""
    rows: list[Row] = []
    waiting = 0
    for number, line in enumerate(_lines(name, parts), start=1):
        rows.append(_row(f"{name}, line {number}", line))
        waiting += len(line)
        if len(rows) >= _ROWS_AT_ONCE or waiting >= _BYTES_AT_ONCE:
            yield rows
            rows, waiting = [], 0
    if rows:
        yield rows


def _lines(name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    begun = b""
    for part in parts:
        *whole, begun = (begun + part).split(b"\n")
        yield from whole
        if len(begun) > MAX_LINE_BYTES:
            raise RefusedArchiveError(f"{name}: expected lines of at most {MAX_LINE_BYTES >> 20} MiB")
    if begun:
        raise RefusedArchiveError(f"{name}: expected a whole last line")


def _row(place: str, line: bytes) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RefusedArchiveError(f"{place}: expected a JSON object, got something else") from error
    if not isinstance(row, dict):
        raise RefusedArchiveError(f"{place}: expected a JSON object, got {type(row).__name__}")
    return {key: _unpacked(f"{place}: {key[:60]}", value) for key, value in row.items()}


def _packed(value: object) -> object:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"expected a value that a table has, got {type(value).__name__}")


def _unpacked(place: str, value: Any) -> Any:
    if isinstance(value, dict):
        text = value.get("base64")
        if set(value) != {"base64"} or not isinstance(text, str):
            raise RefusedArchiveError(f"{place}: expected bytes in base64")
        try:
            return base64.b64decode(text, validate=True)
        except ValueError as error:
            raise RefusedArchiveError(f"{place}: expected bytes in base64") from error
    if isinstance(value, list):
        raise RefusedArchiveError(f"{place}: expected a text, a number, true, false or null, got a list")
    return value
