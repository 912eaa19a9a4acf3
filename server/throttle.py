"""How long somebody who guesses passwords must wait. Pure: time comes in; knows no password and no account.

Failures are counted by login and by address. After some of them each further one doubles the wait, up to a quarter of
an hour (NIST SP 800-63B, section 3.2.2, and OWASP's Authentication Cheat Sheet, "Account Lockout": a delay rather than
a lock, with which anybody could shut a person out). An address may fail more often than a login: a museum's staff
share one. After half a day without failures all is forgotten.

Who logged in from an address before is known there and has a count of their own, so that neither somebody who guesses
their password elsewhere nor a visitor in the same Wi-Fi can keep them out. Memory is bounded: of too many names, those
longest unheard of go. Nothing is kept on disk: a restart forgets.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

FREE_OF_LOGIN = 5  # the failure from which on there is a wait
FREE_OF_ADDRESS = 50
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 900.0
FORGOTTEN_AFTER_S = 12 * 3600.0
MOST = 10_000  # names of each kind
_CHARS = 254  # of a login or an address; more is not looked at

Key = tuple[str, ...]  # ("login", login), ("address", address) or ("known", login, address)


@dataclass(slots=True)
class _Failures:
    """What is remembered of one name."""

    count: int = 0
    last_s: float = 0.0  # when the newest was
    until_s: float = 0.0  # nothing is tried before
    told: bool = False  # whether somebody was turned away since the newest


class Throttle:
    """Counts failures, and says who must wait.

    A login is given in the form that accounts know it by; an address as `server.address.visitor_address` has it, or as
    "" where there is none to count.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._failures: OrderedDict[Key, _Failures] = OrderedDict()
        self._known: OrderedDict[Key, None] = OrderedDict()  # (login, address): logged in from there before

    def allowed_in_s(self, login: str, address: str, now_s: float) -> float:
        """Seconds until this login may be tried from this address; 0: now."""
        heard = [self._failures[key] for key in self._names(login, address) if key in self._failures]
        return max([0.0, *(failures.until_s - now_s for failures in heard)])

    def turned_away(self, login: str, address: str) -> bool:
        """Somebody came too early. Whether they are the first since the newest failure: worth a line in a log."""
        heard = [self._failures[key] for key in self._names(login, address) if key in self._failures]
        first = not any(failures.told for failures in heard)
        for failures in heard:
            failures.told = True
        return first

    def failed(self, login: str, address: str, now_s: float) -> None:
        """The login or the password was wrong."""
        for key, free in self._names(login, address).items():
            failures = self._failures.get(key)
            if failures is None or now_s - failures.last_s > FORGOTTEN_AFTER_S:
                failures = self._failures[key] = _Failures()
            failures.count += 1
            failures.last_s, failures.until_s = now_s, now_s + _wait_s(failures.count - free)
            failures.told = False
            self._bound(self._failures, key)

    def succeeded(self, login: str, address: str) -> None:
        """They were right: the login's failures are forgotten; the address' are not, for a guesser may have a login."""
        login, address = login[:_CHARS], address[:_CHARS]
        self._failures.pop(("login", login), None)
        self._failures.pop(("known", login, address), None)
        if address:
            self._known[login, address] = None
            self._bound(self._known, (login, address))

    def _names(self, login: str, address: str) -> dict[Key, int]:
        """By what an attempt is counted, and from which failure on each has to wait."""
        login, address = login[:_CHARS], address[:_CHARS]
        if (login, address) in self._known:
            return {("known", login, address): FREE_OF_LOGIN}
        names: dict[Key, int] = {("login", login): FREE_OF_LOGIN}
        if address:
            names["address", address] = FREE_OF_ADDRESS
        return names

    def _bound(self, remembered: OrderedDict[Key, Any], newest: Key) -> None:
        remembered.move_to_end(newest)
        if len(remembered) > self._most:
            remembered.popitem(last=False)


def _wait_s(beyond: int) -> float:
    return 0.0 if beyond < 0 else min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(beyond, 32))
