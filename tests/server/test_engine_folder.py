"""`vernissage engines`: builds what the server would, and says how what is there stands to the configuration."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.errors import EngineError
from models.runtime.card import Card
from models.runtime.choice import find_compiler
from models.runtime.engine_key import EngineKey
from models.style.model import SHIPPED_MODEL, style_model
from server import engine_folder
from server.cli.main import main
from server.config import Config, LensConfig, StyleConfig
from server.engine_folder import EngineFolder, Found, Standing
from server.engine_profiles import engine_profiles

CARD = Card("NVIDIA GeForce RTX 4090", 89, 24 * 2**30, "13.1")
RTX = "TensorRT-RTX is not installed: pip install 'vernissage[tensorrt-rtx]'"


@pytest.fixture(name="rtx", autouse=True)
def _rtx() -> None:
    pytest.importorskip("tensorrt_rtx", reason=RTX)


def folder_of(tmp_path: Path, config: Config | None = None, card: Card | None = None) -> EngineFolder:
    return EngineFolder(config or Config(), tmp_path / "engines", lambda: card)


def key_of(config: Config | None = None, target: int = 89) -> EngineKey:
    return find_compiler("tensorrt_rtx").key(style_model(), engine_profiles(config or Config()), None, target)


def standings(found: tuple[Found, ...]) -> list[Standing]:
    return [one.standing for one in found]


def test_an_engine_that_fits_the_configuration_is_good(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    folder.store.keep(key_of(), b"an engine", 2.0)
    (one,) = folder.look()
    assert (one.standing, one.reason, one.fine, one.key) == (Standing.GOOD, "", True, key_of())


def test_what_changed_since_is_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, Config(lens=LensConfig(width=640)))
    folder.store.keep(replace(key_of(), version="1.6.0"), b"an engine", 2.0)
    (one,) = folder.look()
    assert (one.standing, one.reason, one.fine) == (Standing.OUTDATED, "changed since: version, profiles", False)


def test_damaged_and_foreign_engines_are_told_apart(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    damaged, foreign = (folder.store.keep(key_of(target=sm), b"an engine", 2.0) for sm in (86, 89))
    damaged.write_bytes(b"an engime")
    foreign.with_suffix(".json").unlink()
    assert {one.name: one.standing for one in folder.look()} == {
        damaged.stem: Standing.DAMAGED,
        foreign.stem: Standing.FOREIGN,
    }


def test_what_nothing_here_can_use_is_left_alone_and_is_no_fault(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    folder.store.keep(replace(key_of(), model="swift"), b"an engine", 2.0)
    folder.store.keep(replace(key_of(), flavour="tensorrt", card="NVIDIA L4"), b"an engine", 2.0)
    assert standings(folder.look()) == [Standing.UNUSED, Standing.UNUSED]
    assert all(one.fine for one in folder.look())
    assert folder.clean() == ()


def test_what_this_machines_card_wants_and_is_not_built_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("models.runtime.nvidia.flavour", "models.building"):
        monkeypatch.setattr(f"{module}.find_card", lambda: CARD)
    monkeypatch.setattr("models.runtime.nvidia.flavour.NvidiaRuntime.obstacle", lambda self: "")
    config = Config(style=StyleConfig(runtime="tensorrt_rtx"))
    folder = folder_of(tmp_path, config, CARD)
    (one,) = folder.look()
    assert (one.standing, one.name, one.fine) == (Standing.MISSING, key_of().file_name, False)
    folder.store.keep(key_of(), b"an engine", 2.0)
    assert standings(folder.look()) == [Standing.GOOD]


def test_an_engine_that_does_not_open_here_fails_its_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise EngineError("it paints otherwise than the CPU")

    folder = folder_of(tmp_path)
    folder.store.keep(key_of(), b"an engine", 2.0)
    monkeypatch.setattr("models.runtime.nvidia.flavour.NvidiaRuntime.obstacle", lambda self: "")
    monkeypatch.setattr(engine_folder, "open_painter", broken)
    assert standings(folder.look()) == [Standing.GOOD]
    (one,) = folder.check()
    assert (one.standing, one.reason) == (Standing.FAILING, "it paints otherwise than the CPU")


def test_cleaning_deletes_what_is_unfit_and_what_interrupted_builds_left(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    good = folder.store.keep(key_of(), b"an engine", 2.0)
    old = folder.store.keep(replace(key_of(), version="1.6.0"), b"an engine", 2.0)
    part = folder.store.folder / f"{key_of(target=120).file_name}.engine.0123abcd.part"
    part.touch()
    assert [one.name for one in folder.clean()] == [old.stem]
    assert (good.exists(), old.exists(), part.exists()) == (True, False, False)
    assert [one.name for one in folder.clean(everything=True)] == [good.stem]
    assert folder.look() == ()


def test_a_machine_without_a_card_is_told_how_to_build_for_another(tmp_path: Path) -> None:
    words = r"no engine can be built here: TensorRT is .*; TensorRT-RTX .*; to build for another .*--target 89"
    with pytest.raises(EngineError, match=words):
        folder_of(tmp_path).orders()


def test_the_configured_runtime_is_the_one_that_is_built_for(tmp_path: Path) -> None:
    config = Config(style=StyleConfig(runtime="tensorrt"))
    with pytest.raises(EngineError, match=r"no engine can be built here: TensorRT is not installed: [^;]*$"):
        folder_of(tmp_path, config).orders(targets=[89])
    (order,) = folder_of(tmp_path, config).orders("tensorrt_rtx", [89])
    assert (order.flavour, order.target, order.onnx) == ("tensorrt_rtx", 89, SHIPPED_MODEL)


def engines(tmp_path: Path, *words: str) -> int:
    return main(["engines", words[0], "--state", str(tmp_path), *words[1:]])


@pytest.mark.slow
def test_the_command_builds_lists_checks_and_cleans(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert engines(tmp_path, "build", "--target", "89", "--json") == 0
    (built,) = json.loads(capsys.readouterr().out)["engines"]
    assert built["fresh"]
    assert built["failed"] is None
    assert engines(tmp_path, "build", "--target", "89") == 0
    assert "was there" in capsys.readouterr().out
    assert engines(tmp_path, "check", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)["engines"]
    assert (one["standing"], one["engine_bytes"]) == ("good", built["engine_bytes"])
    assert engines(tmp_path, "check", "--set", "lens.width=640") == 1
    assert "changed since: profiles" in " ".join(capsys.readouterr().out.split())
    assert engines(tmp_path, "clean", "--all", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["engines"]) == 1
    assert engines(tmp_path, "list") == 0
    assert "no engines" in capsys.readouterr().out


def test_the_command_says_what_is_wrong_and_how_to_put_it_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert engines(tmp_path, "build") == 1
    assert "vernissage: no engine can be built here: " in capsys.readouterr().err
    assert engines(tmp_path, "list", "--set", "style.runtime=abacus") == 2
    assert "[style] runtime" in capsys.readouterr().err
    model = tmp_path / "mine.onnx"
    assert engines(tmp_path, "build", "--target", "89", "--set", f"style.model={model}") == 1
    assert "expected a model file in fp16" in capsys.readouterr().err
