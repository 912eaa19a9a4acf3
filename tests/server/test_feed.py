"""A feed: how much of a lane's work is with the worker, what comes back, and what is lost with it."""

from __future__ import annotations

from exhibit.protocol import Frame
from exhibit.style_mix import StyleMix
from server.costs import Costs, Size
from server.feed import Feed
from server.scheduler import Batch, Lane, WaitingFrame, WaitingTexture
from server.worker.wire import Kind

SIZE = Size(64, 48)
MIX = StyleMix({"wave": 1.0})


def feed(ahead: int) -> Feed:
    found = Feed(Kind.TRACK, Lane((1,), Costs()), ahead)
    for session in (1, 2, 3):
        frame = Frame(1, 0.0, 64, 48, b"")
        found.lane.offer(WaitingFrame(session, 1, frame, SIZE, MIX, 0, 0.0, 400.0))
    return found


def chosen(found: Feed) -> Batch:
    batch = found.choose(0.0).batch
    assert batch is not None
    return batch


def test_no_more_is_ahead_than_it_is_told() -> None:
    for ahead in (1, 2):
        found = feed(ahead)
        chosen = 0
        while found.has_room:
            assert found.choose(0.0).batch is not None
            chosen += 1
        assert chosen == ahead


def test_an_answer_makes_room_and_is_measured() -> None:
    found = feed(1)
    batch = found.choose(0.0).batch
    assert batch is not None and found.rate(SIZE) == 0
    assert found.answered(batch.number, [4.0, 6.0]) is batch
    assert found.has_room and found.rate(SIZE) == 100


def test_a_lost_worker_s_work_is_given_back_and_there_is_room_again() -> None:
    found = feed(2)
    found.choose(0.0)
    found.choose(0.0)
    assert [waiting.session for waiting in found.lost()] == [1, 2]
    assert found.has_room and found.lost() == []


def test_a_new_worker_has_met_no_size() -> None:
    found = feed(1)
    batch = chosen(found)
    assert not found.has_met(batch)
    found.answered(batch.number, [4.0, 6.0])
    assert found.has_met(batch)
    found.lost()
    assert not found.has_met(batch)


def test_where_batches_overlap_the_slowest_step_sets_the_pace_and_their_sum_the_age() -> None:
    for ahead, rate in ((1, 100), (4, 250)):
        found = feed(ahead)
        found.measured(SIZE, 1, [4.0, 3.0, 3.0])
        assert (found.rate(SIZE), found.costs.median_ms(SIZE, 1)) == (rate, 10.0)


def test_another_engine_begins_with_nothing_known_and_as_many_batches_as_it_holds() -> None:
    found = feed(1)
    batch = chosen(found)
    assert not found.has_room
    found.meet(SIZE)
    found.measured(SIZE, 1, [10.0])
    found.begin_anew(4)
    assert found.has_room and not found.has_met(batch)
    assert (found.rate(SIZE), found.costs.median_ms(SIZE, 1)) == (0.0, 0.0)
    assert found.answered(batch.number, [2.0]) is batch, "what was with the worker still comes back"
    assert found.rate(SIZE) == 0, "but says nothing of the new engine"


def test_a_lighter_network_has_times_of_its_own_and_begins_only_once_it_was_measured() -> None:
    found = feed(1)
    found.measured(SIZE, 1, [20.0])
    found.use(lighter=True)
    assert not found.lighter, "there is none"
    found.meet(SIZE, lighter=True)
    found.measured(SIZE, 1, [5.0], lighter=True)
    assert (found.rate(SIZE), found.rate(SIZE, lighter=True), found.costs.median_ms(SIZE, 1)) == (50, 200, 20.0)
    found.use(lighter=True)
    assert (found.lighter, found.has_met(chosen(found)), found.costs.median_ms(SIZE, 1)) == (True, True, 5.0)


def test_an_answer_counts_for_the_network_that_its_batch_was_for() -> None:
    found = feed(1)
    found.measured(SIZE, 1, [5.0], lighter=True)
    batch = chosen(found)
    found.use(lighter=True)
    assert found.answered(batch.number, [20.0]) is batch
    assert (found.rate(SIZE), found.rate(SIZE, lighter=True)) == (50, 200)


def test_other_engines_begin_with_the_full_network() -> None:
    found = feed(1)
    found.measured(SIZE, 1, [5.0], lighter=True)
    found.use(lighter=True)
    found.begin_anew(1)
    assert not found.lighter and found.rate(SIZE, lighter=True) == 0


def test_what_a_lighter_network_was_still_at_says_nothing_of_another_engine() -> None:
    found = feed(1)
    found.measured(SIZE, 1, [5.0], lighter=True)
    found.use(lighter=True)
    batch = chosen(found)
    found.begin_anew(1)
    found.answered(batch.number, [5.0])
    found.use(lighter=True)
    assert not found.lighter


def test_a_texture_is_never_painted_by_the_lighter_network() -> None:
    found = Feed(Kind.PAINT, Lane((1,), Costs()))
    found.measured(SIZE, 1, [5.0], lighter=True)
    found.use(lighter=True)
    found.lane.offer(WaitingTexture(1, 1, 2, SIZE, MIX, 0, 0.0, 20_000.0))
    batch = chosen(found)
    assert not found.goes_to_lighter(batch)
    found.answered(batch.number, [40.0])
    assert (found.rate(SIZE), found.rate(SIZE, lighter=True)) == (25, 200)
