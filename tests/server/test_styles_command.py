"""`vernissage styles`, as somebody at a terminal uses it."""

import json
import shutil
import sys

import cv2
import numpy as np
import pytest

from exhibit.exhibition import demo_file
from models.style.library import read_library
from models.style.model import SIZES
from models.style.shelf import Shelf
from models.style.style_sheet import CAPTION_PX, COLUMNS, MARGIN_PX, PHOTO_PX
from models.style.table import StyleTable
from models.training.scenes import draw_scene
from server.cli import styles
from server.cli.main import main


@pytest.fixture
def command(tmp_path, capsys):
    """Run a subcommand on a state folder of its own; returns its exit status and what it said."""

    def run(*words):
        status = main(["styles", *words, "--state", str(tmp_path / "state")])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def painting(tmp_path):
    path = tmp_path / "work.png"
    cv2.imwrite(str(path), draw_scene("valley", 400, 300)[:, :, ::-1])
    return path


@pytest.fixture
def added(monkeypatch):
    """What would be fitted, fitted at once."""
    orders = []
    score = {"verdict": "good", "manner": 0.9, "content": 0.5, "total": 1.0, "flicker": 0.4, "seconds": 100.0}

    def add_apart(order, progress, cancelled=None):
        orders.append(order)
        progress("fine: fitting", 0.5)
        return {"id": order.id, "score": {"fine": score}}

    monkeypatch.setattr("models.adding.add_apart", add_apart)
    return orders


def test_all_styles_are_listed_with_whose_they_are(command):
    status, out, _ = command("list", "--json")
    listed = json.loads(out)["styles"]
    assert status == 0
    assert [style["id"] for style in listed] == [style.id for style in read_library()]
    assert {style["origin"] for style in listed} == {"shipped"}
    assert all(style["licence"].startswith("Public domain") for style in listed)


def test_the_list_can_be_read_by_a_person(command):
    status, out, _ = command("list")
    assert status == 0
    assert "Vincent van Gogh" in out


def test_a_painting_is_added_under_an_id_made_of_its_name(command, painting, added):
    status, out, _ = command("add", str(painting), "--name", "My Valley", "--painter", "Anna", "--year", "2020")
    assert status == 0
    assert (added[0].id, added[0].painter, added[0].year, added[0].sizes) == (
        "my_valley",
        "Anna",
        2020,
        ("fine", "swift"),
    )
    assert "my_valley is there" in out
    assert "90% of the way to the painting's manner" in out


