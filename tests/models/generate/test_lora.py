"""LoRAs, merged into the weights they were made for."""

import numpy as np
import pytest
from model_shelves import added
from safetensors.numpy import load_file, save_file

from models.errors import FolderError
from models.generate.lora import Lora

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("graphs")


def lora_of(path, layer, names=("lora_A.weight", "lora_B.weight"), alpha=None, width=8):
    down, up = np.ones((2, width), np.float32), np.full((8, 2), 0.5, np.float32)
    tensors = {f"{layer}.{names[0]}": down, f"{layer}.{names[1]}": up}
    save_file(tensors | ({} if alpha is None else {f"{layer}.alpha": np.array(alpha, np.float32)}), path)
    return path


BLOCK = "down_blocks.0.attentions.0.transformer_blocks.0.attn2"
KOHYA = ("lora_down.weight", "lora_up.weight")


@pytest.mark.parametrize(
    ("layer", "names", "alpha", "change"),
    [
        (f"unet.{BLOCK}.to_k", ("lora_A.weight", "lora_B.weight"), None, 1.0),
        (f"unet.{BLOCK}.to_k", ("lora.down.weight", "lora.up.weight"), None, 1.0),
        (f"unet.{BLOCK}.processor.to_k_lora", ("down.weight", "up.weight"), None, 1.0),
        (f"lora_unet_{BLOCK.replace('.', '_')}_to_k", KOHYA, 1.0, 0.5),
    ],
)
def test_a_lora_is_merged_into_the_weights_it_was_made_for(shelf, source, tmp_path, *, layer, names, alpha, change):
    file = "unet/diffusion_pytorch_model.safetensors"
    before = load_file(source / file)
    lora = Lora(lora_of(tmp_path / "x.safetensors", layer, names, alpha), 0.5)
    record = added(shelf, source, loras=(lora,))
    after = load_file(shelf.path("sd-turbo") / file)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {f"{BLOCK}.to_k.weight"}
    moved = after[f"{BLOCK}.to_k.weight"].astype(float) - before[f"{BLOCK}.to_k.weight"]
    assert moved == pytest.approx(np.full((8, 8), 0.5 * change), abs=2e-3)
    assert record["loras"] == [{"file": "x.safetensors", "scale": 0.5}]


@pytest.mark.parametrize("layer", [f"lora_unet_{BLOCK.replace('.', '_')}_to_out_0", f"unet.{BLOCK}.to_out"])
def test_the_output_of_an_attention_is_found_under_both_its_names(shelf, source, tmp_path, layer):
    names = KOHYA if layer.startswith("lora") else ("lora.down.weight", "lora.up.weight")
    added(shelf, source, loras=(Lora(lora_of(tmp_path / "x.safetensors", layer, names)),))


def test_the_text_encoder_may_have_a_lora_as_well(shelf, source, tmp_path):
    layer = "lora_te_text_model_encoder_layers_0_self_attn_q_proj"
    added(shelf, source, loras=(Lora(lora_of(tmp_path / "x.safetensors", layer, KOHYA)),))


@pytest.mark.parametrize(
    ("layer", "names", "said"),
    [
        ("unet.mid_block.to_k", ("lora_A.weight", "lora_B.weight"), "which this model has not: it is for another one"),
        (f"unet.{BLOCK}.to_k", ("hada_w1_a", "hada_w1_b"), "names of diffusers, peft or kohya"),
        (f"te3.{BLOCK}.to_k", KOHYA, "names of diffusers, peft or kohya"),
        (f"text_encoder_2.{BLOCK}.to_k", KOHYA, "it has layers of text_encoder_2"),
    ],
)
def test_a_lora_for_another_model_is_refused(shelf, source, tmp_path, *, layer, names, said):
    with pytest.raises(FolderError, match=said):
        added(shelf, source, loras=(Lora(lora_of(tmp_path / "x.safetensors", layer, names)),))
    assert shelf.names() == ()


def test_a_lora_of_another_width_is_refused(shelf, source, tmp_path):
    file = lora_of(tmp_path / "x.safetensors", f"unet.{BLOCK}.to_k", width=5)
    with pytest.raises(FolderError, match=r"does not fit \(8, 8\)"):
        added(shelf, source, loras=(Lora(file),))


@pytest.mark.parametrize("text", ["x.bin", "x.safetensors:much", "x.safetensors:9", "x.pt:0.5"])
def test_what_names_no_lora_is_refused(text):
    with pytest.raises(FolderError, match=r"expected FILE.safetensors"):
        Lora.parse(text)
    assert Lora.parse("a/x.safetensors:0.25").scale == 0.25
    assert Lora.parse("a/x.safetensors").scale == 1.0
