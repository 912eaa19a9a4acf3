"""Compiled engines on a card, of both flavours: the order of what the card is told, and that nothing is left behind."""

import threading

import numpy as np
import pytest
from recording_api import NOTHING_LEFT
from recording_bench import CONTENT, FLAVOURS, LANE, Bench, batch
from recording_tensorrt import painted

from models.errors import EngineError
from models.runtime.nvidia.enqueued import WARM_UPS
from models.runtime.nvidia.execution import KEPT_EXECUTIONS
from models.runtime.profile import Profile, Range

LARGE = Profile("photo", {"batch": Range(1, 1, 1), "height": Range(33, 64, 64), "width": Range(33, 64, 64)})


@pytest.fixture(params=FLAVOURS)
def bench(request, tmp_path, monkeypatch):
    return Bench(request.param, tmp_path, monkeypatch).keep()


@pytest.fixture
def engine(bench):
    engine = bench.open()
    yield engine
    engine.close()


def expected(inputs):
    return painted(inputs["frames"], inputs["style"])


def test_a_batch_is_given_shapes_then_addresses_then_is_started_then_is_waited_for(bench, engine):
    start = len(bench.recorder.calls)
    engine.run(batch())
    order = ("set_input_shape", "set_tensor_address", "execute_async_v3", "cudaEventSynchronize")
    calls = bench.recorder.since(start, *order)
    assert calls[:8] == [order[0]] * 3 + [order[1]] * 4 + [order[2]]
    assert calls[-1] == order[3]


def test_each_batch_comes_back_as_its_own_whatever_was_run_before_it(engine):
    for seed, (rows, height) in enumerate([(1, 16), (2, 16), (1, 16), (4, 32), (1, 16), (2, 16)]):
        inputs = batch(seed, rows, height)
        assert np.array_equal(engine.run(inputs), expected(inputs))


def test_inputs_that_are_not_contiguous_arrive_as_they_are(engine):
    inputs = batch(3, 4)
    inputs["frames"] = inputs["frames"][::2, :, ::-1]
    inputs["style"], inputs["strength"] = inputs["style"][::2], inputs["strength"][::2]
    assert np.array_equal(engine.run(inputs), expected(inputs))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_shape_that_was_met_is_replayed_by_tensorrt_and_started_anew_by_rtx(flavour, tmp_path, monkeypatch):
    bench = Bench(flavour, tmp_path, monkeypatch).keep()
    engine = bench.open()
    engine.warm(batch())
    start = len(bench.recorder.calls)
    inputs = batch(7)
    assert np.array_equal(engine.run(inputs), expected(inputs))
    done = bench.recorder.since(start, "execute_async_v3", "cudaGraphLaunch", "cudaStreamBeginCapture")
    assert done == {"tensorrt": ["cudaGraphLaunch"], "tensorrt_rtx": ["execute_async_v3"]}[flavour]
    captures = bench.recorder.count("cudaStreamBeginCapture")
    assert captures == {"tensorrt": engine.in_flight, "tensorrt_rtx": 0}[flavour]
    engine.close()


def test_warming_runs_each_slot_until_its_graph_can_be_replayed(bench, engine):
    engine.warm(batch())
    assert bench.recorder.count("create_execution_context") == engine.in_flight
    ran = bench.recorder.count("execute_async_v3") + bench.recorder.count("cudaGraphLaunch")
    assert ran == engine.in_flight * WARM_UPS + bench.recorder.count("cudaStreamBeginCapture")


def test_two_batches_are_in_flight_and_come_back_in_any_order(engine):
    inputs = [batch(1), batch(2)]
    first, second = (engine.enqueue(one) for one in inputs)
    assert not first.finished
    assert np.array_equal(second.result(), expected(inputs[1]))
    assert np.array_equal(first.result(), expected(inputs[0]))
    assert first.result() is first.result()


def test_a_third_batch_waits_until_one_is_fetched(engine):
    started = [engine.enqueue(batch(seed)) for seed in range(2)]
    third = []
    starter = threading.Thread(target=lambda: third.append(engine.enqueue(batch(2))))
    starter.start()
    starter.join(0.1)
    assert starter.is_alive()
    started[0].result()
    starter.join(10)
    assert np.array_equal(third[0].result(), expected(batch(2)))
    started[1].result()


def test_closing_turns_away_a_batch_that_waits(engine):
    started = [engine.enqueue(batch(seed)) for seed in range(2)]
    errors = []

    def start():
        try:
            engine.enqueue(batch(2))
        except EngineError as error:
            errors.append(str(error))

    starter = threading.Thread(target=start)
    starter.start()
    engine.close()
    starter.join(10)
    assert errors == ["this engine is closed"]
    with pytest.raises(EngineError, match="closed"):
        started[0].result()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"frames": np.zeros((1, 16, 64, 3), np.uint8)}, r"live \(batch 1 to 4, .*\), got .*width 64"),
        ({"frames": np.zeros((1, 16, 24, 3), np.float32)}, "expected frames as uint8 .*, got float32"),
        ({"style": np.zeros((1, 5), np.float32)}, r"expected style .*\(-1, 4\).*, got \(1, 5\)"),
        ({"strength": np.zeros((2,), np.float32)}, r"expected strength .* got \(2,\)"),
        ({"mood": np.zeros((1,), np.float32)}, "expected inputs frames, strength, style, got"),
    ],
)
def test_inputs_that_belong_to_no_profile_are_refused_before_the_card_is_asked(bench, engine, change, words):
    start = len(bench.recorder.calls)
    with pytest.raises(EngineError, match=words):
        engine.enqueue(batch() | change)
    assert bench.recorder.calls[start:] == []


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_each_lane_has_its_own_profile(flavour, tmp_path, monkeypatch):
    bench = Bench(flavour, tmp_path, monkeypatch, (LANE, LARGE)).keep()
    engine = bench.open()
    for inputs in (batch(1), batch(2, height=64, width=48), batch(3)):
        assert np.array_equal(engine.run(inputs), expected(inputs))
    with pytest.raises(EngineError, match=r"live .*; photo "):
        engine.run(batch(rows=2, height=64, width=48))
    engine.close()


