"""Words for colours, light and touch on latents that are colours themselves; and the file of a read-out."""

import json

import numpy as np
import pytest
from model_folders import CHANNELS, write_folder
from model_shelves import added

from models.errors import FolderError
from models.generate.colouring import Colouring
from models.generate.folder import read_folder
from models.generate.measure import seen
from models.generate.opening import open_folder
from models.generate.readout import ReadOut
from models.generate.shelf import SHIPPED_FOLDER
from models.generate.wish import Wish
from models.runtime.engine import Terms

PLAIN = ReadOut(np.eye(3, dtype=np.float32), np.zeros(3, np.float32))
COLOURING = Colouring(PLAIN)
WAVES = np.sin(np.arange(16) / np.array([[2.3], [3.1], [4.3]]))  # one a channel, across; and the other way down
CLOUDS = (0.5 + 0.15 * (WAVES[:, :, None] + WAVES[::-1, None])).astype(np.float32)
FADED = np.full((3, 16, 16), 0.5, np.float32) + 0.1 * CLOUDS


def drawn(words, latents=CLOUDS, steps=8):
    for step in range(steps):
        latents = COLOURING.drawn(latents, [(words, 1.0)], step / steps)
    return latents


def picture(latents):
    return (255 * np.clip(latents, 0, 1)).round().astype(np.uint8).transpose(1, 2, 0)


@pytest.mark.parametrize("words", ["red", "green violet", "navy pink cream", "black gold teal magenta"])
def test_the_colours_that_are_asked_for_appear_and_each_has_its_part(words):
    shares = seen(picture(drawn(words))).shares
    parts = [shares.get(word, 0.0) for word in words.split()]
    assert min(parts) > 0.3 / len(parts)
    assert sum(parts) > 0.7


def test_a_colour_that_is_nowhere_yet_is_laid_where_it_is_least_far():
    latents = np.tile(np.array([0.8, 0.13, 0.14], np.float32)[:, None, None], (1, 16, 16))
    latents[:, :4] = np.array([0.4, 0.2, 0.5], np.float32)[:, None, None]
    blue = picture(drawn("red blue", latents)).astype(int)
    assert (blue[:3, :, 2] > blue[:3, :, 0]).all()
    assert (blue[8:, :, 0] > blue[8:, :, 2]).all()


@pytest.mark.parametrize("words", ["", "boat monet", "horizontal coarse"])
def test_words_that_name_no_colour_leave_every_bit_as_it_is(words):
    assert COLOURING.drawn(CLOUDS, [(words, 1.0)], 0.0) is CLOUDS


def test_words_are_found_in_a_sentence_and_count_once():
    assert np.array_equal(drawn("A red, RED house. Blue! smooth smooth"), drawn("red blue smooth"))


@pytest.mark.parametrize(
    ("word", "attribute", "sign"),
    [
        *[("dark", "lightness", -1), ("bright", "lightness", 1), ("vivid", "chroma", 1), ("muted", "chroma", -1)],
        *[("stark", "contrast", 1), ("gentle", "contrast", -1), ("warm", "warmth", 1), ("cold", "warmth", -1)],
    ],
)
def test_light_is_drawn_to_what_its_words_say(word, attribute, sign):
    start = FADED if word in ("stark", "vivid") else CLOUDS
    before, after = (seen(picture(latents)).attributes[attribute] for latents in (start, drawn(word, start)))
    assert sign * (after - before) > 2


def test_the_touch_is_what_no_colour_is_read_of():
    read_out = ReadOut(np.eye(3, 4, dtype=np.float32), np.zeros(3, np.float32))
    latents = np.random.default_rng(1).standard_normal((4, 8, 8)).astype(np.float32)
    smooth = Colouring(read_out).drawn(latents, [("smooth", 1.0)], 0.0)
    assert np.allclose(smooth[:3], latents[:3], atol=1e-5)
    assert smooth[3].std() < 0.5 * latents[3].std()
    assert Colouring(read_out).drawn(latents, [("dense", 1.0)], 0.0)[3].std() > 1.2 * latents[3].std()


def test_between_two_prompts_each_draws_by_its_part():
    def between(share):
        return COLOURING.drawn(CLOUDS, [("red", 1 - share), ("blue", share)], 0.0)

    assert np.array_equal(between(0.0), COLOURING.drawn(CLOUDS, [("red", 1.0)], 0.0))
    assert np.array_equal(between(1.0), COLOURING.drawn(CLOUDS, [("blue", 1.0)], 0.0))
    reds = [between(share)[0].mean() for share in (0.0, 0.3, 0.6, 1.0)]
    assert reds == sorted(reds, reverse=True)


