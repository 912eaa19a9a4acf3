"""Building engines: once, in a process of its own, whoever asks and whatever kills it."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from json import dumps

import pytest
from test_engine_key import LENS, STILL

from models import building
from models.building import BuildOrder, build, build_apart
from models.catalogue import shipped_models
from models.errors import EngineError
from models.runtime.engine_key import EngineKey
from models.runtime.engine_store import EngineStore
from models.style.model import SHIPPED_MODEL

RTX = "TensorRT-RTX is not installed: pip install 'vernissage[tensorrt-rtx]'"
KILLS = 4  # each a moment of a build that takes a second or two; the store's own test has many more


class FakeCompiler:
    """Takes its time, and counts."""

    name = "tensorrt_rtx"
    targets = (89,)

    def __init__(self, fails=""):
        self.compiled, self.fails = 0, fails

    def key(self, model, profiles, card, target):
        return EngineKey(model.name, "ab" * 32, self.name, "1.7", "", "", target, profiles, ())

    def compile(self, model, key, progress):
        self.compiled += 1
        progress("half of it", 0.5)
        time.sleep(0.05)
        if self.fails:
            raise EngineError(self.fails)
        return b"an engine"


@pytest.fixture
def compiler(monkeypatch):
    compiler = FakeCompiler()
    monkeypatch.setattr(building, "find_compiler", lambda name: compiler)
    return compiler


def order(folder, target=89, profiles=(LENS,)):
    return BuildOrder("tensorrt_rtx", SHIPPED_MODEL, folder / "engines", profiles, target)


def silent(doing, share):
    pass


def test_an_order_comes_back_from_json_as_it_was(tmp_path):
    wanted = order(tmp_path, profiles=(LENS, STILL))
    assert BuildOrder.from_json(wanted.as_json()) == wanted


def test_what_is_there_is_not_built_again(tmp_path, compiler):
    told = []
    built = build(order(tmp_path), lambda doing, share: told.append((doing, share)))
    assert (built.fresh, built.engine_bytes, told) == (True, 9, [("half of it", 0.5)])
    again = build(order(tmp_path), silent)
    assert (again.fresh, again.engine_bytes, again.seconds, again.name) == (False, 9, 0.0, built.name)
    assert compiler.compiled == 1


def test_many_who_want_the_same_engine_at_once_build_it_once(tmp_path, compiler):
    threads = [threading.Thread(target=build, args=(order(tmp_path), silent)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert compiler.compiled == 1


def test_a_damaged_engine_is_built_anew_and_the_operator_is_told(tmp_path, compiler, caplog):
    build(order(tmp_path), silent)
    (file,) = (tmp_path / "engines").glob("*.engine")
    file.write_bytes(b"an engime")
    assert build(order(tmp_path), silent).fresh
    assert "is damaged: it is built anew" in caplog.text
    assert file.read_bytes() == b"an engine"


def test_an_engine_for_other_profiles_is_replaced(tmp_path, compiler, caplog):
    build(order(tmp_path), silent)
    build(order(tmp_path, profiles=(LENS, STILL)), silent)
    assert "is outdated (its profiles changed)" in caplog.text
    assert len(EngineStore(tmp_path / "engines").list()) == 1


def test_a_build_that_fails_leaves_nothing_and_may_be_tried_again(tmp_path, compiler):
    compiler.fails = "no way to compute the third layer"
    with pytest.raises(EngineError, match="no way to compute the third layer"):
        build(order(tmp_path), silent)
    assert EngineStore(tmp_path / "engines").list() == ()
    compiler.fails = ""
    assert build(order(tmp_path), silent).fresh


def test_a_build_for_this_machines_card_needs_one(tmp_path, compiler, monkeypatch):
    monkeypatch.setattr(building, "find_card", lambda: None)
    with pytest.raises(EngineError, match="expected an NVIDIA card, or a compute capability"):
        build(order(tmp_path, target=0), silent)


def test_a_child_that_ends_without_a_word_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(building.sys, "executable", "/bin/false")
    with pytest.raises(EngineError, match="the build of tensorrt_rtx ended with status 1"):
        build_apart(order(tmp_path), silent)


# From here on with the real TensorRT-RTX, which compiles without a card.


@pytest.fixture
def rtx():
    return pytest.importorskip("tensorrt_rtx", reason=RTX)


@pytest.mark.slow
@pytest.mark.parametrize("target", [86, 89, 120])
@pytest.mark.parametrize("model", shipped_models(), ids=lambda model: model.name)
def test_every_shipped_model_builds_for_cards_that_are_not_here(tmp_path, rtx, model, target):
    told = []
    wanted = BuildOrder("tensorrt_rtx", model.onnx, tmp_path, (LENS, STILL), target)
    built = build_apart(wanted, lambda doing, share: told.append(share))
    assert built.fresh
    assert built.engine_bytes > 1_000_000
    assert told == sorted(told)
    assert told[-1] > 0.5
    again = build_apart(wanted, silent)
    assert (again.fresh, again.name) == (False, built.name)


def test_what_the_compiler_said_reaches_whoever_ordered(tmp_path, rtx):
    with pytest.raises(EngineError, match=r"TensorRT-RTX .* has no target for SM90"):
        build_apart(order(tmp_path, target=90), silent)


@pytest.mark.slow
def test_a_build_that_is_killed_at_any_moment_leaves_nothing_that_is_loaded(tmp_path, rtx):
    started_s = time.monotonic()
    build_apart(order(tmp_path), silent)
    seconds = time.monotonic() - started_s
    draw = random.Random(5)
    store = EngineStore(tmp_path / "engines")
    for _ in range(KILLS):
        for kept in store.list():
            store.remove(kept.file)
        command = [sys.executable, "-m", "models.building", dumps(order(tmp_path).as_json())]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as child:
            time.sleep(draw.uniform(0.3, 1.05) * seconds)
            os.kill(child.pid, signal.SIGKILL)
        assert all(kept.health == "good" for kept in store.list())
    assert build_apart(order(tmp_path), silent).engine_bytes > 1_000_000
    assert not list(store.folder.glob("*.part"))
