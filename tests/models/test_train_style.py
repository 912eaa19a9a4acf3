"""Training, on pictures made here: two steps, a kill, two more."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install 'vernissage[train]'")

from safetensors.torch import save_file  # noqa: E402

from models.style.model import SIZES  # noqa: E402
from models.style.table import StyleTable  # noqa: E402
from models.training.disturbance import Disturbance  # noqa: E402
from models.training.perceptual import LAYERS, Perceptual, gram  # noqa: E402
from models.training.pictures import list_pictures, load_picture, random_crop  # noqa: E402
from models.training.recipe import Recipe  # noqa: E402
from models.training.scenes import draw_scene  # noqa: E402
from models.training.train_style import LOWEST_RATE, RISING, Sources, Training, one_cycle, run  # noqa: E402

STYLE = """
[[style]]
id = "{0}"
picture = "{0}.png"
painter = "P"
year = 1900
painting = "T"
licence = "L"
name = {{ en = "N" }}
"""
RECIPE = """
painting_px = 96
photos = ["harbour.png", "street.png", "valley.png"]
[loss]
content = 1.0
variation = 1.0
[course.fine]
iterations = {iterations}
batch = 2
crop_px = 64
kernel_rate = 0.02
rate = 1e-3
steady = {steady}
teacher = {teacher}
seed = 1
network = {{ width = 4, blocks = 1, end_kernel = 7 }}
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


def recipe(folder, iterations=4, steady=0.0, teacher=0.0, styles=("harbour", "street")):
    path = folder / "recipe.toml"
    text = RECIPE.format(iterations=iterations, steady=steady, teacher=teacher)
    path.write_text(text + "".join(STYLE.format(name) for name in styles), encoding="utf-8")
    return Recipe.load(path)


@pytest.fixture
def sources(pictures, perceptual):
    return Sources(pictures, pictures, perceptual)


def kept(out):
    return torch.load(out / "checkpoint.pt", weights_only=True)


def test_a_run_trains_every_style_and_leaves_its_log_sheet_and_weights(tmp_path, sources):
    plan, out = recipe(tmp_path, iterations=10, steady=1.0), tmp_path / "run"
    before = Training(plan.courses["fine"], ["harbour", "street"], out).network.table.detach().clone()
    training = run("fine", plan, sources, out)
    record = json.loads((out / "log.jsonl").read_text(encoding="utf-8"))
    assert record["step"] == 10
    assert set(record) == {"step", "seconds", "style", "content", "variation", "steady"}
    assert cv2.imread(str(out / "sheet.jpg")).shape == (3 * 240, 3 * 320, 3)
    assert (training.network.table != before).any(dim=1).all()
    assert StyleTable.load(out / "weights.safetensors").ids == ("harbour", "street")


def test_a_killed_run_goes_on_from_its_last_checkpoint(tmp_path, sources, monkeypatch):
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
        run("fine", plan, sources, out)
    assert started_at == [0, 1, 2, 3]
    before = kept(out)
    assert before["step"] == 2

    training = Training(plan.courses["fine"], ["harbour", "street"], out)
    assert training.resume()
    assert training.step == 2
    assert training.elapsed_s == before["elapsed_s"] > 0
    assert all(torch.equal(before["network"][name], value) for name, value in training.network.state_dict().items())

    run("fine", plan, sources, out)
    assert kept(out)["step"] == 4
    assert not torch.equal(before["network"]["first.conv.weight"], kept(out)["network"]["first.conv.weight"])


@pytest.mark.slow
def test_steps_in_bfloat16_lead_nearly_where_steps_in_float32_do(tmp_path, sources):
    plan = recipe(tmp_path, iterations=10, steady=1.0)
    whole, half = (run("fine", plan, sources, tmp_path / name, bf16=name == "half") for name in ("whole", "half"))
    assert half.network.table.dtype == torch.float32
    last = [json.loads((tmp_path / name / "log.jsonl").read_text(encoding="utf-8")) for name in ("whole", "half")]
    for term in ("style", "content", "variation"):
        assert last[1][term] == pytest.approx(last[0][term], rel=0.1)
    assert not torch.equal(whole.network.table, half.network.table)


