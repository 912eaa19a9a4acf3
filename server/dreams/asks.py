"""What is asked of the errands: of each kind the newest of each visitor. Runs nothing."""

from __future__ import annotations

import asyncio

from server.dreams.dreaming import Keeping
from server.register import Visitor


class Asks:
    """Errands that are to be run, by session, in the order of asking."""

    def __init__(self) -> None:
        self.to_check: dict[int, Visitor] = {}  # whose newest wish is to be checked
        self.to_keep: dict[int, Keeping] = {}
        self.to_fall_back: dict[int, tuple[Visitor, int]] = {}  # and the revision of the wish
        self.news = asyncio.Event()

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.to_check or self.to_keep or self.to_fall_back)

    def check(self, visitor: Visitor) -> None:
        """The words of the visitor's newest wish."""
        self.to_check[visitor.session.number] = visitor
        self.news.set()

    def keep(self, keeping: Keeping) -> None:
        """A picture is to be kept."""
        self.to_keep[keeping.visitor.session.number] = keeping
        self.news.set()

    def fall_back(self, visitor: Visitor, revision: int) -> None:
        """The curator's own picture is to be shown."""
        self.to_fall_back[visitor.session.number] = visitor, revision
        self.news.set()

    def forget_wish(self, visitor: Visitor) -> None:
        """Nothing is wanted any more but what is to be kept."""
        self.to_check.pop(visitor.session.number, None)
        self.to_fall_back.pop(visitor.session.number, None)

    def forget(self, visitor: Visitor) -> None:
        """The visitor has left."""
        self.forget_wish(visitor)
        self.to_keep.pop(visitor.session.number, None)
