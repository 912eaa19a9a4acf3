"""Memory that runs out: fewer rows at a time, and nobody's picture lost."""

import logging

import numpy as np
import pytest

from models.errors import EngineError, OutOfMemory
from models.generate.rows import MOST_ROWS, Rows, is_memory, most_rows, profile_for_size


class SmallEngine:
    """Doubles its input, at most so many rows at once."""

    def __init__(self, most, error, in_flight=1):
        self.most, self.error, self.in_flight, self.batches = most, error, in_flight, []
        self.profiles = ()

    def run(self, inputs):
        count = len(inputs["x"])
        self.batches.append(count)
        if count > self.most:
            raise self.error
        return inputs["x"] * 2

    def warm(self, inputs):
        self.run(inputs)


MEMORY = EngineError("the card has no memory left of the 100 bytes that it may have: CUDA out of memory")


def test_rows_are_run_as_many_at_a_time_as_are_allowed():
    engine = SmallEngine(10, MEMORY)
    x = np.arange(7.0)
    assert np.array_equal(Rows(engine, "compute", 3).run({"x": x}), x * 2)
    assert engine.batches == [3, 3, 1]


def test_where_memory_runs_out_half_as_many_are_run_and_it_is_said(caplog):
    engine = SmallEngine(3, MEMORY)
    rows, x = Rows(engine, "compute", 16), np.arange(10.0)
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(rows.run({"x": x}), x * 2)
    assert engine.batches == [10, 5, 2, 2, 2, 2, 2]
    assert rows.most == 2
    assert "no memory to compute 10 rows at once: from now on at most 5" in caplog.text


def test_a_card_is_given_powers_of_two_and_nobody_sees_what_fills_them_up():
    engine = SmallEngine(64, MEMORY, in_flight=2)
    x = np.arange(13.0)
    assert np.array_equal(Rows(engine, "compute", 8).run({"x": x}), x * 2)
    assert engine.batches == [8, 8]


def test_a_card_is_made_ready_for_all_numbers_of_rows_that_its_memory_holds():
    engine = SmallEngine(4, MEMORY, in_flight=2)
    rows = Rows(engine, "compute", 16)
    rows.warm({"x": np.zeros(1)})
    assert (engine.batches, rows.most) == ([1, 2, 4, 8], 4)
    processor = SmallEngine(4, MEMORY)
    Rows(processor, "compute", 16).warm({"x": np.zeros(1)})
    assert processor.batches == [1]


def test_a_row_that_alone_is_too_much_is_an_error_of_its_own():
    with pytest.raises(OutOfMemory, match="no memory to compute a single picture"):
        Rows(SmallEngine(0, MEMORY), "compute", 4).run({"x": np.arange(4.0)})


def test_another_error_is_not_taken_for_memory():
    engine = SmallEngine(0, EngineError("expected latents as float32"))
    with pytest.raises(EngineError, match="expected latents"):
        Rows(engine, "compute", 4).run({"x": np.arange(4.0)})
    assert engine.batches == [4]


@pytest.mark.parametrize(
    "error",
    [
        MEMORY,
        MemoryError(),
        EngineError("OpenVINO cannot run this model: std::bad_alloc: bad allocation"),
        EngineError("the card has no room for scratch: wanted 5 bytes, 4 of 9 are free"),
        EngineError("ONNX Runtime cannot run this model: Failed to allocate memory for requested buffer"),
    ],
)
def test_each_runtime_says_in_its_own_words_that_memory_ran_out(error):
    assert is_memory(error)


def test_the_cause_of_an_error_counts():
    try:
        try:
            raise MemoryError
        except MemoryError as cause:
            raise EngineError("it failed") from cause
    except EngineError as error:
        assert is_memory(error)


@pytest.mark.parametrize(
    ("size", "sizes"),
    [((256, 256), (1, 4, 32)), ((512, 512), (1, 4, 16)), ((768, 768), (1, 4, 4)), ((4096, 2048), (1, 1, 1))],
)
def test_an_engine_is_built_for_fewer_rows_where_pictures_are_larger(size, sizes):
    range_ = profile_for_size(size).ranges["batch"]
    assert (range_.least, range_.best, range_.most) == sizes


def test_an_engine_is_given_as_many_rows_as_it_was_built_for_or_as_suit_where_it_runs():
    processor, card, compiled = (SmallEngine(64, MEMORY, in_flight) for in_flight in (1, 2, 2))
    compiled.profiles = (profile_for_size((512, 512)),)
    assert [most_rows(engine) for engine in (processor, card, compiled)] == [MOST_ROWS["cpu"], MOST_ROWS["card"], 16]