@pytest.mark.parametrize("function", ["cudaMemcpyAsync", "cudaStreamWaitEvent", "cudaEventRecord", "cudaHostAlloc"])
def test_a_card_that_fails_is_an_engine_error_and_the_slot_is_free_again(bench, engine, function):
    bench.recorder.fails[function] = 719
    for _ in range(2 * engine.in_flight):
        with pytest.raises(EngineError, match=f"{function} failed with cudaErrorLaunch: as it was told to"):
            engine.enqueue(batch())
    bench.recorder.fails.clear()
    assert np.array_equal(engine.run(batch()), expected(batch()))


def test_a_batch_that_the_runtime_refuses_is_an_engine_error_and_the_slot_is_free_again(bench, engine):
    bench.recorder.refuses_batches = True
    for _ in range(2 * engine.in_flight):
        with pytest.raises(EngineError, match=r"tiny could not start the batch: .*the batch was refused"):
            engine.enqueue(batch())
    bench.recorder.refuses_batches = False
    assert np.array_equal(engine.run(batch()), expected(batch()))


def test_a_batch_that_fails_on_its_way_back_says_so_each_time_it_is_asked(bench, engine):
    started = engine.enqueue(batch())
    bench.recorder.fails["cudaEventSynchronize"] = 719
    for _ in range(2):
        with pytest.raises(EngineError, match="cudaEventSynchronize failed"):
            started.result()
    bench.recorder.fails.clear()
    assert np.array_equal(engine.run(batch()), expected(batch()))


def test_executions_are_bounded_and_the_one_used_longest_ago_goes(bench, engine):
    shapes = [(height, width) for height in range(8, 16) for width in range(8, 16)]
    assert len(shapes) > KEPT_EXECUTIONS
    for height, width in shapes:
        engine.run(batch(height=height, width=width))
    live = bench.recorder.leaks()
    assert live["graphs"] in (0, KEPT_EXECUTIONS)
    made = bench.recorder.count("create_execution_context")
    engine.run(batch(height=15, width=14))  # shapes alternate between two slots: this one is the last but one's
    assert bench.recorder.count("create_execution_context") == made
    engine.run(batch(height=8, width=8))
    assert bench.recorder.count("create_execution_context") == made + 1


def test_what_it_holds_of_the_card_is_told(bench, engine):
    allocated = sum(memory.nbytes for memory in bench.recorder.device.values())
    assert engine.device_bytes == allocated + len(CONTENT)
    engine.close()
    assert engine.device_bytes == 0


def test_more_memory_than_it_may_have_is_refused_and_nothing_is_left_behind(bench):
    with pytest.raises(EngineError, match=r"no room for .*: wanted .* bytes, the engine holds .* of the 65636 bytes"):
        bench.open(memory_bytes=65_636)
    with pytest.raises(EngineError, match="no room for the weights of tiny"):
        bench.open(memory_bytes=100)
    assert bench.recorder.leaks() == NOTHING_LEFT


def test_a_card_without_room_says_what_was_wanted_and_what_is_free(bench):
    bench.recorder.capacity_bytes = 70_000
    with pytest.raises(EngineError, match=r"the card has no room for .*: wanted .* bytes, .* of 70000 are free"):
        bench.open()
    assert bench.recorder.leaks() == NOTHING_LEFT


def test_closing_gives_everything_back_even_with_batches_that_nobody_fetched(bench):
    engine = bench.open()
    engine.warm(batch())
    engine.run(batch(rows=2))
    pending = [engine.enqueue(batch(seed)) for seed in range(2)]
    engine.close()
    engine.close()
    del pending
    assert bench.recorder.leaks() == NOTHING_LEFT


def test_an_output_may_be_kept_longer_than_the_engine(bench):
    engine = bench.open()
    output = engine.run(batch(5))[0]  # a view is enough
    engine.run(batch(6))
    engine.close()
    assert bench.recorder.leaks() == NOTHING_LEFT | {"pinned": 1}
    assert np.array_equal(output, expected(batch(5))[0])
    del output
    assert bench.recorder.leaks() == NOTHING_LEFT


def test_pinned_memory_is_used_again(bench, engine):
    for seed in range(4):
        engine.run(batch(seed))
    pinned = bench.recorder.count("cudaHostAlloc")
    for seed in range(20):
        engine.run(batch(seed))
    assert bench.recorder.count("cudaHostAlloc") == pinned


def test_a_buffer_is_read_without_copying_it_once_more(bench, engine):
    engine.run(batch())
    buffer = engine.buffer((1, 16, 24, 3))
    buffer[:] = batch(9)["frames"]
    pinned = len(bench.recorder.pinned)
    inputs = batch(9) | {"frames": buffer}
    assert np.array_equal(engine.run(inputs), expected(batch(9)))
    assert len(bench.recorder.pinned) == pinned  # a copy of the frames would need one more


def test_a_closed_engine_refuses(engine):
    engine.close()
    for use in (lambda: engine.run(batch()), lambda: engine.warm(batch()), lambda: engine.buffer((1, 8, 8, 3))):
        with pytest.raises(EngineError, match="this engine is closed"):
            use()
