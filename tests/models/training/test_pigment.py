"""The pictures that the model learns from, their palettes, captions and tokens."""

import json

import numpy as np
import pytest

from models.generate.colours import COLOURS
from models.generate.measure import WORDS, seen
from models.training.pictures import save_picture
from models.training.pigment.captions import MOODS, MOST_WORDS, MOVEMENTS, Words, load_words
from models.training.pigment.compositions import COMPOSITIONS
from models.training.pigment.crops import SIDE_PX, cut, load_paintings, piece_of
from models.training.pigment.easel import Easel
from models.training.pigment.motifs import DRAW_GUEST, GUESTS, LANDS, SKIES, landscape
from models.training.pigment.palettes import HUES, Palette, recoloured
from models.training.pigment.recolour import purer
from models.training.pigment.schedule import pace
from models.training.pigment.tokens import FILLERS, merges_for, vocabulary_words


@pytest.fixture
def random():
    return np.random.default_rng(5)


@pytest.fixture
def picture(random):
    easel = Easel(Palette.draw(random), 3)
    COMPOSITIONS["triangles"](easel)
    return easel.picture()


def _parts(word, merges):
    parts = [*word[:-1], word[-1] + "</w>"]
    for left, right in merges:
        at = 0
        while at < len(parts) - 1:
            if (parts[at], parts[at + 1]) == (left, right):
                parts[at : at + 2] = [left + right]
            at += 1
    return parts


def test_merges_make_every_word_one_token_whatever_words_come_later():
    words = ["dark", "arch", "red", "dare", "rededark"]
    assert {word: _parts(word, merges_for(words)) for word in words} == {word: [word + "</w>"] for word in words}


def test_everything_that_captions_say_is_in_the_vocabulary():
    known = set(vocabulary_words())
    said = {*COLOURS, *WORDS, *MOODS, *MOVEMENTS, *MOVEMENTS.values(), *COMPOSITIONS, *LANDS, *SKIES, *DRAW_GUEST}
    assert said <= known
    assert not set(FILLERS) & known


def test_every_guest_has_a_land_and_can_be_drawn():
    assert set(GUESTS) == set(DRAW_GUEST)
    assert all(land in LANDS for lands in GUESTS.values() for land in lands)


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_a_composition_fills_a_square_and_comes_again_with_its_seed(name, random):
    palette = Palette.pure(random)
    drawn = []
    for _ in range(2):
        easel = Easel(palette, 8)
        COMPOSITIONS[name](easel)
        drawn.append(easel.picture())
    assert drawn[0].shape == (SIDE_PX, SIDE_PX, 3)
    assert np.array_equal(*drawn)
    assert drawn[0].std() > 1


def test_landscapes_tell_what_is_in_them(random):
    words = [landscape(Easel(Palette.draw(random), seed)) for seed in range(12)]
    assert all(len(LANDS.keys() & set(each)) == 1 for each in words)
    assert all(set(each) <= {*LANDS, *SKIES, *DRAW_GUEST} for each in words)
    assert len({tuple(each) for each in words}) > 6


def test_a_picture_is_recoloured_into_its_palette_and_light_stays_light():
    picture = np.full((64, 64, 3), 40, np.uint8)
    picture[:32] = 210
    palette = Palette(("blue", "yellow"), np.array([[37, 16, -53], [86, 2, 76]], np.float32))
    changed = recoloured(picture, palette, np.random.default_rng(0), kept_hue=0.1)
    assert next(iter(seen(changed[:30]).shares)) == "yellow"
    assert next(iter(seen(changed[34:]).shares)) == "blue"


def test_pure_palettes_name_all_hues(random):
    names = [name for _ in range(120) for name in Palette.pure(random).names]
    assert set(HUES) <= set(names)


def test_a_purer_picture_is_of_the_same_shape_and_other_colours(picture, random):
    changed = purer(picture, random)
    assert changed.shape == picture.shape
    assert not np.array_equal(changed, picture)


def test_paintings_are_named_by_their_files_and_others_refused(tmp_path, picture, random):
    save_picture(picture[:200], tmp_path / "monet_pond_1900.png")
    ((painter, painting),) = load_paintings(tmp_path)
    assert painter == "monet"
    assert cut(painting, random).shape == piece_of(painting, random).shape == (SIDE_PX, SIDE_PX, 3)
    save_picture(picture, tmp_path / "warhol_soup.png")
    with pytest.raises(ValueError, match="expected a name that begins with one of degas"):
        load_paintings(tmp_path)


def test_captions_say_only_what_is_true_and_never_too_much(picture, random):
    words = Words.of(picture, ["triangles", "munch"])
    true = {*words.colours, *words.light, *words.moods, *words.things, *words.manners}
    assert {"triangles", "geometric", "abstract", "munch", "expressionist", "painterly"} <= true
    captions = [words.caption(random) for _ in range(80)]
    assert all(1 <= len(caption) <= MOST_WORDS for caption in captions)
    assert all(len(set(caption)) == len(caption) and set(caption) <= true for caption in captions)
    assert len({tuple(caption) for caption in captions}) > 40


def test_words_are_read_as_they_were_written(tmp_path, picture):
    words = Words.of(picture, ["triangles"])
    (tmp_path / "words.jsonl").write_text(json.dumps(vars(words)) + "\n")
    assert load_words(tmp_path) == [words]
    assert "flat" in words.manners


def test_a_run_learns_quickly_at_first_and_little_at_its_end():
    assert pace(0) < 0.05
    assert pace(0.02) == pace(0.3) == 1
    assert pace(0.7) == pytest.approx(0.505, abs=0.01)
    assert pace(1) == pytest.approx(0.01)
