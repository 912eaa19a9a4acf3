"""The numbers of the few steps. What diffusers makes of the same settings is in test_against_diffusers.py."""

import math

import numpy as np
import pytest

from models.errors import FolderError, GenerateError
from models.generate.noise_levels import sigmas_of, signal_levels, spaced
from models.generate.schedule import SCHEDULERS, Schedule

TURBO = {
    "_class_name": "EulerDiscreteScheduler",
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "timestep_spacing": "trailing",
}
LCM = {"_class_name": "LCMScheduler", "original_inference_steps": 50}


def test_one_step_of_sd_turbo_leaves_no_noise():
    plan = Schedule.read(TURBO).plan(1)
    (step,) = plan.steps
    assert step.timestep == 999
    assert plan.alone == pytest.approx(14.6146, abs=1e-3)  # the sigma that everybody knows of Stable Diffusion
    assert (step.c, step.d, step.e, step.f) == (1, 0, 0, 0)
    assert step.scale == pytest.approx(1 / math.hypot(plan.alone, 1))


@pytest.mark.parametrize("kind", SCHEDULERS)
def test_a_denoiser_that_knows_the_picture_leads_to_it(kind):
    schedule = Schedule.read(TURBO | {"_class_name": kind, "prediction_type": "sample"})
    plan, picture, generator = schedule.plan(4), np.full(5, 0.3), np.random.default_rng(0)
    x = plan.alone * generator.standard_normal(5)
    for step in plan.steps:
        seen = step.a * x + step.b * picture
        x = step.c * seen + step.d * x + step.e * picture + step.f * generator.standard_normal(5)
    assert x == pytest.approx(picture, abs=2e-3)  # LCM keeps a millionth of what there was


@pytest.mark.parametrize(
    ("steps", "change", "made", "first"),
    [(4, 0.5, 2, 499), (4, 1.0, 4, 999), (4, 0.99, 3, 749), (1, 0.5, 1, 499), (1, 1.0, 1, 999), (4, 0.0, 1, 9)],
)
def test_a_source_is_changed_by_the_last_steps_and_by_one_at_least(steps, change, made, first):
    plan = Schedule.read(TURBO).plan(steps, change)
    assert (len(plan.steps), plan.steps[0].timestep) == (made, first)
    assert plan.source == 1
    assert plan.noise < 14.62


def test_a_small_change_of_a_consistency_model_does_not_take_more_steps_than_there_are():
    assert len(Schedule.read(LCM).plan(4, 0.001).steps) == 1
    with pytest.raises(GenerateError, match="1 to 50 steps, got 51"):
        Schedule.read(LCM).plan(51)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"_class_name": "PNDMScheduler"}, "EulerDiscreteScheduler, .*LCMScheduler, got 'PNDMScheduler'"),
        ({}, "got None"),
        ({"_class_name": ["x"]}, "expected a scheduler of"),
        (TURBO | {"prediction_type": "flow"}, "expected a prediction_type"),
        (TURBO | {"beta_schedule": "sigmoid"}, "expected a beta_schedule"),
        (TURBO | {"timestep_spacing": "random"}, "expected a timestep_spacing"),
        (TURBO | {"timestep_type": "continuous"}, "expected a timestep_type"),
        (TURBO | {"use_karras_sigmas": True}, "without use_karras_sigmas"),
        (TURBO | {"trained_betas": [0.1]}, "without trained_betas"),
        (TURBO | {"num_train_timesteps": 10**9}, "2 to 10000 num_train_timesteps"),
        (TURBO | {"beta_start": "small"}, "a number for beta_start"),
        (TURBO | {"beta_start": 0.5, "beta_end": 0.1}, "a beta_start below a beta_end"),
        (LCM | {"original_inference_steps": 2000}, "at most 1000 original_inference_steps"),
        (
            TURBO | {"_class_name": "DDIMScheduler", "rescale_betas_zero_snr": True},
            "v_prediction where the first timestep has no signal",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused(config, said):
    with pytest.raises(FolderError, match=said):
        Schedule.read(config)


def test_levels_fall_from_one_and_to_nothing_where_they_are_rescaled():
    levels = signal_levels(TURBO, 0, 0, "")
    rescaled = signal_levels(TURBO | {"rescale_betas_zero_snr": True}, 0, 0, "")
    assert 0.999 < levels[0] < 1
    assert (np.diff(levels) < 0).all()
    assert (rescaled[0], rescaled[-1]) == (pytest.approx(levels[0]), 0)
    assert np.isfinite(sigmas_of(rescaled)).all()


def test_spacings_visit_what_their_names_say():
    assert spaced("trailing", 1000, 4, 1).tolist() == [999, 749, 499, 249]
    assert spaced("leading", 1000, 4, 1).tolist() == [751, 501, 251, 1]
    assert spaced("linspace", 1000, 4, 1).tolist() == [999, 666, 333, 0]
