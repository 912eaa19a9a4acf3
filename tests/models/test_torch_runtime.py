# ruff: noqa: N802 - the driver's own names
"""The runtime torch: two batches in flight on a card that is a recording, graphs kept by slot and shape."""

import sys
import threading

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'vernissage[torch]'")

from recording_bench import CARD, batch, tiny_model  # noqa: E402

from models.errors import EngineError  # noqa: E402
from models.runtime import torch as torch_runtime  # noqa: E402
from models.runtime.engine import Terms  # noqa: E402
from models.runtime.torch import KEPT_GRAPHS, TorchEngine, TorchRuntime  # noqa: E402


class FakeCard:
    """Computes when a batch is waited for, as late as a card may, and counts."""

    held_bytes = 4096

    def __init__(self):
        self.captured = self.settled = 0
        self.fails = self.dropped = False

    def pinned(self, shape, dtype):
        return torch.empty(tuple(shape), dtype=getattr(torch, dtype))

    fixed = pinned

    def capture(self, work):
        self.captured += 1
        return work, work()

    def run(self, graph, inputs, output):
        if self.fails:
            raise RuntimeError("the card fell over\nwith much to say")
        for there, here in inputs.items():
            there.copy_(here)
        host = torch.empty_like(output)
        result = graph()
        return host, lambda: host.copy_(result)

    def wait(self, event):
        event()

    def settle(self):
        self.settled += 1

    def drop(self):
        self.dropped = True

    def fault(self, error):
        return EngineError(f"torch cannot run this model: {str(error).splitlines()[0]}")


@pytest.fixture
def card():
    return FakeCard()


@pytest.fixture
def engine(tmp_path, card):
    return TorchEngine(tiny_model(tmp_path), painted, card, "torch on a recording")


def painted(frames, style, strength):
    return frames ^ style[:, 0].to(torch.uint8)[:, None, None, None]


def wanted(inputs):
    return inputs["frames"] ^ inputs["style"][:, 0].astype(np.uint8)[:, None, None, None]


def test_a_batch_comes_back_as_what_the_module_made_of_it(engine):
    inputs = batch(1, rows=3)
    assert np.array_equal(engine.run(inputs), wanted(inputs))
    assert (engine.description, engine.profiles, engine.device_bytes) == ("torch on a recording", (), 4096)


def test_two_batches_are_in_flight_and_neither_sees_the_other(engine):
    first, second = batch(1), batch(2)
    begun = [engine.enqueue(first), engine.enqueue(second)]
    assert engine.in_flight == 2
    assert not any(one.finished for one in begun)
    assert np.array_equal(begun[1].result(), wanted(second))
    assert np.array_equal(begun[0].result(), wanted(first))
    assert begun[0].result() is begun[0].result()


def test_a_third_batch_waits_until_one_is_fetched(engine):
    begun = [engine.enqueue(batch(1)), engine.enqueue(batch(2))]
    third = []
    thread = threading.Thread(target=lambda: third.append(engine.enqueue(batch(3))))
    thread.start()
    thread.join(0.1)
    assert not third
    begun[0].result()
    thread.join(60)
    assert np.array_equal(third[0].result(), wanted(batch(3)))


def test_a_graph_is_recorded_once_a_slot_and_shape(engine, card):
    engine.warm(batch(1))
    assert card.captured == 2
    for seed in range(4):
        engine.run(batch(seed))
    assert card.captured == 2
    engine.run(batch(1, rows=2))
    assert card.captured == 3


def test_the_graph_used_longest_ago_goes(engine, card):
    for rows in range(1, KEPT_GRAPHS // 2 + 2):
        engine.warm(batch(1, rows=rows))
    captured, settled = card.captured, card.settled
    assert settled >= 2  # nothing is let go of while it may be under way
    engine.warm(batch(1, rows=KEPT_GRAPHS // 2))
    assert card.captured == captured
    engine.warm(batch(1, rows=1))
    assert card.captured == captured + 2


def test_inputs_that_do_not_fit_are_refused_and_take_no_slot(engine):
    for _ in range(3):
        with pytest.raises(EngineError, match="expected inputs frames, strength, style, got frames"):
            engine.enqueue({"frames": batch()["frames"]})
    assert np.array_equal(engine.run(batch(1)), wanted(batch(1)))


def test_a_card_that_fails_is_an_engine_error_in_one_line_and_the_slot_is_free_again(engine, card):
    card.fails = True
    for _ in range(3):
        with pytest.raises(EngineError, match=r"torch cannot run this model: the card fell over$"):
            engine.enqueue(batch(1))
    card.fails = False
    assert np.array_equal(engine.run(batch(1)), wanted(batch(1)))


def test_a_closed_engine_refuses_and_has_given_its_memory_back(engine, card):
    engine.close()
    assert card.dropped
    for refused in (engine.enqueue, engine.run, engine.warm):
        with pytest.raises(EngineError, match="this engine is closed"):
            refused(batch())


def test_a_buffer_is_memory_for_a_batch(engine):
    assert engine.buffer((2, 16, 24, 3)).shape == (2, 16, 24, 3)


def test_what_is_missing_is_named_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(torch_runtime, "find_card", lambda: None)
    assert TorchRuntime().obstacle() == "no NVIDIA card, or no driver for it"
    monkeypatch.setattr(torch_runtime, "find_card", lambda: CARD)
    assert "cannot use the card: install a build of it with CUDA" in TorchRuntime().obstacle()
    with pytest.raises(EngineError, match=r"the runtime torch was chosen but cannot be used: .*with CUDA"):
        TorchRuntime().open(tiny_model(tmp_path), Terms())
    monkeypatch.setitem(sys.modules, "torch", None)
    assert TorchRuntime().obstacle() == "torch is not installed: pip install 'vernissage[torch]'"


def test_the_description_names_card_and_versions():
    assert torch_runtime._describe("2.13.0+cu130", "13.0", CARD) == (
        "torch 2.13.0 on NVIDIA GeForce RTX 4090 (CUDA 13.0), fp16, CUDA graphs"
    )


class FakeDriver:
    """libcuda on a machine with so many cards."""

    def __init__(self, cards=1, status=0):
        self.cards, self.status = cards, status

    def cuInit(self, flags):
        return self.status

    def cuDeviceGetCount(self, count):
        count._obj.value = self.cards

    def cuDeviceGet(self, device, number):
        return 0

    def cuDeviceGetName(self, name, size, device):
        name.value = b"NVIDIA L40"

    def cuDeviceTotalMem_v2(self, memory, device):
        memory._obj.value = 48 * 2**30

    def cuDeviceGetAttribute(self, value, attribute, device):
        value._obj.value = {75: 8, 76: 9}[attribute]

    def cuDriverGetVersion(self, version):
        version._obj.value = 13010


def test_the_card_is_what_its_driver_says(monkeypatch):
    from models.runtime import card

    def library(driver):
        monkeypatch.setattr(card.ctypes, "CDLL", lambda name: driver)
        return card.find_card()

    assert library(FakeDriver()) == card.Card("NVIDIA L40", 89, 48 * 2**30, "13.1")
    assert library(FakeDriver(cards=0)) is None
    assert library(FakeDriver(status=100)) is None


def test_a_machine_without_a_driver_has_no_card(monkeypatch):
    from models.runtime import card

    def absent(name):
        raise OSError("no such library")

    monkeypatch.setattr(card.ctypes, "CDLL", absent)
    assert card.find_card() is None