def test_what_was_added_is_said_in_json(command, painting, added):
    status, out, _ = command("add", str(painting), "--name", "Valley", "--json")
    assert status == 0
    assert json.loads(out)["score"]["fine"]["verdict"] == "good"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "nowhere.jpg", "--name", "Valley"), "nowhere.jpg: cannot be read: No such file or directory"),
        (("add", "nowhere.jpg", "--name", "Scream"), "the style scream ships already; give another --id"),
        (("add", "nowhere.jpg", "--name", "\u9ec4\u660f"), "expected an id of small letters"),
        (("remove", "scream"), "styles that ship cannot be removed"),
        (("remove", "dada"), "expected an added style (none), got 'dada'"),
        (("preview", "dada"), "expected a style of starry_night"),
        (("preview", "scream", "--out", "scream.gif"), "expected the name of a .jpg or .png"),
        (("preview", "scream", "--photo", "nowhere.jpg"), "nowhere.jpg: expected a picture"),
        (("score", "scream"), "expected --painting, the painting that it is after"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_changes_nothing(words, sentence, command, tmp_path):
    status, out, err = command(*words)
    assert (status, out) == (1, "")
    assert err.startswith("vernissage: ")
    assert err.count("\n") == 1
    assert sentence in err
    assert not (tmp_path / "state").exists()


@pytest.fixture
def dusk(tmp_path):
    """A style that was added: the rows of the first that ships under another name."""
    with Shelf(tmp_path / "state" / "styles").draft("dusk") as folder:
        for size, onnx in SIZES.items():
            table = StyleTable.load(onnx.with_suffix(".safetensors"))
            StyleTable(("dusk",), table.rows[:1], table.network).save(folder / f"{size}.safetensors")
        said = {
            "id": "dusk",
            "name": {"en": "Dusk"},
            "painter": "Anna",
            "year": 1908,
            "painting": "D",
            "licence": "Ours.",
        }
        (folder / "style.json").write_text(json.dumps(said), encoding="utf-8")
        (folder / "dusk.jpg").write_bytes(b"picture")
    return tmp_path / "state" / "styles" / "dusk"


def offering(style, tmp_path):
    """The demo, its first station with one more style on offer."""
    folder = shutil.copytree(demo_file().parent, tmp_path / "exhibition")
    file = folder / "exhibition.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"starry_night",', f'"starry_night", "{style}",', 1))
    return "--set", f"exhibition.file={file}"


def test_a_style_that_a_station_offers_is_not_removed(command, dusk, tmp_path):
    status, _, err = command("remove", "dusk", *offering("dusk", tmp_path))
    assert (status, err.count("\n")) == (1, 1)
    assert "dusk: expected a style that no station offers, it is offered at harbour" in err
    assert dusk.is_dir()


def test_a_style_that_no_station_offers_is_removed(command, dusk):
    status, out, _ = command("remove", "dusk", "--json")
    assert (status, json.loads(out)) == (0, {"removed": "dusk"})
    assert not dusk.exists()


def test_without_its_store_a_style_is_not_removed(command, dusk, tmp_path):
    (tmp_path / "state" / "store.db").write_bytes(b"not a database, but something else of more than a few bytes")
    status, _, err = command("remove", "dusk")
    assert (status, err.count("\n")) == (1, 1)
    assert "store.db" in err
    assert dusk.is_dir()


@pytest.mark.parametrize("option", [("--minutes", "0"), ("--batch", "0")])
def test_a_training_of_no_time_or_no_picture_is_refused(option, command, capsys):
    files = [word for name in ("paintings", "photos", "perceptual", "out") for word in (f"--{name}", "x")]
    with pytest.raises(SystemExit):
        command("train", "--size", "swift", *files, *option)
    assert f"{option[0]}: expected" in capsys.readouterr().err


def test_without_torch_it_is_said_what_to_install(command, painting, monkeypatch):
    monkeypatch.delitem(sys.modules, "models.training.judging", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    status, _, err = command("score", "scream", "--painting", str(painting))
    assert (status, err) == (1, "vernissage: this needs torch: pip install 'vernissage[torch]'\n")


def test_whoever_interrupts_a_training_is_told_how_it_goes_on(command, tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="training needs torch: pip install 'vernissage[train]'")

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("models.training.train_style.run", interrupted)
    files = [word for name in ("paintings", "photos", "perceptual", "out") for word in (f"--{name}", str(tmp_path))]
    status, _, err = command("train", "--size", "swift", *files)
    assert (status, err) == (130, "vernissage: interrupted; the same command goes on from the last checkpoint\n")


def test_somebody_who_interrupts_is_told_that_nothing_was_kept(command, painting, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("models.adding.add_apart", interrupted)
    status, _, err = command("add", str(painting), "--name", "Valley")
    assert status == 130
    assert "nothing was kept" in err


def test_a_style_is_previewed_on_photos(command, tmp_path):
    out = tmp_path / "seen.png"
    status, said, _ = command("preview", "great_wave", "--size", "swift", "--out", str(out), "--json")
    assert status == 0
    assert json.loads(said) == {"id": "great_wave", "size": "swift", "preview": str(out)}
    assert cv2.imread(str(out)).shape == (720, 3 * 480, 3)


@pytest.mark.slow
def test_without_an_id_every_style_is_on_one_sheet(command, tmp_path):
    out = tmp_path / "styles.jpg"
    status, said, _ = command("preview", "--size", "swift", "--out", str(out), "--json")
    assert status == 0
    assert json.loads(said) == {"id": None, "size": "swift", "preview": str(out)}
    sheet = cv2.imread(str(out)).astype(int)
    cells = 1 + len(read_library())
    left, top = MARGIN_PX, MARGIN_PX
    strip, down = 3 * PHOTO_PX[0] + MARGIN_PX, PHOTO_PX[1] + CAPTION_PX + MARGIN_PX
    assert sheet.shape == (top + -(-cells // COLUMNS) * down, left + COLUMNS * strip, 3)
    first, second = (sheet[top : top + PHOTO_PX[1], at : at + PHOTO_PX[0]] for at in (left, left + strip))
    assert np.abs(first - second).mean() > 10, "the photo, and the same painted"


def test_a_style_is_judged_against_a_painting(command, painting):
    pytest.importorskip("torch", reason="judging needs torch: pip install 'vernissage[torch]'")
    status, out, _ = command("score", "scream", "--size", "swift", "--painting", str(painting), "--json")
    assert status == 0
    found = json.loads(out)
    assert set(found) == {"id", "size", "verdict", "manner", "content", "total", "flicker"}
    assert 0 < found["flicker"] < 3


def test_training_says_what_it_lacks(command, tmp_path):
    pytest.importorskip("torch", reason="training needs torch: pip install 'vernissage[train]'")
    folders = ("--paintings", str(tmp_path), "--photos", str(tmp_path), "--perceptual", str(tmp_path / "none"))
    status, _, err = command("train", "--size", "swift", *folders, "--out", str(tmp_path / "run"))
    assert status == 1
    assert "vernissage: " in err
    assert len(err.splitlines()) == 1


def test_every_action_can_answer_in_json():
    assert set(styles._ACTIONS) == set(styles._IN_WORDS) == {"list", "add", "remove", "preview", "score", "train"}
