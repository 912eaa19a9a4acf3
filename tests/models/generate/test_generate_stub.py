"""The generator that only costs time."""

import time

import numpy as np
import pytest

from models.errors import GenerateError
from models.generate.stub import StubGenerator, colour_of
from models.generate.wish import Wish


def run(generator, sketches):
    while not all(sketch.done for sketch in sketches):
        generator.step(sketches)
    return generator.finish(sketches)


def test_a_picture_is_one_colour_that_follows_from_words_and_seed():
    generator = StubGenerator(0, 0, size=(24, 16))
    wishes = [Wish("blue sea", 1), Wish("blue sea", 2), Wish("red", 1)]
    pictures = run(generator, [generator.begin(wish) for wish in wishes])
    assert pictures.shape == (3, 16, 24, 3)
    for picture, wish in zip(pictures, wishes, strict=True):
        assert (picture == colour_of(wish.words, wish.seed)).all()
    assert len({tuple(picture[0, 0]) for picture in pictures}) == 3


def test_a_colour_can_be_asked_for():
    generator = StubGenerator(0, 0)
    assert (run(generator, [generator.begin(Wish("sea #10fF05 waves", 9))]) == (0x10, 0xFF, 0x05)).all()


def test_previews_fade_from_grey_to_the_colour():
    generator = StubGenerator(0, 0)
    sketch = generator.begin(Wish("#000000", 0, steps=2))
    seen = [generator.preview([sketch])[0, 0, 0, 0]]
    for _ in range(2):
        generator.step([sketch])
        seen.append(generator.preview([sketch])[0, 0, 0, 0])
    assert seen == [128, 64, 0]


def test_rows_of_a_batch_may_be_at_different_steps():
    generator = StubGenerator(0, 0)
    early, late = generator.begin(Wish("#ff0000", 0, steps=1)), generator.begin(Wish("#00ff00", 0, steps=3))
    generator.step([early, late])
    assert (early.done, late.done) == (True, False)
    generator.step([early, late])
    assert (early.step, late.step) == (1, 2)
    with pytest.raises(GenerateError, match="got one at step 2 of 3"):
        generator.finish([late])


def test_a_step_costs_its_base_and_its_rows_and_no_cpu():
    generator = StubGenerator(30, 10, max_batch=4)
    sketches = [generator.begin(Wish("blue", seed)) for seed in range(4)]
    started, worked = time.monotonic(), time.thread_time()
    generator.step(sketches)
    assert time.monotonic() - started >= 0.070
    assert time.thread_time() - worked < 0.035
    assert generator.description == "stub: 30 ms a step and 10 ms a row"


def test_the_newest_words_count_and_the_seed_stays():
    generator = StubGenerator(0, 0)
    sketch = generator.begin(Wish("#ff0000", 5, steps=2))
    generator.step([sketch])
    sketch.steer(Wish("#0000ff", 6, steps=9, toward="#00ff00", share=0.5))
    assert (sketch.wish.seed, sketch.steps, sketch.reading.prompt) == (5, 2, "#0000ff")
    with pytest.raises(GenerateError):
        sketch.steer(Wish("", 6))
    assert (run(generator, [sketch]) == (0, 128, 128)).all()


def test_the_stub_refuses_what_a_real_one_refuses():
    with pytest.raises(GenerateError):
        StubGenerator(0, 0).begin(Wish(" ", 0))
    assert StubGenerator(0, 0).preview([]).shape == (0, 256, 256, 3)
    assert np.array_equal(StubGenerator(0, 0).finish([]), np.empty((0, 256, 256, 3), np.uint8))
