"""A worker that has said nothing for a while: counted in looks, and what the system says of it."""

from __future__ import annotations

from itertools import count

from server.worker.fault import Cause
from server.worker.silence import LADEN_TICKS, SILENT_TICKS, STOPPED_TICKS, Silence


def looks(silence: Silence, *, stopped: bool = False, laden: bool = False) -> tuple[int, Cause]:
    """After how many looks it hangs, and how."""
    for number in count(1):
        cause = silence.tick(lambda: stopped, laden=laden)
        if cause is not None:
            return number, cause
    raise AssertionError


def beating(*, laden: bool = False) -> Silence:
    silence = Silence()
    silence.hear_beat(laden=laden)
    return silence


def test_one_that_has_begun_to_beat_hangs_after_so_many_looks() -> None:
    assert looks(beating()) == (SILENT_TICKS, Cause.SILENT)


def test_every_word_begins_the_count_anew() -> None:
    silence = beating()
    for _ in range(SILENT_TICKS - 1):
        assert silence.tick(lambda: False) is None
    silence.hear()
    assert looks(silence) == (SILENT_TICKS, Cause.SILENT)


def test_a_halted_one_is_found_out_sooner_and_before_it_ever_beats() -> None:
    assert looks(beating(), stopped=True) == (STOPPED_TICKS, Cause.STOPPED)
    assert looks(Silence(), stopped=True) == (STOPPED_TICKS, Cause.STOPPED)


def test_one_that_has_not_begun_to_beat_is_still_starting() -> None:
    assert all(Silence().tick(lambda: False) is None for _ in range(2 * LADEN_TICKS))


def test_one_that_loads_or_compiles_is_given_more_time_until_it_says_that_it_is_done() -> None:
    assert looks(beating(), laden=True) == (LADEN_TICKS, Cause.SILENT)
    silence = beating(laden=True)
    silence.hear()
    assert looks(silence) == (LADEN_TICKS, Cause.SILENT)
    silence.hear_beat(laden=False)
    assert looks(silence) == (SILENT_TICKS, Cause.SILENT)
