"""Pinned memory: blocks come back when nobody looks at them any more, and not a moment sooner."""

import numpy as np
import pytest
from recording_api import Recorder, installed

from models.errors import EngineError
from models.runtime.nvidia.cuda import Cuda
from models.runtime.nvidia.pinned import PinnedPool


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def pool(recorder, monkeypatch):
    installed(monkeypatch, recorder)
    pool = PinnedPool(Cuda())
    yield pool
    pool.close()


def test_a_block_is_lent_again_once_the_last_view_of_it_is_gone(pool, recorder):
    array = pool.take((10, 10), "float32")
    view = array[2:, :1]
    del array
    other = pool.take((10, 10), "float32")
    assert len(recorder.pinned) == 2
    del view
    pool.take((20, 5), "float32")
    assert len(recorder.pinned) == 2
    assert other.shape == (10, 10)


def test_an_array_of_the_pool_is_held_as_it_is_and_any_other_as_a_copy(pool):
    mine, foreign = pool.take((4, 8, 8, 3)), np.arange(768, dtype=np.uint8).reshape(4, 8, 8, 3)
    assert pool.hold(mine) is mine
    assert pool.hold(mine[:2]).base is mine.base
    copy = pool.hold(foreign[:, ::-1])
    assert np.array_equal(copy, foreign[:, ::-1])
    assert not np.shares_memory(copy, foreign)
    assert not np.shares_memory(pool.hold(mine[1:]), mine)  # a copy begins where its block begins


def test_closing_gives_back_what_is_free_and_later_what_was_still_held(pool, recorder):
    kept = pool.take((8,))
    pool.take((9000,))
    pool.close()
    assert len(recorder.pinned) == 1
    kept[:] = 7
    del kept
    assert recorder.pinned == {}


def test_a_host_without_memory_is_an_engine_error(pool, recorder):
    recorder.fails["cudaHostAlloc"] = 2
    with pytest.raises(EngineError, match="cudaHostAlloc failed with cudaErrorMemoryAllocation"):
        pool.take((8,))
