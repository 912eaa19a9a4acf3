"""What is kept of one visitor at a dream, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from exhibit.dream import Made
from exhibit.protocol import Wish
from server.dreams.job import Job
from server.dreams.requests import Request
from server.register import Visitor


@dataclass
class Finished:
    """A picture that hangs, or could."""

    revision: int  # of the wish
    plain: bytes = field(repr=False)  # without the mark: what is repainted
    marked: bytes = field(repr=False)  # as it was made
    made: Made
    shown: bytes = field(default=b"", repr=False)  # as it hangs now, perhaps repainted; empty: not yet


@dataclass
class Dreaming:
    """What is kept of one visitor at a dream, as long as the visitor is there."""

    had: int = 0  # pictures that were begun
    counted: int = 0  # the job that was counted last
    wish: Wish | None = None  # the newest, until its picture is there
    request: Request | None = None  # once its words were checked
    seeks_frame_since_ms: float | None = None
    job: Job | None = None
    held: str = ""  # its id among the approvals
    finished: Finished | None = None
    told_place: int = 0


@dataclass(frozen=True, slots=True)
class Keeping:
    """A picture that a visitor wishes to keep."""

    visitor: Visitor
    finished: Finished
    wall: bool


class NotKeptError(Exception):
    """A picture could not be kept; the message is for the visitor."""
