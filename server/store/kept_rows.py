"""Rows of kept pictures as values: what is known of one, and where it stands on its way to the wall. Knows no file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import RowMapping

from exhibit.dream import Made


class OnWall(StrEnum):
    """Whether a kept picture may be seen on its station's wall page. Only a curator's approval puts it there."""

    PRIVATE = "private"  # only whoever has the link sees it
    OFFERED = "offered"  # its visitor asks for the wall
    APPROVED = "approved"
    REJECTED = "rejected"  # it cannot be offered again


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a visitor gets for a picture that was kept; neither secret is stored anywhere."""

    token: str  # of the link: who has it sees the picture
    owner: str  # who has it too may delete the picture and offer it for the wall


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that a visitor keeps."""

    id: str  # SHA-256 of its link's token, in hexadecimal; tells nothing of the token
    exhibition: str
    station: str
    made: Made
    kept_at: float  # seconds since 1970
    expires_at: float
    wall: OnWall
    decided_by: str | None  # the curator
    decided_at: float | None


def digest_of(secret: str) -> str:
    """What is stored instead of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def made_text(made: Made) -> str:
    """As it is stored."""
    return json.dumps(made.as_json(), ensure_ascii=False, sort_keys=True)


def kept_of(row: RowMapping) -> Kept:
    """A row of the table."""
    return Kept(
        id=row["token"],
        exhibition=row["exhibition"],
        station=row["station"],
        made=Made.from_json(json.loads(row["made"])),
        kept_at=row["kept_at"],
        expires_at=row["expires_at"],
        wall=OnWall(row["wall"]),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
    )
