"""The loop on engines that are a few lines of numpy: what reaches whom, and when."""

import json

import numpy as np
import pytest
from model_folders import CHANNELS, LENGTH, WIDTH, write_folder

from models.errors import EngineError, GenerateError, NotUnderstoodError, OutOfMemory
from models.generate.diffusion import DiffusionGenerator, Engines, guidance_numbers, noise_of
from models.generate.facts import ModelFacts
from models.generate.folder import read_folder
from models.generate.prompts import Prompts, slerp
from models.generate.rows import Rows
from models.generate.wish import PlainReading, Wish

SHAPE = (CHANNELS, 8, 8)


class FakeEngine:
    description, in_flight, device_bytes = "fake", 1, 5

    def __init__(self, work, most=100):
        self.work, self.most, self.batches, self.closed = work, most, [], False

    def run(self, inputs):
        count = len(next(iter(inputs.values())))
        self.batches.append(count)
        if count > self.most:
            raise EngineError("the card has no memory left")
        return self.work(**inputs).astype(np.float32)

    def close(self):
        self.closed = True


def read(ids):
    """Embeddings that tell the words apart."""
    table = np.random.default_rng(0).standard_normal((100, WIDTH))
    return table[ids].reshape(len(ids), LENGTH * WIDTH)


def denoise(latents, timestep, context):
    """Something of each of its inputs, row by row."""
    said = np.tanh(context.sum((1, 2)) + timestep / 1000)[:, None, None, None]
    return np.tanh(latents) * 0.5 + said


def decode(latents):
    return np.round(128 + 127 * np.tanh(latents[:, :3].repeat(4, 2).repeat(4, 3))).transpose(0, 2, 3, 1)


def encode(pictures):
    return np.stack([pictures[:, ::4, ::4, 0] / 255.0] * CHANNELS, 1)


@pytest.fixture
def made(tmp_path):
    def make(vocabulary=None, most=100, **changes):
        folder = read_folder(write_folder(tmp_path, **changes))
        engines = [FakeEngine(read), FakeEngine(denoise, most), FakeEngine(decode), FakeEngine(encode)]
        text, *others = (Rows(engine, "compute", 16) for engine in engines)
        facts = ModelFacts("tiny", "Tiny", "MIT", False, "nothing", vocabulary)
        return DiffusionGenerator(folder, facts, Engines((text,), *others)), engines

    return make


SOURCE = np.random.default_rng(1).integers(0, 256, (50, 70, 3), dtype=np.uint8)
WISHES = [
    Wish("blue", 1),
    Wish("blue", 2),
    Wish("red", 1, steps=5, guidance=4.0),
    Wish("blue", 1, source=SOURCE, change=0.5, steps=4),
    Wish("red", 3, toward="blue", share=0.5),
]


def run(generator, sketches):
    while not all(sketch.done for sketch in sketches):
        generator.step(sketches)
    return generator.finish(sketches)


def test_a_picture_does_not_depend_on_who_else_is_in_its_batch(made):
    generator, _ = made()
    together = run(generator, [generator.begin(wish) for wish in WISHES])
    alone = np.concatenate([run(generator, [generator.begin(wish)]) for wish in WISHES])
    assert np.array_equal(together, alone)
    assert together.shape == (5, 32, 32, 3)
    assert len({picture.tobytes() for picture in together}) == 5


def test_with_a_read_out_words_for_colours_are_drawn_to_and_rows_stay_their_own(made, tmp_path):
    plain, _ = made()
    (tmp_path / "colouring.json").write_text(json.dumps({"matrix": np.eye(3, 4).tolist(), "offset": [0.5] * 3}))
    drawing, _ = made(record={"colouring": "colouring.json"})
    together = run(drawing, [drawing.begin(wish) for wish in WISHES])
    assert np.array_equal(together, np.concatenate([run(drawing, [drawing.begin(wish)]) for wish in WISHES]))
    without = run(plain, [plain.begin(wish) for wish in WISHES])
    assert all((drawn != as_before).any() for drawn, as_before in zip(together, without, strict=True))
    assert np.array_equal(*(run(one, [one.begin(Wish("tree", 1))]) for one in (plain, drawing)))


def test_a_picture_that_comes_late_shares_batches_with_those_on_their_way(made):
    generator, (_, denoiser, _, _) = made()
    first = generator.begin(WISHES[0])
    generator.step([first])
    late = generator.begin(WISHES[2])
    pictures = run(generator, [first, late])
    assert denoiser.batches == [1, 3, 3, 2, 2, 2]  # the late one is guided: two rows
    assert np.array_equal(pictures[1], run(generator, [generator.begin(WISHES[2])])[0])


def test_words_are_read_once(made):
    generator, (text, *_) = made()
    run(generator, [generator.begin(Wish("blue", seed)) for seed in range(4)])
    run(generator, [generator.begin(Wish(" blue  ", 9))])
    assert text.batches == [1]


def test_the_newest_words_count_from_the_next_step_on(made):
    generator, _ = made()
    steered, kept = (generator.begin(Wish("blue", 1)) for _ in range(2))
    generator.step([steered, kept])
    assert np.array_equal(steered.latents, kept.latents)
    steered.steer(Wish("green", 2))
    steered.steer(Wish("red", 2, source=SOURCE))
    generator.step([steered, kept])
    assert not np.array_equal(steered.latents, kept.latents)
    assert (steered.wish.seed, steered.wish.source, steered.reading.prompt) == (1, None, "red")


