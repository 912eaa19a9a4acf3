"""One visitor's Session: its states, its settings, and which frames it takes. Pure: time comes in as an argument."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from exhibit.errors import ExhibitError
from exhibit.experience import Experience
from exhibit.protocol import RESUME_S, Frame, Set, Wish
from exhibit.refusal import Refusal, Refused
from exhibit.style_mix import StyleMix

FUTURE_TOLERANCE_MS = 2000.0


class State(Enum):
    """Where a session stands. AWAY means that its connection was lost and it may still be resumed."""

    WAITING = "waiting"
    LIVE = "live"
    WAITING_AWAY = "waiting_away"
    LIVE_AWAY = "live_away"
    ENDED = "ended"


_MAY_FOLLOW = {
    State.WAITING: {State.LIVE, State.WAITING_AWAY, State.ENDED},
    State.LIVE: {State.LIVE_AWAY, State.ENDED},
    State.WAITING_AWAY: {State.WAITING, State.LIVE_AWAY, State.ENDED},
    State.LIVE_AWAY: {State.LIVE, State.ENDED},
    State.ENDED: set[State](),
}


class WrongTurnError(ExhibitError):
    """A session was asked to move to a state that may not follow its own: a mistake of this program's."""


@dataclass
class Session:
    """One visitor at one station, from hello to the end, through any number of connections."""

    number: int  # public, for logs
    token: str  # secret: who knows it may resume; empty after a restart, until the phone says it
    station: int
    offered: frozenset[str]  # style ids of the station
    mix: StyleMix
    state: State = State.WAITING
    revision: int = 0  # of the last `set`
    last_seq: int = 0  # of the last frame of this connection
    offset_ms: float = 0.0  # server's clock minus the phone's, as of hello
    connections: int = 0  # how many there have been: frames of an earlier one are not answered in a later one
    chosen: bool = False  # whether the visitor has chosen a mix or a strength
    away_since_ms: float = 0.0  # when the connection was lost, while AWAY

    def move(self, to: State) -> None:
        """Change state. Raises WrongTurnError where `to` may not follow."""
        if to not in _MAY_FOLLOW[self.state]:
            raise WrongTurnError(f"session {self.number}: {self.state.value} may not become {to.value}")
        self.state = to

    @property
    def away(self) -> bool:
        """Whether the connection was lost and the session waits to be resumed."""
        return self.state in (State.WAITING_AWAY, State.LIVE_AWAY)

    def admit(self) -> None:
        """Leave the waiting room; who is away keeps the slot until back or gone too long."""
        self.move(State.LIVE_AWAY if self.away else State.LIVE)

    def connect(self, now_ms: float, phone_now_ms: float) -> None:
        """A connection begins: set the clocks against each other, begin the sequence anew."""
        if self.away:
            self.move(State.LIVE if self.state is State.LIVE_AWAY else State.WAITING)
        self.set_clock(now_ms, phone_now_ms)
        self.connections += 1
        self.last_seq = 0
        self.revision = 0

    def set_clock(self, now_ms: float, phone_now_ms: float) -> None:
        """Set the server's clock against the phone's, both read just now."""
        self.offset_ms = now_ms - phone_now_ms

    def lose(self, now_ms: float) -> None:
        """The connection was lost without a bye."""
        self.move(State.LIVE_AWAY if self.state is State.LIVE else State.WAITING_AWAY)
        self.away_since_ms = now_ms

    def expired(self, now_ms: float) -> bool:
        """Whether it has been away for longer than a session may be resumed."""
        return self.away and now_ms - self.away_since_ms > RESUME_S * 1000

    def choose(self, chosen: Set) -> None:
        """Take a visitor's choice. Raises Refused and changes nothing if it is not valid here."""
        if chosen.revision <= self.revision:
            raise Refused(Refusal.BAD_FIELD, f"Expected a revision above {self.revision}, got {chosen.revision}.")
        weights = self.mix.weights if chosen.style is None else chosen.style
        strength = self.mix.strength if chosen.strength is None else chosen.strength
        self.mix = StyleMix.of(weights, strength, self.offered)
        self.revision = chosen.revision
        self.chosen = True

    def wish(self, wish: Wish) -> None:
        """A picture is wanted; of one sequence with what is chosen. Raises Refused."""
        if wish.revision <= self.revision:
            raise Refused(Refusal.BAD_FIELD, f"Expected a revision above {self.revision}, got {wish.revision}.")
        self.revision = wish.revision

    def offer(self, experience: Experience) -> None:
        """The station does something else from now on. What the visitor chose counts on where it is still on offer;
        who chose nothing, or something that is gone, begins as the station does."""
        self.offered = frozenset(experience.styles)
        if not self.chosen or not self.mix.weights or not set(self.mix.weights) <= self.offered:
            self.mix = StyleMix.of(experience.default, experience.strength, self.offered)
            self.chosen = False

    def accept(self, frame: Frame, now_ms: float) -> float:
        """Take a frame and return when it was captured, on the server's clock. Raises Refused if it may not be."""
        if self.state is not State.LIVE:
            raise Refused(Refusal.NOT_LIVE, "", frame.seq)
        if frame.seq <= self.last_seq:
            raise Refused(Refusal.SEQUENCE_BACKWARDS, f"Expected above {self.last_seq}, got {frame.seq}.", frame.seq)
        captured_ms = frame.capture_ms + self.offset_ms
        if captured_ms > now_ms + FUTURE_TOLERANCE_MS:
            raise Refused(Refusal.TIME_IN_FUTURE, f"By {captured_ms - now_ms:.0f} ms.", frame.seq)
        self.last_seq = frame.seq
        return min(captured_ms, now_ms)
