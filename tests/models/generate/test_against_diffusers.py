"""The project's own loop, schedules and tokenizer, held against those of diffusers and transformers."""

import itertools
import json
from functools import cache

import numpy as np
import pytest

from models.generate.checker import SafetyChecker, open_checker
from models.generate.diffusion import DiffusionGenerator, Engines, noise_of
from models.generate.facts import ModelFacts
from models.generate.folder import read_folder
from models.generate.parts import parts_of
from models.generate.rows import Rows
from models.generate.schedule import Schedule
from models.generate.settings import Settings
from models.generate.tokens import Tokenizer
from models.generate.wish import Wish

pytestmark = pytest.mark.filterwarnings("ignore")
diffusers = pytest.importorskip("diffusers")
torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pipelines = pytest.importorskip("tiny_pipelines")

BETAS = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
WORDS = "a blue  Red b"


class ModuleEngine:
    """An engine that is the part's own torch module, in fp32."""

    description, in_flight, device_bytes = "torch", 1, 0

    def __init__(self, model):
        self._module = model.module()

    def run(self, inputs):
        with torch.inference_mode():
            return self._module(*(torch.from_numpy(array) for array in inputs.values())).numpy()

    def close(self):
        self._module = None


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Of torch: these networks are so small that threads only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@cache
def engines_of(path):
    folder = read_folder(path)
    rows = [Rows(ModuleEngine(part), "run", 8) for part in parts_of(folder, Settings.read(folder).size).all]
    return Engines(tuple(rows[:-3]), *rows[-3:])


def generator_of(path):
    facts = ModelFacts("tiny", "Tiny", "MIT", False, "nothing")
    return DiffusionGenerator(read_folder(path), facts, engines_of(path))


def scheduled(path, scheduler):
    """The pipeline's files with another scheduler."""
    scheduler.save_pretrained(path / "scheduler")
    return path


