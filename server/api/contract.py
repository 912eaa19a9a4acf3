"""The API's operations as values: what each takes, gives and needs. Routes and OpenAPI document are made of them.

Knows no operation and no page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from server.permission import Permission

PREFIX = "/api/v1"
MAX_JSON_BYTES, MAX_VALUES = 2_097_152, 20_000
MAX_DOOR_BYTES, MAX_DOOR_VALUES = 16_384, 100  # from who is not logged in
MAX_UPLOAD_BYTES = 41_943_040
MAX_ARCHIVE_BYTES = 1_073_741_824
ANSWER_S = 20.0
UPLOAD_S = 600.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is a file."""

    types: tuple[str, ...]
    most_bytes: int = MAX_UPLOAD_BYTES
    to_file: bool = False  # whether it is too large to be held in memory


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one address."""

    method: str
    path: str  # below PREFIX, with {names}
    name: str  # operationId
    summary: str
    handler: Callable[[Any], Awaitable[Any]]  # takes a Call
    needs: Permission | None = None  # None with `logged_in`: whoever is logged in
    logged_in: bool = True
    body: type[BaseModel] | Upload | None = None
    query: type[BaseModel] | None = None
    answer: Any = None  # a type for pydantic's TypeAdapter, a File, or None: there is none
    status: int = 200
    revised: bool = False  # the change must say in If-Match which revision it was made from
    problems: tuple[int, ...] = field(default=())  # beyond those that every operation may have
    within_s: float = ANSWER_S

    @property
    def changes(self) -> bool:
        """Whether it may change something (RFC 9110, section 9.2.1)."""
        return self.method not in {"GET", "HEAD"}