def test_a_finished_run_is_left_as_it_is(tmp_path, sources):
    for _ in range(2):
        run("fine", recipe(tmp_path, iterations=2), sources, tmp_path / "run")
    assert kept(tmp_path / "run")["step"] == 2


def test_a_run_with_a_limit_ends_when_its_time_is_over(tmp_path, sources):
    training = run("fine", recipe(tmp_path, iterations=1000), sources, tmp_path / "run", minutes=0.01)
    assert training.share == 1
    assert training.step < 1000
    assert (tmp_path / "run" / "weights.safetensors").exists()


def test_a_run_may_begin_with_the_weights_of_another_and_more_styles(tmp_path, sources):
    first = run("fine", recipe(tmp_path, iterations=2), sources, tmp_path / "first")
    second = Training(recipe(tmp_path).courses["fine"], ["street", "valley"], tmp_path / "second")
    second.start_from(tmp_path / "first" / "weights.safetensors")
    old, new = first.network.table.detach(), second.network.table.detach()
    assert torch.equal(new[0], old[1])
    assert torch.allclose(new[1], old.mean(dim=0))
    assert torch.equal(second.network.last.conv.weight, first.network.last.conv.weight)


@pytest.mark.parametrize("batch", [1, 3, 5])
def test_a_batch_may_be_larger_than_there_are_styles(tmp_path, sources, batch):
    plan = recipe(tmp_path, iterations=2, steady=1.0).with_batch("fine", batch)
    training = run("fine", plan, sources, tmp_path / "run")
    assert (training.course.batch, training.step) == (batch, 2)


def test_a_network_can_learn_from_a_larger_one(tmp_path, sources):
    plan = recipe(tmp_path, iterations=10, teacher=2.0)
    run("fine", plan, sources, tmp_path / "teacher")
    taught = replace(sources, teacher=tmp_path / "teacher" / "weights.safetensors")
    run("fine", plan, taught, tmp_path / "pupil")
    record = json.loads((tmp_path / "pupil" / "log.jsonl").read_text(encoding="utf-8"))
    assert record["teacher"] > 0


def test_the_rate_rises_falls_and_never_stands_still():
    rates = [one_cycle(share / 100) for share in range(101)]
    assert max(rates) == one_cycle(RISING) == 1
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[0] == rates[-1] == pytest.approx(LOWEST_RATE)


def test_a_shift_alone_is_no_difference_once_it_is_taken_back():
    scene = torch.rand(1, 3, 40, 50)
    change = Disturbance(right_px=2, down_px=-1, noise=0.0, exposure=1.0, seed=0)
    before, after = change.before(scene), change.after(scene)
    assert before.shape == after.shape == (1, 3, 36, 46)
    assert not torch.equal(before, after)
    assert float(change.difference(before, after)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_what_a_camera_does_stays_within_what_a_camera_does(seed):
    change = Disturbance.draw(np.random.default_rng(seed))
    scene = torch.full((1, 3, 40, 50), 0.5)
    after = change.after(scene)
    assert after.min() >= 0
    assert after.max() <= 1
    assert abs(float(after.mean()) - 0.5) < 0.05
    assert float(after.std()) < 0.04


def test_features_come_from_every_layer_at_a_falling_size(perceptual):
    features = Perceptual.load(perceptual).features(torch.rand(1, 3, 96, 96))
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
    with pytest.raises(ValueError, match=r"recipe\.toml: .*'colour'"):
        Recipe.load(path)


def test_a_recipe_that_lacks_a_key_is_refused_by_its_name(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text("painting_px = 96\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"recipe\.toml: the recipe lacks 'style'"):
        Recipe.load(path)


def test_a_start_of_another_shape_is_refused(tmp_path, sources):
    with pytest.raises(ValueError, match=r"fine\.safetensors: expected Shape\(width=4, .* got Shape\(width=16"):
        run("fine", recipe(tmp_path), replace(sources, start=SIZES["fine"].with_suffix(".safetensors")), tmp_path)
