"""Models that a gallery brings: onto the shelf whole, or not at all. The graphs are written in test_export.py."""

import json

import pytest
from model_folders import write_folder
from model_shelves import added

from models.errors import EngineError, FolderError, LibraryError, ModelError
from models.generate import adding
from models.generate.shelf import SHIPPED, check_files, name_of

CARD = "---\nlicense: other\nlicense_name: sai-nc-community\ntags:\n- x\n---\n# A model\n"

pytestmark = pytest.mark.usefixtures("graphs")


def test_a_model_stands_on_the_shelf_with_what_has_to_be_known_of_it(shelf, source):
    record = added(shelf, source, title="Turbo", steps=1, guidance=0.0, training_data="pictures")
    assert shelf.names() == ("sd-turbo",)
    assert record == shelf.record("sd-turbo")
    known = {"title": "Turbo", "licence": "MIT", "steps": 1, "guidance": 0.0, "training_data": "pictures"}
    assert {name: record[name] for name in known} == known
    assert not record["non_commercial"]
    assert record["origin"] == "SD Turbo"
    assert check_files(shelf.path("sd-turbo")) == len(record["files"]) == 12


def test_only_what_is_needed_is_copied(shelf, source):
    (source / "unet/diffusion_pytorch_model.bin").write_bytes(b"pickle")
    (source / "run.py").write_text("evil")
    (source / "text_encoder/modeling.py").write_text("evil")
    added(shelf, source)
    found = {path.suffix for path in shelf.path("sd-turbo").rglob("*") if path.is_file()}
    assert found == {".json", ".txt", ".safetensors", ".onnx"}


def test_the_licence_is_the_model_cards_and_says_whether_it_takes_commercial_use_out(shelf, source):
    (source / "README.md").write_text(CARD)
    record = added(shelf, source, licence="")
    assert (record["licence"], record["non_commercial"]) == ("sai-nc-community", True)


def test_without_a_licence_nothing_is_added(shelf, source):
    with pytest.raises(FolderError, match=r"expected a licence in its README.md, found none; give one with --licence"):
        added(shelf, source, licence=" ")
    assert shelf.names() == ()


def test_a_model_can_be_marked_non_commercial(shelf, source):
    assert added(shelf, source, non_commercial=True)["non_commercial"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"name": SHIPPED}, "ships already"),
        ({"name": "../x"}, "expected a name of small letters"),
        ({"name": "A"}, "expected a name of small letters"),
        ({"scheduler": "PNDMScheduler"}, "expected a scheduler of"),
        ({"size": (30, 32)}, "that 8 divides"),
        ({"steps": 1000}, "a steps from 1 to 100"),
    ],
)
def test_what_cannot_be_added_leaves_nothing(shelf, source, said, error):
    with pytest.raises(ModelError, match=error):
        added(shelf, source, **said)
    assert not shelf.folder.exists() or list(shelf.folder.iterdir()) == []


def test_a_name_that_is_taken_is_refused(shelf, source):
    added(shelf, source)
    with pytest.raises(LibraryError, match="is there already"):
        added(shelf, source)


def test_a_graph_that_cannot_be_written_leaves_nothing(shelf, source, monkeypatch):
    def fail(folder, progress):
        raise EngineError("no torch")

    monkeypatch.setattr(adding, "export_apart", fail)
    with pytest.raises(EngineError, match="no torch"):
        added(shelf, source)
    assert list(shelf.folder.iterdir()) == []


def test_another_scheduler_can_be_chosen_where_its_own_is_not_known(shelf, source):
    path = source / "scheduler/scheduler_config.json"
    path.write_text(json.dumps({"_class_name": "PNDMScheduler", "beta_schedule": "scaled_linear", "beta_end": 0.012}))
    with pytest.raises(FolderError, match="got 'PNDMScheduler'; choose one of them with --scheduler"):
        added(shelf, source)
    added(shelf, source, scheduler="DDIMScheduler")
    kept = json.loads((shelf.path("sd-turbo") / "scheduler/scheduler_config.json").read_text())
    assert (kept["_class_name"], kept["beta_end"]) == ("DDIMScheduler", 0.012)


def test_a_tiny_autoencoder_takes_the_place_of_a_large_one(shelf, source, tmp_path):
    tiny = write_folder(tmp_path / "other") / "vae"
    tiny.rename(tmp_path / "taesd")
    (source / "vae/diffusion_pytorch_model.safetensors").unlink()
    index = json.loads((source / "model_index.json").read_text()) | {"vae": ["diffusers", "AutoencoderKL"]}
    (source / "model_index.json").write_text(json.dumps(index))
    added(shelf, source, tiny_autoencoder=tmp_path / "taesd")
    assert json.loads((shelf.path("sd-turbo") / "model_index.json").read_text())["vae"][1] == "AutoencoderTiny"


def test_a_file_that_changed_since_is_found(shelf, source):
    added(shelf, source)
    (shelf.path("sd-turbo") / "unet/config.json").write_text("{}")
    with pytest.raises(FolderError, match=r"unet/config.json is not the file that was added"):
        check_files(shelf.path("sd-turbo"))
    (shelf.path("sd-turbo") / "unet/config.json").unlink()
    with pytest.raises(FolderError, match=r"unet/config.json, it is missing"):
        check_files(shelf.path("sd-turbo"))


def test_a_model_can_be_taken_away(shelf, source):
    added(shelf, source)
    shelf.remove("sd-turbo")
    assert shelf.names() == ()
    assert list(shelf.folder.iterdir()) == []
    with pytest.raises(LibraryError, match="the one that ships cannot be removed"):
        shelf.remove(SHIPPED)


def test_what_a_killed_process_left_is_swept(shelf, source):
    left = shelf.folder / "x.999999999.part"
    left.mkdir(parents=True)
    added(shelf, source)
    assert not left.exists()


@pytest.mark.parametrize(
    ("text", "name"), [("stabilityai/sd-turbo", "sd-turbo"), ("My Model (v2)", "my-model-v2"), ("x" * 60, "x" * 40)]
)
def test_a_name_is_made_of_a_repositorys(text, name):
    assert name_of(text) == name