def test_a_preview_is_what_there_would_be_if_it_stopped_now(made):
    generator, _ = made()
    sketch = generator.begin(Wish("blue", 1))
    assert (generator.preview([sketch]) == 128).all()
    seen = []
    while not sketch.done:
        generator.step([sketch])
        seen.append(generator.preview([sketch]))
    assert np.array_equal(seen[-1], generator.finish([sketch]))
    assert not np.array_equal(seen[0], seen[-1])


def test_the_preview_of_a_source_is_the_source_before_the_first_step(made):
    generator, (*_, encoder) = made()
    sketch = generator.begin(Wish("blue", 1, source=SOURCE))
    assert encoder.batches == [1]
    assert np.array_equal(generator.preview([sketch])[0], decode(sketch.seen[None])[0])


def test_out_of_memory_halves_the_batch_and_loses_no_picture(made):
    generator, (_, denoiser, _, _) = made(most=2)
    assert generator.max_batch == 16
    pictures = run(generator, [generator.begin(wish) for wish in WISHES])
    assert generator.max_batch == 1
    assert denoiser.batches[0] == 6
    free, _ = made()
    assert np.array_equal(pictures, run(free, [free.begin(wish) for wish in WISHES]))


def test_out_of_memory_for_a_single_row_is_an_error_and_changes_nothing(made):
    generator, _ = made(most=0)
    sketch = generator.begin(Wish("blue", 1))
    before = sketch.latents.copy()
    with pytest.raises(OutOfMemory):
        generator.step([sketch])
    assert sketch.step == 0
    assert np.array_equal(sketch.latents, before)


def test_a_picture_that_is_not_done_is_not_given_out(made):
    generator, _ = made()
    with pytest.raises(GenerateError, match="got one at step 0 of 3"):
        generator.finish([generator.begin(Wish("blue", 1))])


def test_numbers_that_are_none_are_not_shown_as_a_picture(made):
    generator, (_, denoiser, _, _) = made()
    denoiser.work = lambda latents, **_: np.full_like(latents, np.nan)
    sketch = generator.begin(Wish("blue", 1))
    while not sketch.done:
        generator.step([sketch])
    with pytest.raises(GenerateError, match="no number"):
        generator.finish([sketch])


@pytest.mark.parametrize("wish", [Wish("", 0), Wish("x" * 501, 0), Wish("blue", 0, steps=101), Wish("blue", -1)])
def test_what_cannot_be_made_is_not_begun(made, wish):
    with pytest.raises(GenerateError):
        made()[0].begin(wish)


def test_a_model_with_a_vocabulary_says_what_it_did_not_understand(made):
    class Words:
        def read(self, text):
            known = tuple(word for word in text.split() if word == "blue")
            return PlainReading(known, tuple(set(text.split()) - {"blue"}), " ".join(known))

    generator, _ = made(vocabulary=Words())
    reading = generator.begin(Wish("a blue cow", 1)).reading
    assert (reading.understood, reading.prompt) == (("blue",), "blue")
    assert set(reading.unknown) == {"a", "cow"}
    with pytest.raises(NotUnderstoodError, match="a word that tiny knows, got none in 'a cow'"):
        generator.begin(Wish("a cow", 1))


def test_closing_gives_every_engine_back(made):
    generator, engines = made()
    assert generator.device_bytes == 5  # each tells the same: what the process holds
    generator.close()
    assert all(engine.closed for engine in engines)


def test_no_rows_are_no_work(made):
    generator, (_, denoiser, _, _) = made()
    generator.step([])
    assert generator.preview([]).shape == (0, 32, 32, 3)
    assert denoiser.batches == []


def test_noise_depends_on_seed_and_step_alone():
    assert np.array_equal(noise_of(1, 2, SHAPE), noise_of(1, 2, SHAPE))
    assert not np.array_equal(noise_of(1, 2, SHAPE), noise_of(2, 1, SHAPE))
    assert noise_of(2**32 - 1, 0, SHAPE).dtype == np.float32
    assert abs(float(noise_of(0, 0, (100, 100)).std()) - 1) < 0.03


def test_a_guidance_is_told_in_sines_and_cosines():
    numbers = guidance_numbers(1.0, 7)
    assert numbers.tolist() == [0, 0, 0, 1, 1, 1, 0]


def test_the_way_between_two_prompts_is_an_arc():
    start, end = np.array([[1.0, 0.0]], np.float32), np.array([[0.0, 1.0]], np.float32)
    assert np.allclose(slerp(start, end, 0.5), [[0.5**0.5, 0.5**0.5]])
    assert np.allclose(slerp(start, end, 0.0), start)
    assert np.allclose(slerp(start, end, 1.0), end, atol=1e-6)
    assert np.allclose(slerp(start, start * 3, 0.5), start * 2)
    assert np.allclose(slerp(start, -start, 0.5), [[0, 0]])


def test_prompts_that_were_not_asked_for_lately_are_let_go(tmp_path):
    engine = FakeEngine(read)
    prompts = Prompts(read_folder(write_folder(tmp_path)), [Rows(engine, "read", 1)], kept=2)
    for word in ("a", "b", "a", "c", "a", "b"):
        prompts.embed(word)
    assert len(engine.batches) == 4


def test_no_words_are_zeros_where_the_model_was_taught_so(tmp_path):
    folder = read_folder(write_folder(tmp_path, index={"force_zeros_for_empty_prompt": True}))
    assert not Prompts(folder, [Rows(FakeEngine(read), "read", 1)]).blank().context.any()
