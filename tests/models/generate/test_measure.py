"""Pictures measured in words, and how far they are from what words asked for."""

import numpy as np
import pytest

from models.generate.colours import COLOURS, lab_of, rgb_of
from models.generate.measure import WORDS, asked, distance, prompts, rank, seen


def plain(name, side=64):
    return np.full((side, side, 3), COLOURS[name], np.uint8)


def halves(upper, lower):
    return np.vstack([plain(upper)[:32], plain(lower)[:32]])


def bands(transposed=False):
    picture = np.zeros((256, 256, 3), np.uint8)
    picture[(np.arange(256) // 16) % 2 == 0] = 255
    return np.ascontiguousarray(picture.transpose(1, 0, 2)) if transposed else picture


@pytest.mark.parametrize("name", COLOURS)
def test_a_picture_of_one_named_colour_is_seen_as_that_colour(name):
    assert seen(plain(name)).shares == {name: 1.0}


def test_shares_are_parts_of_the_picture():
    shares = seen(halves("red", "blue")).shares
    assert shares["red"] == pytest.approx(0.5, abs=0.05)
    assert shares["blue"] == pytest.approx(0.5, abs=0.05)
    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("picture", "true", "untrue"),
    [
        (plain("black"), {"dark", "muted", "smooth", "soft", "gentle"}, {"bright", "vivid", "dense", "stark"}),
        (plain("white"), {"bright", "pale"}, {"dark", "dim"}),
        (plain("yellow"), {"vivid", "warm"}, {"cold", "muted", "pale"}),
        (plain("blue"), {"cold", "vivid"}, {"warm"}),
        (bands(), {"stark", "horizontal", "crisp"}, {"vertical", "diagonal", "gentle", "soft"}),
        (bands(transposed=True), {"vertical"}, {"horizontal", "diagonal"}),
    ],
)
def test_words_are_true_of_what_a_person_would_call_so(picture, true, untrue):
    said = {word for word in WORDS if seen(picture).says(word)}
    assert true <= said
    assert not untrue & said


def test_noise_is_dense_and_a_slanted_edge_is_diagonal():
    noise = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    assert seen(noise).says("dense")
    rows, columns = np.mgrid[:256, :256]
    slanted = np.where(((rows + columns) // 20 % 2)[..., None] == 0, 30, 220).repeat(3, 2).astype(np.uint8)
    assert seen(slanted).says("diagonal")


def test_the_nearer_picture_has_the_smaller_distance():
    wanted = asked(["red", "blue"])
    both, one, other = (distance(wanted, seen(p)) for p in (halves("red", "blue"), plain("red"), plain("green")))
    assert both < one < other


def test_an_attribute_that_is_missed_counts_and_one_that_is_met_does_not():
    dark, bright = seen(plain("black")), seen(plain("white"))
    assert distance(asked(["dark"]), dark) == 0
    assert distance(asked(["dark"]), bright) > 20
    assert distance(asked(["harmony"]), bright) == 0


def test_pictures_that_are_what_was_asked_for_rank_first_and_swapped_ones_last():
    asking = [("red",), ("blue",), ("green", "yellow")]
    pictures = [plain("red"), plain("blue"), halves("green", "yellow")]
    assert rank(asking, pictures) == [0, 0, 0]
    assert min(rank(asking, [pictures[1], pictures[2], pictures[0]])) > 0


def test_a_rank_needs_a_picture_for_each_prompt():
    with pytest.raises(ValueError, match="as many prompts as pictures, got 1 and 2"):
        rank([("red",)], [plain("red"), plain("blue")])


def test_prompts_differ_in_their_colours_and_come_again_with_their_seed():
    made = prompts(60, 3)
    assert made == prompts(60, 3)
    assert made != prompts(60, 4)
    assert len({frozenset(word for word in words if word in COLOURS) for words in made}) == 60
    assert all(word in COLOURS or word in WORDS for words in made for word in words)
    assert all(1 <= sum(word in COLOURS for word in words) <= 3 for words in made)


@pytest.mark.parametrize("count", [0, 501])
def test_a_number_of_prompts_that_cannot_be_made_is_refused(count):
    with pytest.raises(ValueError, match=f"expected 1 to 500 prompts, got {count}"):
        prompts(count, 0)


@pytest.mark.parametrize("picture", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)])
def test_what_is_no_picture_is_refused(picture):
    with pytest.raises(ValueError, match="expected a picture as uint8 H x W x 3"):
        seen(picture)


def test_lab_and_back_is_the_same_picture():
    picture = np.random.default_rng(1).integers(0, 255, (8, 8, 3), np.uint8)
    assert np.abs(rgb_of(lab_of(picture)).astype(int) - picture).max() <= 1
