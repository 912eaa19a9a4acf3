"""`vernissage targets` tells a curator which artworks can be tracked, and why one cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from exhibit.exhibition import demo_file
from server.cli.main import main
from server.cli.shown import read_shown
from server.config import Config, ExhibitionConfig, ServerConfig


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A copy of the demo exhibition, to be spoiled."""
    return Path(shutil.copytree(demo_file().parent, tmp_path / "exhibition"))


def targets(folder: Path, *options: str) -> int:
    state = str(folder.parent / "state")
    return main(["targets", "--state", state, "--set", f"exhibition.file={folder / 'exhibition.toml'}", *options])


def test_the_demo_can_be_tracked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert targets(folder, "--json") == 0
    stations = json.loads(capsys.readouterr().out)["stations"]
    every = ["harbour", "valley", "still_life", "portrait", "street", "garden"]
    assert [station["id"] for station in stations] == every
    assert all(station["score"] >= 70 and not station["remarks"] for station in stations)


def test_a_poor_picture_comes_with_its_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cv2.imwrite(str(folder / "valley.jpg"), np.full((600, 800, 3), 200, np.uint8))
    assert targets(folder, "--json") == 0
    valley = json.loads(capsys.readouterr().out)["stations"][1]
    assert valley["score"] == 0
    assert [remark["code"] for remark in valley["remarks"]] == ["little_texture"]
    assert "too little texture" in valley["remarks"][0]["sentence"]


@pytest.mark.slow
def test_the_table_is_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert targets(folder) == 0
    table = capsys.readouterr().out
    assert "harbour" in table
    assert "good" in table


def test_a_damaged_picture_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "street.jpg").write_bytes(b"\xff\xd8\xff but no more")
    assert targets(folder) == 1
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert "street.jpg: " in complaint


def test_a_picture_that_was_damaged_since_is_named_by_its_station(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state, file = str(folder.parent / "state"), str(folder / "exhibition.toml")
    (shown,) = read_shown(Config(server=ServerConfig(state=state), exhibition=ExhibitionConfig(file))).exhibitions
    shown.picture(shown.stations[4]).write_bytes(b"\xff\xd8\xff but no more")
    assert targets(folder) == 1
    complaint = capsys.readouterr().err
    assert "station street: " in complaint
    assert "cannot be read as a picture" in complaint
