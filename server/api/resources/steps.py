"""How far visitors come before there is a session: a page was shown, its visitor agreed, the camera is on.

A step is counted and forgotten: it carries no cookie, no body and no name, the address it comes from is looked at only
to bound how many come from there, and two steps of one phone are not held together. A draft's are not counted.
"""

from __future__ import annotations

import logging
import math
from collections import Counter

from exhibit.refusal import Refused
from server.api.call import Call, CallError
from server.api.contract import Operation
from server.on_show import OnShow
from server.store.errors import NotThereError
from server.throttle import Throttle
from server.watch.chronicle import Chronicle
from server.watch.visits import STEPS

MOST_A_MINUTE = 1200  # from one address: everybody in a museum's Wi-Fi may have the same
MINUTE_S = 60

log = logging.getLogger("vernissage.steps")


class Steps:
    """The one operation."""

    def __init__(self, on_show: OnShow, chronicle: Chronicle) -> None:
        self._on_show, self._chronicle = on_show, chronicle
        self._throttle = Throttle()  # of who tries tickets, one after another
        self._minute, self._counts = 0, Counter[str]()  # by address, in the present minute

    def operations(self) -> list[Operation]:
        """It."""
        return [
            Operation("POST", "/steps/{ticket}/{step}", "noteStep", "A visitor's phone came so far", self.note,
                      logged_in=False, status=204, problems=(404, 410, 429)),
        ]  # fmt: skip

    async def note(self, call: Call) -> None:
        self._bound(call.address)
        step = call.part("step")
        if step not in STEPS:
            raise NotThereError(f"expected one of {', '.join(STEPS)}")
        try:
            place = self._on_show.place(call.part("ticket"))
        except Refused:
            self._missed(call)
            raise
        if not place.exhibition.draft:
            self._chronicle.stepped(place.exhibition.id, place.station.id, step)

    def _bound(self, address: str) -> None:
        """Raises CallError for an address that too many steps come from."""
        minute = int(self._on_show.now_s() // MINUTE_S)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[address] += 1
        if self._counts[address] > MOST_A_MINUTE:
            raise CallError(429, "throttled", "Too many steps; wait a moment.", MINUTE_S)

    def _missed(self, call: Call) -> None:
        """Count a ticket that leads nowhere. Raises CallError for who has tried too many."""
        ticket, now_s = call.part("ticket"), self._on_show.now_s()
        wait_s = self._throttle.allowed_in_s(ticket, call.address, now_s)
        if wait_s <= 0:
            self._throttle.failed(ticket, call.address, now_s)
            return
        if self._throttle.turned_away(ticket, call.address):
            log.warning("somebody tries tickets, one after another", extra={"address": call.address})
        raise CallError(429, "throttled", "Too many tries; wait a moment.", math.ceil(wait_s))
