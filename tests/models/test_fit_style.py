"""Fitting a style to a painting: the network stands still, and the row comes nearer to the painting."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="fitting needs torch: pip install 'vernissage[torch]'")

from models.style.model import SIZES  # noqa: E402
from models.style.network import load_network  # noqa: E402
from models.style.preview import PHOTOS  # noqa: E402
from models.training.fit_style import SAMPLES, Fitting, fit, nearest_row, sample_photos  # noqa: E402
from models.training.judging import score  # noqa: E402
from models.training.loss import StyleLoss  # noqa: E402
from models.training.perceptual import LAYERS, Perceptual, to_tensor  # noqa: E402
from models.training.pictures import fitted, list_pictures  # noqa: E402
from models.training.recipe import Recipe  # noqa: E402
from models.training.scenes import draw_scene  # noqa: E402

SMALL = [fitted(photo, 128, 96) for photo in sample_photos()[:2]]


@pytest.fixture
def network():
    return load_network(SIZES["swift"].with_suffix(".safetensors"))


@pytest.fixture(scope="module")
def loss():
    return StyleLoss(Perceptual.load(), [draw_scene("still_life", 256, 192)], Recipe.load().loss)


@pytest.mark.slow
def test_a_fitted_row_paints_nearer_to_the_painting_than_any_row_before(network, loss):
    best = min(score(network, row, loss, SMALL).total for row in network.table.detach())
    before = {name: value.clone() for name, value in network.state_dict().items()}
    heard = []
    plan = Fitting(steps=30, crop_px=88)
    row = fit(network, loss, SMALL, lambda doing, share: heard.append(share), plan)
    assert score(network, row, loss, SMALL).total < best
    assert heard == [0.0, *(step / 30 for step in range(30))]
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_fitting_begins_with_the_style_that_is_nearest(network):
    scene = torch.cat([to_tensor(photo) for photo in SMALL])
    own = network.paint(scene, network.table[3].expand(2, -1)).detach()
    painting = (own[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)
    near = nearest_row(network, StyleLoss(Perceptual.load(), [painting], Recipe.load().loss), scene)
    assert torch.equal(near, network.table[3].detach())


def test_whoever_listens_may_cancel(network, loss):
    def cancel(doing, share):
        if share > 0:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fit(network, loss, SMALL, cancel, Fitting(steps=30, crop_px=64))


def test_the_perceptual_network_that_ships_has_squeezenets_layers():
    features = Perceptual.load().features(torch.rand(1, 3, 96, 96))
    assert {layer: features[layer].shape[1] for layer in LAYERS} == {
        **{"conv1": 96, "fire2": 128, "fire3": 128, "fire4": 256},
        **{"fire5": 256, "fire6": 384, "fire7": 384},
    }


def test_the_samples_are_photos_that_the_recipe_names():
    assert len(sample_photos()) >= 8
    assert {path.name for path in list_pictures(SAMPLES)} <= {*Recipe.load().photos}


def test_the_photos_for_looking_at_styles_are_none_that_a_network_was_trained_on():
    assert not {path.name for path in list_pictures(PHOTOS)} & {*Recipe.load().photos}
