"""A read-out that is fitted says again what made its pictures, and is written as folders are read."""

import json

import numpy as np
import pytest

from models.generate.folder import read_json
from models.generate.readout import ReadOut
from models.training.pigment.readout import fit, write


@pytest.mark.parametrize("side", [1, 2])
def test_a_linear_decoder_is_found_again(side, tmp_path):
    random = np.random.default_rng(0)
    true = ReadOut(
        random.uniform(-0.05, 0.05, (3 * side * side, 4)).astype(np.float32), np.full(3 * side * side, 0.5, np.float32)
    )
    latents = random.standard_normal((6, 4, 8, 8)).astype(np.float32)
    colours = np.stack([true.colours(one) for one in latents])
    pictures = (255 * colours.repeat(4, 1).repeat(4, 2)).round().astype(np.uint8)
    matrix, offset, explained = fit(latents, pictures, side)
    assert explained.min() > 0.99
    (tmp_path / "vernissage.json").write_text('{"name": "tiny"}')
    write(tmp_path, matrix, offset)
    assert json.loads((tmp_path / "vernissage.json").read_text()) == {"name": "tiny", "colouring": "colouring.json"}
    read = ReadOut.of_json(read_json(tmp_path, "colouring.json"), "colouring.json", 4)
    assert np.allclose(read.matrix, true.matrix, atol=2e-3)
    assert np.allclose(read.offset, true.offset, atol=2e-3)
