"""A stranger's folder, with whatever may be wrong with it."""

import json
import os

import numpy as np
import pytest
from model_folders import write_folder
from safetensors.numpy import save_file

from models.errors import FolderError
from models.generate.folder import LARGEST_JSON_BYTES, find_weights, read_folder
from models.generate.settings import Settings, read_facts
from models.generate.tensors import LARGEST_HEADER_BYTES, TensorFile

UNET = "unet/diffusion_pytorch_model.safetensors"


def test_a_whole_folder_is_understood(tmp_path):
    folder = read_folder(write_folder(tmp_path))
    assert [(text.name, text.width, text.length) for text in folder.texts] == [("text_encoder", 8, 6)]
    assert (folder.denoiser.channels, folder.denoiser.side, folder.latent.factor) == (4, 8, 4)
    assert Settings.read(folder) == Settings((32, 32), 3, 1.0)
    assert read_facts(tmp_path).licence == "MIT"


def refused(path, said):
    with pytest.raises(FolderError, match=said):
        read_folder(path)


@pytest.mark.parametrize(
    "missing",
    [
        *("model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json", "unet/config.json"),
        *("vae/config.json", UNET, "text_encoder/model.safetensors", "vae/diffusion_pytorch_model.safetensors"),
    ],
)
def test_a_part_that_is_missing_is_named(tmp_path, missing):
    (write_folder(tmp_path) / missing).unlink()
    refused(tmp_path, f"{missing}.* missing")


def test_a_folder_that_is_none_is_refused(tmp_path):
    refused(tmp_path / "nowhere", "found none at")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"index": {"_class_name": "FluxPipeline"}}, "got 'FluxPipeline'"),
        ({"index": {"transformer": ["diffusers", "SD3Transformer2DModel"]}}, "expected a UNet, got .*SD3"),
        ({"index": {"unet": ["custom", "EvilNet"]}}, "unet: expected UNet2DConditionModel, got 'EvilNet'"),
        ({"index": {"vae": ["diffusers", "VQModel"]}}, "AutoencoderKL or AutoencoderTiny, got 'VQModel'"),
        ({"index": {"text_encoder": "CLIPTextModel"}}, "expected the part text_encoder"),
        ({"index": {"text_encoder_2": ["transformers", "T5"]}}, "CLIPTextModelWithProjection, got 'T5'"),
        ({"scheduler": {"_class_name": "PNDMScheduler"}}, "got 'PNDMScheduler'"),
        ({"unet": {"in_channels": 9}}, "unet: expected conv_in.weight to begin with \\(8, 9\\)"),
        ({"unet": {"out_channels": 8}}, "unet: expected conv_out.weight"),
        ({"unet": {"cross_attention_dim": 768}}, "attn2.to_k.weight to begin with \\(8, 768\\)"),
        ({"unet": {"cross_attention_dim": [8, 8]}}, "a number for cross_attention_dim"),
        ({"unet": {"block_out_channels": []}}, "a list of numbers for block_out_channels"),
        ({"unet": {"class_embed_type": "timestep"}}, "one without class_embed_type"),
        ({"unet": {"addition_embed_type": "image"}}, "text_time or none, got 'image'"),
        ({"unet": {"sample_size": 10**9}}, "a number for sample_size"),
        ({"text": {"hidden_size": 16}}, "token_embedding.weight to begin with"),
        ({"text": {"max_position_embeddings": 77}}, "position_embedding.weight to begin with"),
        ({"vae": {"latent_channels": 16}}, "vae: expected decoder.layers.0.weight"),
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path, changes, said):
    refused(write_folder(tmp_path, **changes), said)


def test_latents_and_unet_have_to_have_as_many_channels(tmp_path):
    write_folder(tmp_path, vae={"latent_channels": 5})
    tensors = {"decoder.layers.0.weight": np.zeros((8, 5, 3, 3), np.float16)}
    save_file(tensors, tmp_path / "vae/diffusion_pytorch_model.safetensors")
    refused(tmp_path, "have as many channels, got 4, 4 and 5")


@pytest.mark.parametrize("suffix", [".bin", ".pt", ".ckpt", ".pkl", ".pickle"])
def test_a_part_that_is_a_pickle_is_refused(tmp_path, suffix):
    path = write_folder(tmp_path) / UNET
    path.rename(path.with_suffix(suffix))
    refused(tmp_path, "unet: expected safetensors, got .*, a pickle")


def test_a_pickle_beside_safetensors_is_not_looked_at(tmp_path):
    (write_folder(tmp_path) / "unet/diffusion_pytorch_model.bin").write_bytes(b"cos\nsystem\n")
    read_folder(tmp_path)


