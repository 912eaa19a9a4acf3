"""Which network an ONNX file is."""

import pytest
from generate.model_folders import write_folder

from models.catalogue import model_of
from models.errors import EngineError, FolderError
from models.generate.shelf import SHIPPED_FOLDER
from models.style.model import SHIPPED_MODEL


def test_a_file_of_somebodys_own_is_a_style_network(tmp_path):
    assert model_of(SHIPPED_MODEL).output.name == "painted"
    assert model_of(tmp_path / "own.onnx").name == "own"


@pytest.mark.parametrize(
    ("file", "name", "output"),
    [
        ("text_encoder/model.onnx", "pigment-text_encoder-model", "embeddings"),
        ("unet/model.onnx", "pigment-unet-model", "estimate"),
        ("vae/decoder.onnx", "pigment-vae-decoder", "pictures"),
        ("vae/encoder.onnx", "pigment-vae-encoder", "latents"),
    ],
)
def test_a_file_in_a_generators_folder_is_a_part_with_its_weights(file, name, output):
    part = model_of(SHIPPED_FOLDER / file)
    assert (part.name, part.output.name) == (name, output)
    assert [weights.parent for weights in part.weights] == [part.onnx.parent]
    assert all(weights.is_file() for weights in part.weights)


def test_a_path_from_where_one_stands_names_the_same_part(tmp_path, monkeypatch):
    write_folder(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path / "tiny")
    assert model_of(tmp_path / "tiny/unet/model.onnx").name == "tiny-unet-model"
    from pathlib import Path

    assert model_of(Path("unet/model.onnx")).name == "tiny-unet-model"


def test_a_file_that_is_no_part_is_refused_with_those_there_are(tmp_path):
    folder = write_folder(tmp_path / "tiny")
    with pytest.raises(EngineError, match=r"expected a part of tiny, .*unet/model.onnx, .*, got unet/other.onnx"):
        model_of(folder / "unet/other.onnx")


def test_a_part_whose_weights_are_missing_is_refused(tmp_path):
    folder = write_folder(tmp_path / "tiny")
    (folder / "unet/diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(FolderError, match="expected the weights unet/"):
        model_of(folder / "unet/model.onnx")
