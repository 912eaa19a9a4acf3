"""What works instead of an engine that keeps failing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from dream_house import READY as DREAMER_READY
from dream_house import SETTINGS as DREAMER

from server.worker.ladder import Rung, safer_dreamer, safer_painter
from server.worker.settings import Ready, WorkerSettings

CORES = Ready(("wave",), "on the cores", ())
CARD = replace(CORES, in_flight=2)


def settings(runtime: str, lighter: str = "/models/swift.onnx") -> WorkerSettings:
    return WorkerSettings(runtime, "", 1, 80, ((64, 48),), (1,), 0.0, 0.0, jpeg="auto", lighter=lighter)


def everything(_runtime: str) -> bool:
    return True


def down(begin: WorkerSettings, last: Ready | None, missing: str = "") -> Iterator[Rung]:
    """Rung by rung, as far as it goes."""
    rung = safer_painter(begin, last, lambda runtime: runtime != missing)
    while rung is not None:
        yield rung
        rung = safer_painter(rung.settings, CORES, lambda runtime: runtime != missing)


LIGHTER = "the network swift on {}"


@pytest.mark.parametrize(
    ("runtime", "last", "missing", "expected"),
    [
        ("tensorrt", CARD, "", ["openvino", "onnxruntime", LIGHTER.format("onnxruntime")]),
        ("auto", CARD, "", ["openvino", "onnxruntime", LIGHTER.format("onnxruntime")]),
        ("auto", CORES, "", ["onnxruntime", LIGHTER.format("onnxruntime")]),
        ("torch", None, "onnxruntime", ["openvino", LIGHTER.format("openvino")]),
        ("onnxruntime", CORES, "", [LIGHTER.format("onnxruntime")]),
    ],
)
def test_first_the_safer_runtimes_that_are_there_then_the_lighter_network(
    runtime: str, last: Ready | None, missing: str, expected: list[str]
) -> None:
    rungs = list(down(settings(runtime), last, missing))
    assert [rung.what for rung in rungs] == expected
    assert all(rung.settings.jpeg == "cores" for rung in rungs if rung.settings.runtime != runtime)
    assert (rungs[-1].settings.model, rungs[-1].settings.lighter) == ("/models/swift.onnx", "")


def test_below_a_network_without_a_lighter_one_and_below_a_stub_there_is_nothing() -> None:
    assert [rung.what for rung in down(settings("openvino", lighter=""), CORES)] == ["onnxruntime"]
    assert list(down(settings("stub", lighter=""), CORES)) == []


def test_the_dreamer_has_safer_runtimes_and_nothing_else() -> None:
    begin, on_card = replace(DREAMER, runtime="auto"), replace(DREAMER_READY, device_bytes=2**30)
    first = safer_dreamer(begin, on_card, everything)
    assert first == Rung(replace(DREAMER, runtime="openvino"), "openvino")
    assert safer_dreamer(begin, DREAMER_READY, everything) == Rung(
        replace(DREAMER, runtime="onnxruntime"), "onnxruntime"
    )
    assert safer_dreamer(replace(DREAMER, runtime="onnxruntime"), DREAMER_READY, everything) is None
    assert safer_dreamer(DREAMER, DREAMER_READY, everything) is None, "a stub"
