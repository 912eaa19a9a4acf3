"""Targets: made in the background when first asked for, kept on disk, and made anew where that is damaged."""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

import server.worker.targets
from exhibit.track.target import Target, TrackError, compile_target
from server.worker.targets import Targets, keep, load_target

WAIT_S = 60.0


@pytest.fixture(scope="module")
def compiled() -> Target:
    noise = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 256, (96, 128, 3), np.uint8), (0, 0), 1.5)
    return compile_target(np.asarray(noise, np.uint8))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "wall.png"
    cv2.imwrite(str(path), np.zeros((64, 64, 3), np.uint8))
    return path


class Compiler:
    """Counts what it compiles, and waits until it may."""

    def __init__(self, target: Target, *, waits: bool = False) -> None:
        self.target, self.compiled = target, 0
        self.may = threading.Event()
        if not waits:
            self.may.set()

    def __call__(self, picture: Path) -> Target:
        assert self.may.wait(WAIT_S)
        if not picture.is_file():
            raise TrackError("it is not there")
        self.compiled += 1
        return self.target


def test_nobody_waits_for_a_target_that_is_being_made(picture: Path, compiled: Target) -> None:
    compiler = Compiler(compiled, waits=True)
    targets = Targets(picture.parent, None, compiler)
    assert [targets.target("wall.png"), targets.target("wall.png"), targets.target("missing.png")] == [None] * 3
    compiler.may.set()
    assert targets.of(["wall.png", "missing.png"]) == {"wall.png": compiled}
    assert targets.target("wall.png") is compiled and compiler.compiled == 1


def test_of_too_many_targets_the_one_that_nobody_looked_for_longest_is_let_go(
    picture: Path, compiled: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.worker.targets, "KEPT", 2)
    for name in ("second.png", "third.png"):
        shutil.copy(picture, picture.parent / name)
    targets = Targets(picture.parent, None, Compiler(compiled))
    assert targets.of(["wall.png", "second.png"]).keys() == {"wall.png", "second.png"}
    targets.target("wall.png")
    assert targets.of(["third.png"]) == {"third.png": compiled}
    assert targets.target("wall.png") is compiled
    assert targets.target("second.png") is None, "it is made anew"


def test_a_target_is_compiled_once_and_found_on_disk_from_then_on(
    picture: Path, tmp_path: Path, compiled: Target
) -> None:
    folder, compiler = tmp_path / "targets", Compiler(compiled)
    first = load_target(picture, folder, compiler)
    again = load_target(picture, folder, compiler)
    assert compiler.compiled == 1
    assert again.to_bytes() == first.to_bytes()
    assert [path.suffix for path in folder.iterdir()] == [".npz"], "no draft is left"


def test_another_picture_of_the_same_name_is_another_target(picture: Path, tmp_path: Path, compiled: Target) -> None:
    compiler = Compiler(compiled)
    load_target(picture, tmp_path / "targets", compiler)
    cv2.imwrite(str(picture), np.full((64, 64, 3), 9, np.uint8))
    load_target(picture, tmp_path / "targets", compiler)
    assert compiler.compiled == 2


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"not a target", None])
def test_a_damaged_target_is_made_anew_and_said(
    picture: Path, tmp_path: Path, compiled: Target, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    folder, compiler = tmp_path / "targets", Compiler(compiled)
    load_target(picture, folder, compiler)
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    load_target(picture, folder, compiler)
    assert compiler.compiled == 2 and kept.read_bytes() == whole
    assert "wall.png is compiled anew" in caplog.text


def test_a_picture_that_cannot_be_tracked_is_said_once_and_troubles_no_other(
    picture: Path, tmp_path: Path, compiled: Target, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG")

    strange = tmp_path / "strange.png"
    strange.write_bytes(b"\x89PNG strange")

    def compile_(path: Path) -> Target:
        if path == broken:
            raise TrackError("it is no picture")
        if path == strange:
            raise RuntimeError("the compiler stumbled")
        return compiled

    targets = Targets(tmp_path, tmp_path / "targets", compile_)
    names = ["broken.png", "strange.png", "missing.png", "wall.png"]
    with caplog.at_level(logging.ERROR):
        assert targets.of(names) == {"wall.png": compiled}
        assert targets.of(names) == {"wall.png": compiled}
    for said in ("broken.png cannot be tracked: it is no picture", "missing.png cannot", "strange.png cannot"):
        assert caplog.text.count(said) == 1
    assert "RuntimeError: the compiler stumbled" in caplog.text


def test_without_room_on_the_disk_targets_are_only_not_kept(
    picture: Path, tmp_path: Path, compiled: Target, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "targets"
    in_the_way.write_bytes(b"")
    keep(in_the_way / "a.npz", b"target")
    assert "is not kept" in caplog.text