def test_colours_are_read_of_parts_and_changed_in_the_same_places():
    read_out = ReadOut(np.eye(12, dtype=np.float32), np.zeros(12, np.float32))
    colours = np.random.default_rng(2).uniform(0, 1, (4, 6, 3)).astype(np.float32)
    latents = read_out.latents(colours)
    assert latents.shape == (12, 2, 3)
    assert np.allclose(read_out.colours(latents), colours, atol=1e-5)
    assert np.allclose(latents[3:6, 1, 2], colours[2, 5])  # the second part: the upper right


def write(path, value, record="colouring.json"):
    (path / "colouring.json").write_text(value if isinstance(value, str) else json.dumps(value))
    return read_folder(write_folder(path, record={"colouring": record}))


GOOD = {"matrix": np.eye(3, CHANNELS).tolist(), "offset": [0.5, 0.5, 0.5]}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("{", "colouring.json is not JSON"),
        ("[]", "expected an object, got list"),
        ({}, "matrix: expected rows of numbers, got none"),
        (GOOD | {"matrix": [[1, 2], [3]]}, "matrix: expected rows of numbers, all as long"),
        (GOOD | {"matrix": [["a"] * CHANNELS] * 3}, "matrix: expected rows of numbers, all as long"),
        (GOOD | {"matrix": [[1.0] * 5] * 3}, r"a matrix of \[3, 12, 27, 48\] x 4 numbers, got \(3, 5\)"),
        (GOOD | {"matrix": [[1.0] * CHANNELS] * 6}, r"got \(6, 4\)"),
        (GOOD | {"matrix": [[0.0] * CHANNELS] * 3}, "got nothing but zeros"),
        (GOOD | {"offset": [0.5]}, r"an offset of 3 numbers, got \(1,\)"),
        (GOOD | {"offset": [float("nan")] * 3}, "offset: expected numbers from -1000 to 1000"),
        (GOOD | {"offset": [1e9] * 3}, "offset: expected numbers from -1000 to 1000"),
        (" " * 1_000_001, "expected at most 1000000 bytes"),
    ],
)
def test_a_file_that_is_no_read_out_is_refused(tmp_path, value, sentence):
    with pytest.raises(FolderError, match=sentence):
        ReadOut.of_folder(write(tmp_path, value))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [(7, "the name of a file for colouring, got 7"), ("none.json", "missing"), ("../x.json", "out of the folder")],
)
def test_a_name_that_is_none_of_a_file_in_the_folder_is_refused(tmp_path, name, sentence):
    (tmp_path / "x.json").write_text("{}")
    (tmp_path / "model").mkdir()
    folder = write(tmp_path / "model", GOOD, name)
    with pytest.raises(FolderError, match=sentence):
        ReadOut.of_folder(folder)


def test_a_folder_need_not_bring_one(tmp_path):
    assert ReadOut.of_folder(read_folder(write_folder(tmp_path))) is None
    assert ReadOut.of_folder(write(tmp_path, GOOD)).side == 1


@pytest.mark.usefixtures("graphs")
def test_a_model_that_is_added_keeps_its_read_out_and_a_broken_one_is_refused(shelf, source):
    write(source, GOOD)
    added(shelf, source)
    assert ReadOut.of_folder(read_folder(shelf.path("sd-turbo"))) is not None
    shelf.remove("sd-turbo")
    write(source, GOOD | {"offset": []})
    with pytest.raises(FolderError, match="offset"):
        added(shelf, source)
    assert shelf.names() == ()


def test_the_read_out_that_ships_sees_what_the_decoder_paints_and_brings_two_colours_together():
    generator = open_folder(SHIPPED_FOLDER, "openvino", Terms(threads=1))
    sketch = generator.begin(Wish("green violet", 5, steps=4))
    while not sketch.done:
        generator.step([sketch])
    made = generator.finish([sketch])[0]
    read = ReadOut.of_folder(read_folder(SHIPPED_FOLDER)).colours(sketch.latents)
    painted = made.reshape(32, 8, 32, 8, 3).mean((1, 3)) / 255
    assert np.abs(read - painted).mean() < 0.06
    shares = seen(made).shares
    assert min(shares.get("green", 0), shares.get("violet", 0)) > 0.15
    generator.close()
