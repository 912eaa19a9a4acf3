"""The styles that a gallery added: written whole or not at all, read with those that ship, left out when outdated."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from models.errors import LibraryError
from models.style.collection import collect
from models.style.engine import open_best_painter
from models.style.library import read_library
from models.style.model import SHIPPED_MODEL, SIZES
from models.style.shelf import Shelf, id_of
from models.style.table import StyleTable

SHIPPED_TABLE = StyleTable.load(SHIPPED_MODEL.with_suffix(".safetensors"))


def put(shelf, id_="dusk", network=None, year=1908, over=False):
    """A style whose rows are those of the first that ships."""
    with shelf.draft(id_, over=over) as folder:
        for size, onnx in SIZES.items():
            table = StyleTable.load(onnx.with_suffix(".safetensors"))
            StyleTable((id_,), table.rows[:1], network or table.network).save(folder / f"{size}.safetensors")
        facts = {
            "id": id_,
            "name": {"en": "Dusk"},
            "painter": "Anna",
            "year": year,
            "painting": "Dusk",
            "licence": "Ours.",
        }
        (folder / "style.json").write_text(json.dumps(facts), encoding="utf-8")
        (folder / f"{id_}.jpg").write_bytes(b"picture")


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "styles")


def test_a_shelf_that_was_never_used_is_empty(shelf):
    assert shelf.ids() == ()
    assert collect(shelf).usable == read_library()


def test_an_added_style_comes_after_those_that_ship(shelf):
    put(shelf)
    found = collect(shelf)
    assert [style.id for style in found.added] == ["dusk"]
    assert found.usable[-1].painter == "Anna"
    table, outdated = shelf.table("fine", SHIPPED_TABLE)
    assert table.ids == (*SHIPPED_TABLE.ids, "dusk")
    assert np.array_equal(table.row("dusk"), SHIPPED_TABLE.rows[0])
    assert outdated == ()


def test_an_added_style_is_painted_in_by_the_very_graph_that_ships(shelf):
    put(shelf)
    painter = open_best_painter("openvino", shelf=shelf).painter
    frame = np.random.default_rng(0).integers(0, 256, (1, 48, 64, 3), dtype=np.uint8)
    weights, one = np.zeros((2, 1, len(painter.styles)), np.float32), np.ones(1, np.float32)
    weights[0, 0, 0] = weights[1, 0, painter.styles.index("dusk")] = 1
    assert np.array_equal(*(painter.paint(frame, mix, one) for mix in weights))
    painter.close()


def test_a_style_of_another_network_is_left_out_and_said(shelf, caplog):
    put(shelf, network="0123456789abcdef")
    found = collect(shelf)
    assert (found.added, [style.id for style in found.outdated]) == ((), ["dusk"])
    painter = open_best_painter("openvino", shelf=shelf).painter
    assert "dusk" not in painter.styles
    assert "the style dusk was fitted to another network: add its painting again" in caplog.text
    painter.close()


def test_a_draft_that_fails_leaves_nothing(shelf):
    with pytest.raises(RuntimeError), shelf.draft("dusk") as folder:
        (folder / "half.txt").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert list(shelf.folder.iterdir()) == []


def test_what_a_killed_process_left_is_no_style_and_is_swept_by_the_next(shelf):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (f"dusk.{gone.pid}.part", f"_dawn.{gone.pid}.part"):
        (shelf.folder / name).mkdir(parents=True)
    assert shelf.ids() == ()
    put(shelf, "noon")
    assert [path.name for path in shelf.folder.iterdir()] == ["noon"]


def test_of_two_who_draft_one_style_the_second_is_refused_and_the_first_stays_whole(shelf, monkeypatch):
    with pytest.raises(LibraryError, match="the style dusk is there already"), shelf.draft("dusk"):
        monkeypatch.setattr("models.whole_folder.os.getpid", os.getppid)
        put(shelf)
    assert [path.name for path in shelf.folder.iterdir()] == ["dusk"]
    assert [style.id for style in shelf.styles()] == ["dusk"]


def test_a_style_may_take_the_place_of_one_that_is_outdated(shelf):
    put(shelf, network="0123456789abcdef")
    put(shelf, over=True)
    assert [style.id for style in collect(shelf).added] == ["dusk"]
    assert [path.name for path in shelf.folder.iterdir()] == ["dusk"]


def test_a_style_whose_id_ships_since_is_left_out(shelf):
    put(shelf, "scream")
    found = collect(shelf)
    assert [style.id for style in found.outdated] == ["scream"]
    assert [style.id for style in found.usable].count("scream") == 1
    assert shelf.table("fine", SHIPPED_TABLE)[0].ids == SHIPPED_TABLE.ids


def test_a_model_of_one_s_own_offers_what_its_table_holds(shelf, tmp_path):
    put(shelf)
    StyleTable(SHIPPED_TABLE.ids[:2], SHIPPED_TABLE.rows[:2]).save(tmp_path / "mine.safetensors")
    found = collect(shelf, tmp_path / "mine.onnx")
    assert [style.id for style in found.usable] == list(SHIPPED_TABLE.ids[:2])
    assert [style.id for style in found.outdated] == ["dusk"]


def test_a_style_is_removed_whole(shelf):
    put(shelf)
    shelf.remove("dusk")
    assert list(shelf.folder.iterdir()) == []


def test_a_style_that_ships_cannot_be_removed(shelf):
    with pytest.raises(LibraryError, match=r"expected an added style \(none\), got 'scream'"):
        shelf.remove("scream")


@pytest.mark.parametrize("id_", ["", "Dusk", "a/b", "..", "dusk.part", "x" * 41])
def test_an_id_that_cannot_be_a_folder_is_refused(id_, shelf):
    with pytest.raises(LibraryError, match="expected an id of small letters"), shelf.draft(id_):
        pass
    assert not shelf.folder.exists()


def test_an_id_that_is_taken_is_refused(shelf):
    put(shelf)
    with pytest.raises(LibraryError, match="the style dusk is there already"):
        put(shelf)
    assert shelf.ids() == ("dusk",)


@pytest.mark.parametrize(
    ("content", "sentence"), [("{", "is not JSON"), ("[]", "expected an object"), ("{}", "a style lacks 'id'")]
)
def test_facts_that_cannot_be_read_are_named(content, sentence, shelf):
    put(shelf)
    (shelf.folder / "dusk" / "style.json").write_text(content, encoding="utf-8")
    with pytest.raises(LibraryError, match=f"style.json.*{sentence}"):
        shelf.styles()


def test_an_id_is_made_of_a_name():
    assert id_of("Dusk, 1908: a study") == "dusk_1908_a_study"
    assert id_of("\u9ec4\u660f") == ""
