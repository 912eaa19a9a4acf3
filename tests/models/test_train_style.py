"""Training, on pictures made here: two steps, a kill, two more."""

import json

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install 'vernissage[train]'")

from safetensors.torch import save_file  # noqa: E402

from models.training.perceptual import LAYERS, Perceptual, gram  # noqa: E402
from models.training.pictures import list_pictures, load_picture, random_crop  # noqa: E402
from models.training.recipe import Recipe  # noqa: E402
from models.training.scenes import draw_scene  # noqa: E402
from models.training.train_style import Training, train  # noqa: E402

STYLE = (
    '[[style]]\nid = "{0}"\npicture = "{0}.png"\npainter = "P"\nyear = 1900\npainting = "T"\nname = {{ en = "N" }}\n'
)
RECIPE = """
iterations = {iterations}
batch = 2
crop_px = 64
painting_px = 96
rate = 1e-3
content_weight = 1.0
variation_weight = 1.0
noise_weight = {noise}
seed = 1
[network]
width = 4
blocks = 1
"""
# (squeeze, each expand, inputs) of the fire modules of SqueezeNet 1.0
FIRES = {
    "fire2": (16, 64, 96),
    "fire3": (16, 64, 128),
    "fire4": (32, 128, 128),
    "fire5": (32, 128, 256),
    "fire6": (48, 192, 256),
    "fire7": (48, 192, 384),
}


@pytest.fixture(scope="module")
def perceptual(tmp_path_factory):
    """A perceptual network of the right shapes that was never trained."""
    torch.manual_seed(0)
    weights = {"conv1.weight": torch.randn(96, 3, 7, 7) * 0.01, "conv1.bias": torch.zeros(96)}
    for name, (squeeze, expand, inputs) in FIRES.items():
        shapes = {
            "squeeze": (squeeze, inputs, 1, 1),
            "expand1x1": (expand, squeeze, 1, 1),
            "expand3x3": (expand, squeeze, 3, 3),
        }
        for part, shape in shapes.items():
            weights[f"{name}.{part}.weight"] = torch.randn(shape) * (2 / np.prod(shape[1:])) ** 0.5
            weights[f"{name}.{part}.bias"] = torch.zeros(shape[0])
    path = tmp_path_factory.mktemp("perceptual") / "random.safetensors"
    save_file(weights, str(path))
    return path


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("harbour", "street", "valley"):
        cv2.imwrite(str(folder / f"{name}.png"), draw_scene(name, 160, 120)[:, :, ::-1])
    return folder


def recipe(folder, iterations=4, noise=0.0):
    path = folder / "recipe.toml"
    text = RECIPE.format(iterations=iterations, noise=noise) + "".join(STYLE.format(n) for n in ("harbour", "street"))
    path.write_text(text, encoding="utf-8")
    return Recipe.load(path)


def test_a_run_trains_every_style_and_leaves_its_log_sheet_and_weights(tmp_path, pictures, perceptual):
    plan = recipe(tmp_path, iterations=10, noise=1.0)
    before = Training(plan, tmp_path / "untrained").network.table.detach().clone()
    out = tmp_path / "run"
    train(plan, pictures, pictures, perceptual, out)
    record = json.loads((out / "log.jsonl").read_text(encoding="utf-8"))
    assert record["step"] == 10
    assert set(record) == {"step", "seconds", "style", "content", "variation", "noise"}
    assert cv2.imread(str(out / "sheet.jpg")).shape == (3 * 240, 3 * 320, 3)
    training = Training(plan, out)
    training.resume()
    assert (training.network.table != before).any(dim=1).all()
    assert (out / "weights.safetensors").exists()


def test_a_killed_run_goes_on_from_its_last_checkpoint(tmp_path, pictures, perceptual, monkeypatch):
    plan, out, advance = recipe(tmp_path, iterations=4), tmp_path / "run", Training.advance
    started_at = []

    def killed_before_the_fourth_step(training, *given):
        started_at.append(training.step)
        if training.step == 3:
            raise KeyboardInterrupt
        return advance(training, *given)

    monkeypatch.setattr("models.training.train_style.CHECKPOINT_EVERY", 2)
    with monkeypatch.context() as once, pytest.raises(KeyboardInterrupt):
        once.setattr(Training, "advance", killed_before_the_fourth_step)
        train(plan, pictures, pictures, perceptual, out)
    assert started_at == [0, 1, 2, 3]
    kept = torch.load(out / "checkpoint.pt", weights_only=True)
    assert kept["step"] == 2

    training = Training(plan, out)
    training.resume()
    assert training.step == 2
    assert all(torch.equal(kept["network"][name], value) for name, value in training.network.state_dict().items())

    train(plan, pictures, pictures, perceptual, out)
    after = torch.load(out / "checkpoint.pt", weights_only=True)
    assert after["step"] == 4
    assert not torch.equal(kept["network"]["first.conv.weight"], after["network"]["first.conv.weight"])


def test_a_finished_run_is_left_as_it_is(tmp_path, pictures, perceptual):
    out = tmp_path / "run"
    for _ in range(2):
        train(recipe(tmp_path, iterations=2), pictures, pictures, perceptual, out)
    assert torch.load(out / "checkpoint.pt", weights_only=True)["step"] == 2


def test_features_come_from_every_layer_at_a_falling_size(perceptual):
    features = Perceptual(perceptual).features(torch.rand(1, 3, 96, 96))
    assert tuple(features) == LAYERS
    sizes = [feature.shape[-1] for feature in features.values()]
    assert sizes == sorted(sizes, reverse=True)


def test_the_gram_of_features_does_not_depend_on_the_size_of_a_repeated_picture():
    features = torch.rand(1, 5, 6, 7)
    assert torch.allclose(gram(features), gram(features.repeat(1, 1, 2, 3)), atol=1e-6)


def test_a_crop_is_square_of_the_size_asked_for(pictures):
    picture = load_picture(list_pictures(pictures)[0], longest_px=100)
    assert max(picture.shape) == 100
    crop = random_crop(picture, 64, np.random.default_rng(0))
    assert crop.shape == (64, 64, 3)
    assert crop.dtype == np.uint8


def test_a_folder_without_pictures_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected at least one picture"):
        list_pictures(tmp_path)


def test_a_file_that_is_no_picture_is_named(tmp_path):
    (tmp_path / "noise.png").write_bytes(b"not a picture")
    with pytest.raises(ValueError, match=r"noise\.png: expected a picture"):
        load_picture(tmp_path / "noise.png")


def test_a_recipe_with_an_unknown_key_is_refused_by_its_name(tmp_path):
    recipe(tmp_path)
    path = tmp_path / "recipe.toml"
    path.write_text("colour = 3\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(TypeError, match="colour"):
        Recipe.load(path)