def test_half_precision_is_taken_where_there_are_both(tmp_path):
    path = write_folder(tmp_path) / UNET
    half = path.with_name("diffusion_pytorch_model.fp16.safetensors")
    half.write_bytes(path.read_bytes())
    assert find_weights(tmp_path, "unet") == half


def test_weights_in_several_files_are_refused_with_what_to_do(tmp_path):
    path = write_folder(tmp_path) / UNET
    path.rename(path.with_name("diffusion_pytorch_model-00001-of-00002.safetensors"))
    path.with_name("diffusion_pytorch_model.safetensors.index.json").write_text("{}")
    refused(tmp_path, "in several: bring the fp16 ones")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_out_of_the_folder_is_refused(tmp_path):
    path = write_folder(tmp_path / "model") / UNET
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    refused(tmp_path / "model", "a link out of the folder")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"a": ' * 50_000, "\x00"])
def test_an_index_that_is_no_object_is_refused(tmp_path, text):
    (write_folder(tmp_path) / "model_index.json").write_text(text)
    refused(tmp_path, "model_index.json")


def test_an_index_that_is_too_large_is_not_read(tmp_path):
    (write_folder(tmp_path) / "model_index.json").write_text(" " * (LARGEST_JSON_BYTES + 1))
    refused(tmp_path, "at most 1000000 bytes")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"width": 30}, "a width and height that 8 divides"),
        ({"width": 10**6}, "a width from 1 to 2048"),
        ({"steps": 0}, "a steps from 1 to 100"),
        ({"steps": "many"}, "got 'many'"),
        ({"guidance": "strong"}, "a guidance from 0 to 30"),
    ],
)
def test_settings_out_of_range_are_refused(tmp_path, record, said):
    (write_folder(tmp_path) / "vernissage.json").write_text(json.dumps(record))
    with pytest.raises(FolderError, match=said):
        Settings.read(read_folder(tmp_path))


def test_facts_without_a_licence_are_refused(tmp_path):
    (write_folder(tmp_path) / "vernissage.json").write_text('{"name": "x"}')
    with pytest.raises(FolderError, match="expected a licence"):
        read_facts(tmp_path)


def headed(path, header, data=b""):
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(content).to_bytes(8, "little") + content + data)
    return path


def test_a_header_tells_where_each_tensor_lies(tmp_path):
    array = np.arange(6, dtype=np.float16).reshape(2, 3)
    save_file({"a": array, "b": np.zeros(3, np.float32)}, tmp_path / "x")
    place = TensorFile.read(tmp_path / "x").places["a"]
    assert (place.dtype, place.shape) == ("F16", (2, 3))
    content = (tmp_path / "x").read_bytes()[place.offset : place.offset + place.length]
    assert np.array_equal(np.frombuffer(content, np.float16).reshape(2, 3), array)


@pytest.mark.parametrize("lost", [1, 10, 100])
def test_a_truncated_file_is_cut_short(tmp_path, lost):
    path = write_folder(tmp_path) / UNET
    path.write_bytes(path.read_bytes()[:-lost])
    refused(tmp_path, "is cut short: expected")


PLACE = {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}


@pytest.mark.parametrize(
    ("header", "data", "said"),
    [
        (b"no json", b"", "its header is not JSON"),
        (b"[" * 50_000, b"", "its header is not JSON"),
        ({"a": PLACE}, b"12345", "bytes that belong to no tensor"),
        ({"a": PLACE | {"dtype": "F13"}}, b"1234", "does not say what a is"),
        ({"a": PLACE | {"shape": [3]}}, b"1234", "contradicts itself"),
        ({"a": PLACE | {"shape": [-1, -2]}}, b"1234", "contradicts itself"),
        ({"a": PLACE | {"shape": [2.0]}}, b"1234", "contradicts itself"),
        ({"a": PLACE | {"data_offsets": [4]}}, b"1234", "does not say what a is"),
        ({"a": PLACE | {"data_offsets": [-4, 0]}}, b"1234", "contradicts itself"),
        ({"a": 5}, b"", "does not say what a is"),
    ],
)
def test_a_header_that_lies_is_refused(tmp_path, header, data, said):
    with pytest.raises(FolderError, match=said):
        TensorFile.read(headed(tmp_path / "x.safetensors", header, data))


@pytest.mark.parametrize("content", [b"", b"1234", (LARGEST_HEADER_BYTES + 1).to_bytes(8, "little"), b"\xff" * 20])
def test_what_is_no_safetensors_file_is_refused(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FolderError):
        TensorFile.read(tmp_path / "x")