def painted(generator, wish):
    sketch = generator.begin(wish)
    while not sketch.done:
        generator.step([sketch])
    return generator.finish([sketch])[0]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return pipelines.write_pipeline(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def tiny_lcm(tmp_path_factory):
    return pipelines.write_pipeline(tmp_path_factory.mktemp("lcm"), lcm=True)


@pytest.mark.parametrize(
    ("scheduler", "steps", "guidance"),
    [
        (("EulerDiscreteScheduler", {"timestep_spacing": "trailing"}), 1, 0.0),
        (("EulerDiscreteScheduler", {"timestep_spacing": "leading", "steps_offset": 1}), 4, 3.0),
        (("DDIMScheduler", {"clip_sample": False, "set_alpha_to_one": False}), 4, 3.0),
        (
            (
                "DDIMScheduler",
                {
                    "clip_sample": False,
                    "prediction_type": "v_prediction",
                    "rescale_betas_zero_snr": True,
                    "timestep_spacing": "trailing",
                },
            ),
            5,
            2.0,
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else str(value),
)
def test_the_loop_paints_what_the_pipeline_paints(tiny, scheduler, steps, guidance):
    pipeline, path = tiny
    pipeline.scheduler = getattr(diffusers, scheduler[0])(**BETAS, **scheduler[1])
    noise = noise_of(7, 0, (4, 8, 8))
    asked = {"num_inference_steps": steps, "guidance_scale": guidance, "output_type": "np"}
    theirs = pipeline(WORDS, latents=torch.from_numpy(noise)[None], **asked).images[0] * 255
    ours = painted(generator_of(scheduled(path, pipeline.scheduler)), Wish(WORDS, 7, steps=steps, guidance=guidance))
    assert np.abs(ours - theirs).max() <= 1.0
    assert ours.std() > 1


def test_a_consistency_model_is_told_its_guidance_and_gets_new_noise_in_every_step(tiny_lcm, monkeypatch):
    pipeline, path = tiny_lcm
    pipeline.scheduler = diffusers.LCMScheduler(**BETAS)
    numbers = itertools.count(1)
    monkeypatch.setattr(
        "diffusers.schedulers.scheduling_lcm.randn_tensor",
        lambda shape, **_: torch.from_numpy(noise_of(7, next(numbers), tuple(shape[1:])))[None],
    )
    noise = torch.from_numpy(noise_of(7, 0, (4, 8, 8)))[None]
    asked = {"num_inference_steps": 4, "guidance_scale": 8.0, "output_type": "np"}
    theirs = pipeline(WORDS, latents=noise, **asked).images[0] * 255
    ours = painted(generator_of(scheduled(path, pipeline.scheduler)), Wish(WORDS, 7, steps=4, guidance=8.0))
    assert np.abs(ours - theirs).max() <= 1.0


def test_two_text_encoders_and_what_else_sdxl_is_told_are_told(tmp_path, monkeypatch):
    pipeline, path = pipelines.write_double(tmp_path)
    numbers = itertools.count(1)
    monkeypatch.setattr(
        "diffusers.schedulers.scheduling_euler_ancestral_discrete.randn_tensor",
        lambda shape, **_: torch.from_numpy(noise_of(7, next(numbers), tuple(shape[1:])))[None],
    )
    noise = torch.from_numpy(noise_of(7, 0, (4, 8, 8)))[None]
    asked = {"num_inference_steps": 3, "guidance_scale": 4.0, "output_type": "np"}
    theirs = pipeline(WORDS, latents=noise, height=64, width=64, **asked).images[0] * 255
    ours = painted(generator_of(path), Wish(WORDS, 7, steps=3, guidance=4.0))
    assert np.abs(ours - theirs).max() <= 1.0


def test_image_to_image_starts_where_the_pipeline_starts(tiny, monkeypatch):
    pipeline, path = tiny
    pipeline.scheduler = diffusers.DDIMScheduler(**BETAS, clip_sample=False)
    source = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    parts = {name: part for name, part in pipeline.components.items() if name != "image_encoder"}
    theirs = diffusers.StableDiffusionImg2ImgPipeline(**parts, requires_safety_checker=False)
    theirs.set_progress_bar_config(disable=True)
    monkeypatch.setattr(
        "diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion_img2img.randn_tensor",
        lambda shape, **_: torch.from_numpy(noise_of(3, 0, (4, 8, 8)))[None],
    )
    asked = {"num_inference_steps": 6, "guidance_scale": 2.0, "strength": 0.5, "output_type": "np"}
    expected = theirs(WORDS, image=torch.from_numpy(source / 255.0).float().permute(2, 0, 1)[None], **asked).images[0]
    wish = Wish(WORDS, 3, steps=6, guidance=2.0, source=source, change=0.5)
    ours = painted(generator_of(scheduled(path, pipeline.scheduler)), wish)
    assert np.abs(ours - expected * 255).max() <= 1.0


SETTINGS = [
    *itertools.product(
        ("EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler", "DDIMScheduler"),
        ("epsilon",),
        ("leading", "trailing", "linspace"),
        ("squaredcos_cap_v2",),
    ),
    *itertools.product(
        ("EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler", "DDIMScheduler"),
        ("v_prediction",),
        ("leading",),
        ("scaled_linear",),
    ),
    *itertools.product(("DDIMScheduler",), ("sample",), ("leading",), ("linear",)),
    *itertools.product(("LCMScheduler",), ("epsilon", "v_prediction", "sample"), ("leading",), ("scaled_linear",)),
]


@pytest.mark.parametrize("first", [0, 2])
@pytest.mark.parametrize(("kind", "prediction", "spacing", "betas"), SETTINGS)
def test_the_steps_are_those_of_the_scheduler(kind, prediction, spacing, betas, first):
    offset = 1 if spacing == "leading" and kind != "LCMScheduler" else 0
    named = {"prediction_type": prediction, "timestep_spacing": spacing, "beta_schedule": betas}
    check_steps(getattr(diffusers, kind)(**named, steps_offset=offset), 5, first)


@pytest.mark.parametrize("kind", ["EulerDiscreteScheduler", "DDIMScheduler", "LCMScheduler"])
def test_the_steps_begin_without_any_signal_where_the_betas_are_rescaled(kind):
    named = {"prediction_type": "v_prediction", "timestep_spacing": "trailing", "rescale_betas_zero_snr": True}
    check_steps(getattr(diffusers, kind)(**BETAS, **named), 4, 0)


def test_the_pictures_are_kept_within_their_range_where_the_scheduler_does_so():
    check_steps(diffusers.DDIMScheduler(clip_sample=True, clip_sample_range=0.3), 5, 0)
    check_steps(diffusers.LCMScheduler(clip_sample=True, original_inference_steps=20), 4, 1)


def check_steps(theirs, steps, first):
    """Walk from noise, or from a noisy source, with both, and compare where they are after every step."""
    ours = Schedule.read({**theirs.config, "_class_name": type(theirs).__name__})
    theirs.set_timesteps(steps)
    change = None if not first else (steps - first) / steps
    plan = ours.plan(steps, change)
    if hasattr(theirs, "set_begin_index"):
        theirs.set_begin_index(first)
    source, noise = torch.randn(2, 1, 4, 6, 6, generator=torch.Generator().manual_seed(1))
    timesteps = theirs.timesteps[first:]
    x = theirs.add_noise(source, noise, timesteps[:1]) if first else noise * theirs.init_noise_sigma
    mine = plan.source * source.numpy() + plan.noise * noise.numpy() if first else plan.alone * noise.numpy()
    assert len(plan.steps) == len(timesteps)
    for number, (timestep, step) in enumerate(zip(timesteps, plan.steps, strict=True)):
        assert step.timestep == pytest.approx(float(timestep), abs=1e-3)
        out = torch.tanh(theirs.scale_model_input(x, timestep) * 1.3)
        said = np.tanh(step.scale * mine * 1.3)
        fresh = {} if "DDIM" in type(theirs).__name__ else {"generator": torch.Generator().manual_seed(number)}
        x = theirs.step(out, timestep, x, **fresh).prev_sample
        new = torch.randn(x.shape, generator=torch.Generator().manual_seed(number)).numpy()
        seen = np.clip(step.a * mine + step.b * said, -step.clip, step.clip)
        mine = step.c * seen + step.d * mine + step.e * said + step.f * new
        scale = max(1.0, float(np.abs(mine).max()), plan.alone)  # float32 keeps seven digits of a sigma of thousands
        assert np.abs(x.numpy() - mine).max() / scale < 1e-5


@pytest.mark.parametrize("text", ["", "blue red", "  Blue,RED 12 don't\n b", "ünïcode 雨 🌧", "red " * 40])
def test_words_become_the_numbers_that_transformers_makes_of_them(tiny, tmp_path, text):
    pipeline, path = tiny
    theirs = pipeline.tokenizer(text, padding="max_length", max_length=16, truncation=True).input_ids
    assert Tokenizer(path, "tokenizer", 16)(text).tolist() == [theirs]
    pipelines.write_tokenizer(tmp_path / "tokenizer")  # the older files
    assert Tokenizer(tmp_path, "tokenizer", 16)(text).tolist() == [theirs]


@pytest.fixture
def checked_folder(tmp_path):
    """A model's folder with a safety checker of random weights."""
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker

    torch.manual_seed(0)
    small = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = transformers.CLIPConfig(
        vision_config={**small, "image_size": 32, "patch_size": 16, "projection_dim": 8},
        text_config={**small, "vocab_size": 8},
        projection_dim=8,
    )
    StableDiffusionSafetyChecker(config).save_pretrained(tmp_path / "safety_checker")
    size = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    transformers.CLIPImageProcessor(**size).save_pretrained(tmp_path / "feature_extractor")
    return tmp_path


def test_a_safety_checker_says_of_each_picture_whether_it_may_be_shown(checked_folder):
    checker = open_checker(checked_folder)
    assert isinstance(checker, SafetyChecker)
    assert "safety checker" in checker.description
    pictures = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    assert len(checker.check(pictures)) == 3
    assert checker.check(pictures[:0]) == []
    concepts = checker._network.concept_embeds_weights
    concepts.data.fill_(2.0)  # no likeness reaches it
    checker._network.special_care_embeds_weights.data.fill_(2.0)
    assert checker.check(pictures) == [True] * 3
    concepts.data.fill_(-2.0)  # every likeness does
    assert checker.check(pictures) == [False] * 3


def test_a_safety_checker_that_is_damaged_is_not_gone_without(checked_folder):
    weights = checked_folder / "safety_checker/model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-10])
    with pytest.raises(Exception, match="cut short"):
        open_checker(checked_folder)


def test_a_model_without_a_checker_says_so(tmp_path):
    (tmp_path / "vernissage.json").write_text(json.dumps({"name": "tiny", "licence": "MIT"}))
    checker = open_checker(tmp_path)
    assert "tiny came without a safety checker" in checker.description
    assert checker.check(np.zeros((2, 8, 8, 3), np.uint8)) == [True, True]
