"""Which runtime opens a model: `auto` takes the fastest that can and says why not the others; a named one is final."""

import logging
from dataclasses import dataclass, field

import pytest

from models.errors import EngineError, NotBuiltError
from models.runtime.choice import COMPILED, RUNTIMES, find_compiler, find_runtime, open_engine
from models.style.model import style_model


class FakeEngine:
    closed = False

    def __init__(self, runtime):
        self.runtime = runtime

    def close(self):
        self.closed = True


@dataclass
class FakeRuntime:
    name: str
    reason: str = ""
    fails: Exception | None = None
    opened: list[FakeEngine] = field(default_factory=list)

    def obstacle(self):
        return self.reason

    def open(self, model, terms):
        if self.fails:
            raise self.fails
        self.opened.append(FakeEngine(self.name))
        return self.opened[-1]


def machine(**runtimes):
    """Runtimes by name: what cannot be used has its reason, what fails has its error, and openvino always works."""
    there = {name: FakeRuntime(name, "it is not installed") for name in RUNTIMES} | {
        "openvino": FakeRuntime("openvino")
    }
    for name, state in runtimes.items():
        there[name] = FakeRuntime(name, *((state, None) if isinstance(state, str) else ("", state)))
    return there


def choose(there, name="auto", check=None):
    return open_engine(name, style_model(), check=check, find=there.__getitem__)


def test_every_runtime_is_one_file_and_keeps_to_its_name():
    assert [find_runtime(name).name for name in RUNTIMES] == list(RUNTIMES)
    assert [find_compiler(name).name for name in COMPILED] == list(COMPILED)


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(EngineError, match=r"expected a runtime of auto, tensorrt, .*, got 'abacus'"):
        find_runtime("abacus")
    with pytest.raises(EngineError, match="whose engines are built, tensorrt or tensorrt_rtx, got 'openvino'"):
        find_compiler("openvino")


def test_auto_takes_the_first_that_can_and_logs_why_not_those_before_it(caplog):
    caplog.set_level(logging.INFO)
    opened = choose(machine(tensorrt_rtx="it has no target for SM90", torch=""))
    assert (opened.engine.runtime, opened.better) == ("torch", None)
    words = (
        "torch opens the model fine (not tensorrt: it is not installed; not tensorrt_rtx: it has no target for SM90)"
    )
    assert words in caplog.text


def test_auto_goes_on_with_a_slower_one_while_a_faster_ones_engine_is_not_built():
    opened = choose(machine(tensorrt=NotBuiltError("no engine yet"), tensorrt_rtx=NotBuiltError("none"), torch=""))
    assert (opened.engine.runtime, opened.better) == ("torch", "tensorrt")


def test_auto_warns_of_a_runtime_that_ought_to_work_and_does_not(caplog):
    opened = choose(machine(torch=EngineError("the card has no memory left")))
    assert (opened.engine.runtime, opened.better) == ("openvino", None)
    assert "torch cannot be used: the card has no memory left" in caplog.text


def test_an_engine_that_fails_its_check_is_closed_and_passed_over(caplog):
    there = machine(torch="")

    def check(engine):
        if engine.runtime == "torch":
            raise EngineError("it paints otherwise than the CPU")

    assert choose(there, check=check).engine.runtime == "openvino"
    assert there["torch"].opened[0].closed
    assert "torch cannot be used: it paints otherwise than the CPU" in caplog.text


def test_a_named_runtimes_engine_that_fails_its_check_is_an_error():
    there = machine(torch="")

    def check(engine):
        raise EngineError("it paints otherwise than the CPU")

    with pytest.raises(EngineError, match="it paints otherwise"):
        choose(there, "torch", check)
    assert there["torch"].opened[0].closed


def test_a_named_runtime_that_fails_is_not_replaced():
    there = machine(torch=EngineError("the card has no memory left"))
    with pytest.raises(EngineError, match="the card has no memory left"):
        choose(there, "torch")
    assert not there["openvino"].opened


def test_a_machine_that_can_use_none_is_told_all_the_reasons():
    with pytest.raises(EngineError, match=r"no runtime can open .* fine: not tensorrt: .*; not openvino: it broke; "):
        choose(machine(openvino=EngineError("it broke")))


def test_a_runtime_on_a_card_is_no_choice_on_a_machine_without_one(monkeypatch):
    monkeypatch.setattr("models.runtime.torch.find_card", lambda: None)
    with pytest.raises(EngineError, match="the runtime torch was chosen but cannot be used: no NVIDIA card"):
        pytest.importorskip("torch")
        open_engine("torch", style_model())
