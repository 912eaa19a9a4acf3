"""A generator's parts with the real TensorRT-RTX, which compiles without a card."""

import pytest

from models.building import BuildOrder, build_apart
from models.generate.rows import profile_for_size
from models.generate.shelf import SHIPPED_FOLDER

SMALLEST_BYTES = {"text_encoder/model": 2e6, "unet/model": 15e6, "vae/decoder": 1e6, "vae/encoder": 1e6}  # its weights


@pytest.mark.slow
@pytest.mark.parametrize("part", SMALLEST_BYTES)
def test_every_part_of_the_model_that_ships_builds_for_a_card_that_is_not_here(tmp_path, part):
    pytest.importorskip("tensorrt_rtx", reason="TensorRT-RTX is not installed: pip install 'vernissage[tensorrt-rtx]'")
    told = []
    onnx = SHIPPED_FOLDER / f"{part}.onnx"
    order = BuildOrder("tensorrt_rtx", onnx, tmp_path, (profile_for_size((256, 256)),), 89)
    built = build_apart(order, lambda doing, share: told.append(share))
    assert built.fresh
    assert built.name.startswith(f"pigment-{part.replace('/', '-')}-tensorrt_rtx-sm89-")
    assert built.engine_bytes > SMALLEST_BYTES[part]
    assert told == sorted(told)
