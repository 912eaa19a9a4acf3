"""A painting becomes a style in a process of its own; cancelled or failed, it leaves nothing."""

import json
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import pytest

pytest.importorskip("torch", reason="fitting needs torch: pip install 'vernissage[torch]'")

from models import adding
from models.adding import AddOrder, add_apart
from models.errors import FitError, LibraryError, PaintingError
from models.style.collection import collect
from models.style.model import SIZES
from models.style.shelf import Shelf
from models.training.scenes import draw_scene


@pytest.fixture
def order(tmp_path):
    picture = tmp_path / "work.png"
    cv2.imwrite(str(picture), draw_scene("valley", 400, 300)[:, :, ::-1])
    return AddOrder(str(picture), str(tmp_path / "styles"), "valley", "Valley", "Anna", 2020, steps=1)


def unheard(doing, share):
    pass


def left(order):
    folder = Path(order.shelf)
    return [path.name for path in folder.iterdir()] if folder.exists() else []


@pytest.mark.parametrize(
    "sizes",
    [pytest.param(("swift",), marks=pytest.mark.slow), pytest.param(("fine", "swift"), marks=pytest.mark.slow)],
    ids=len,
)
def test_a_painting_becomes_a_style_with_a_preview_and_marks(order, sizes):
    heard = []
    facts = add_apart(replace(order, sizes=sizes), lambda doing, share: heard.append((doing, share)))
    assert heard[0] == (f"{sizes[0]}: looking for the nearest style", 0.0)
    assert heard[-1][1] == 1.0
    assert set(facts["score"]) == set(sizes)
    assert facts["score"][sizes[0]]["verdict"] in {"good", "fair", "weak"}
    found = collect(Shelf(Path(order.shelf)), SIZES["swift"])
    assert [(style.id, style.painter, style.year) for style in found.added] == [("valley", "Anna", 2020)]
    folder = Path(order.shelf) / "valley"
    assert cv2.imread(str(folder / "preview.jpg")).shape == (480, 1280, 3)
    assert cv2.imread(str(folder / "painting.jpg")).shape == (300, 400, 3)
    assert (folder / "valley.jpg").stat().st_size < 8_000
    if len(sizes) == len(SIZES):  # one that a network cannot read yet may be learned anew
        with pytest.raises(LibraryError, match="is there already"):
            add_apart(order, unheard)


def test_a_style_that_is_cancelled_leaves_nothing(order):
    cancelled = threading.Event()
    with pytest.raises(FitError, match="valley: cancelled; nothing of it was kept"):
        add_apart(replace(order, steps=100_000), lambda doing, share: cancelled.set(), cancelled)
    assert left(order) == []


@pytest.mark.slow
def test_a_listener_that_fails_ends_the_child_too(order):
    def fail(doing, share):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        add_apart(replace(order, steps=100_000), fail)
    assert left(order) == []


def test_a_child_that_dies_is_said_and_leaves_nothing(order, monkeypatch):
    monkeypatch.setattr(adding.sys, "executable", "/bin/false")
    with pytest.raises(FitError, match="fitting ended with status 1; nothing was kept"):
        add_apart(order, unheard)
    assert left(order) == []


def test_without_torch_it_is_said_what_to_install(order, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "models.training.add_style", None)
    assert adding.main([json.dumps(asdict(order))]) == 1
    said = json.loads(capsys.readouterr().out)["vernissage"]
    assert "pip install 'vernissage[torch]'" in said["failed"]


def test_a_bad_painting_is_refused_before_anything_starts(order, tmp_path, monkeypatch):
    monkeypatch.setattr(adding.subprocess, "Popen", None)
    (tmp_path / "work.png").write_bytes(b"no picture")
    with pytest.raises(PaintingError, match="expected a picture"):
        add_apart(order, unheard)
    assert left(order) == []


def test_a_style_that_ships_is_not_added_once_more(order):
    with pytest.raises(LibraryError, match="the style scream ships already"):
        add_apart(replace(order, id="scream"), unheard)
    assert left(order) == []


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(order, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FitError, match="Not a directory"):
        add_apart(replace(order, shelf=str(tmp_path / "file" / "styles")), unheard)


def test_a_style_without_a_name_is_refused(order):
    with pytest.raises(FitError, match="expected a name that visitors can read"):
        add_apart(replace(order, name="  "), unheard)
