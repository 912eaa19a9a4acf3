"""A session's states, its settings, and which frames it takes."""

import pytest

from exhibit.experience import Canvas, Lens
from exhibit.protocol import Frame, Set
from exhibit.refusal import Refusal, Refused
from exhibit.session import Session, State, WrongTurnError
from exhibit.style_mix import StyleMix


def session(state: State = State.LIVE) -> Session:
    return Session(7, "token", 1, frozenset({"wave", "scream"}), StyleMix({"wave": 1.0}), state)


def frame(seq: int, capture_ms: float = 0.0) -> Frame:
    return Frame(seq, capture_ms, 480, 360, b"\xff\xd8\xff")


def refusal_of(act: object, *arguments: object) -> Refusal:
    with pytest.raises(Refused) as caught:
        act(*arguments)  # type: ignore[operator]
    return caught.value.refusal


def test_it_waits_goes_live_and_ends() -> None:
    visitor = session(State.WAITING)
    visitor.admit()
    assert visitor.state is State.LIVE
    visitor.move(State.ENDED)
    with pytest.raises(WrongTurnError):
        visitor.move(State.LIVE)


@pytest.mark.parametrize("state", [State.LIVE, State.WAITING])
def test_a_lost_connection_may_come_back_to_where_it_was(state: State) -> None:
    visitor = session(state)
    visitor.lose(1000)
    assert visitor.away and not visitor.expired(31_000)
    visitor.connect(20_000, 0)
    assert visitor.state is state and not visitor.expired(10**9)


def test_it_may_not_come_back_after_thirty_seconds() -> None:
    visitor = session()
    visitor.lose(1000)
    assert visitor.expired(31_001)


def test_who_is_away_may_still_be_admitted() -> None:
    visitor = session(State.WAITING)
    visitor.lose(0)
    visitor.admit()
    assert visitor.state is State.LIVE_AWAY
    visitor.connect(5, 0)
    assert visitor.state is State.LIVE


def test_live_does_not_become_waiting_again() -> None:
    with pytest.raises(WrongTurnError):
        session().move(State.WAITING)


def test_frames_are_refused_unless_live() -> None:
    assert refusal_of(session(State.WAITING).accept, frame(1), 0.0) is Refusal.NOT_LIVE


@pytest.mark.parametrize("seq", [1, 5])
def test_sequence_numbers_must_grow(seq: int) -> None:
    visitor = session()
    visitor.accept(frame(5), 0.0)
    assert refusal_of(visitor.accept, frame(seq), 0.0) is Refusal.SEQUENCE_BACKWARDS
    visitor.accept(frame(6), 0.0)


def test_capture_times_are_read_on_the_phones_own_clock() -> None:
    visitor = session()
    visitor.connect(now_ms=10_000, phone_now_ms=500_000_000)
    assert visitor.accept(frame(1, 500_000_040), 10_100) == 10_040


def test_a_time_in_the_future_is_refused_and_the_sequence_goes_on() -> None:
    visitor = session()
    visitor.connect(0, 0)
    assert refusal_of(visitor.accept, frame(1, 60_000), 1000.0) is Refusal.TIME_IN_FUTURE
    assert visitor.accept(frame(1, 900), 1000) == 900


def test_a_clock_slightly_ahead_counts_as_now() -> None:
    visitor = session()
    visitor.connect(0, 0)
    assert visitor.accept(frame(1, 1500), 1000) == 1000


def test_a_choice_is_normalised_and_kept() -> None:
    visitor = session()
    visitor.choose(Set(1, {"wave": 0.5, "scream": 1.0}, 0.25))
    assert visitor.mix.strength == 0.25
    assert visitor.mix.weights == pytest.approx({"wave": 1 / 3, "scream": 2 / 3})
    visitor.choose(Set(2, None, 1.0))
    assert visitor.mix.weights["scream"] == pytest.approx(2 / 3)


def test_a_refused_choice_changes_nothing() -> None:
    visitor = session()
    before = visitor.mix
    assert refusal_of(visitor.choose, Set(1, {"starry": 1.0})) is Refusal.UNKNOWN_STYLE
    assert visitor.mix is before and visitor.revision == 0
    visitor.choose(Set(4, {"scream": 1.0}))
    assert refusal_of(visitor.choose, Set(4, {"wave": 1.0})) is Refusal.BAD_FIELD
    assert visitor.mix.weights == {"scream": 1.0}


def test_settings_outlive_a_connection_but_its_numbering_does_not() -> None:
    visitor = session()
    visitor.choose(Set(9, {"scream": 1.0}))
    visitor.accept(frame(50), 0.0)
    visitor.lose(0)
    visitor.connect(1000, 0)
    assert visitor.mix.weights == {"scream": 1.0}
    visitor.accept(frame(1), 1000.0)
    visitor.choose(Set(1, {"wave": 1.0}))


def lens(*styles: str, strength: float = 0.75) -> Lens:
    return Lens(styles, {styles[0]: 2.0}, strength)


def test_when_the_station_changes_who_chose_nothing_begins_as_it_does() -> None:
    visitor = session()
    visitor.offer(lens("udnie", "wave"))
    assert visitor.mix == StyleMix({"udnie": 1.0}, 0.75)
    assert visitor.offered == {"udnie", "wave"}


def test_when_the_station_changes_a_choice_counts_on_where_it_is_still_offered() -> None:
    visitor = session()
    visitor.choose(Set(4, {"scream": 1.0, "wave": 1.0}, 0.25))
    visitor.offer(lens("udnie", "wave", "scream"))
    assert visitor.mix == StyleMix({"scream": 0.5, "wave": 0.5}, 0.25)
    visitor.offer(lens("udnie", "wave"))
    assert visitor.mix == StyleMix({"udnie": 1.0}, 0.75), "half of it is gone"
    visitor.offer(lens("wave", "udnie"))
    assert visitor.mix == StyleMix({"wave": 1.0}, 0.75), "and nothing is chosen any more"
    assert visitor.revision == 4


def test_a_strength_that_was_chosen_counts_on_with_the_style_that_it_was_chosen_for() -> None:
    visitor = session()
    visitor.choose(Set(1, None, 0.1))
    visitor.offer(lens("udnie", "wave"))
    assert visitor.mix == StyleMix({"wave": 1.0}, 0.1)


def test_where_a_curator_s_overlay_hangs_there_is_nothing_to_choose() -> None:
    visitor = session()
    visitor.offer(Canvas(overlay="snow.mp4"))
    assert (visitor.mix.weights, visitor.offered) == ({}, frozenset())
    assert refusal_of(visitor.choose, Set(1, {"wave": 1.0}, None)) is Refusal.UNKNOWN_STYLE
    visitor.offer(lens("wave"))
    assert visitor.mix.weights == {"wave": 1.0}
