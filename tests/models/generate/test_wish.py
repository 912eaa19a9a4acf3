"""What may be wished for."""

import numpy as np
import pytest

from models.errors import GenerateError
from models.generate.wish import MAX_CHARACTERS, Wish, read_plainly


def test_words_and_a_seed_are_enough():
    Wish("blue sea", 0).check()
    Wish("蓝色的海", 2**32 - 1, steps=100, guidance=0.0, toward="red", share=1.0).check()


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("", 0), "expected words, got none"),
        (Wish(" \n\t", 0), "expected words, got none"),
        (Wish("x" * (MAX_CHARACTERS + 1), 0), "at most 500 characters, got 501"),
        (Wish("x" * 10_000, 0), "got 10000"),
        (Wish("blue", -1), "a seed from 0 to 4294967295, got -1"),
        (Wish("blue", 2**32), "a seed"),
        (Wish("blue", 0, steps=101), "0 to 100 steps, got 101"),
        (Wish("blue", 0, guidance=float("nan")), "a guidance from 0 to 30, got nan"),
        (Wish("blue", 0, guidance=31), "a guidance"),
        (Wish("blue", 0, change=1.5), "a change from 0 to 1, got 1.5"),
        (Wish("blue", 0, toward="red", share=-0.1), "a share from 0 to 1"),
        (Wish("blue", 0, share=0.5), "expected words to go toward"),
        (Wish("blue", 0, toward="x" * 501, share=0.5), "at most 500"),
        (Wish("blue", 0, source=np.zeros((4, 4), np.uint8)), "uint8 H x W x 3, got uint8"),
        (Wish("blue", 0, source=np.zeros((4, 4, 3))), "got float64"),
        (Wish("blue", 0, source=np.zeros((0, 4, 3), np.uint8)), "1 to 4096 px a side"),
        (Wish("blue", 0, source=np.zeros((1, 5000, 3), np.uint8)), "1 to 4096 px a side"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(wish, said):
    with pytest.raises(GenerateError, match=said):
        wish.check()


def test_a_plain_reading_takes_every_word_once():
    reading = read_plainly("  blue \n sea blue ")
    assert (reading.understood, reading.unknown, reading.prompt) == (("blue", "sea"), (), "blue sea blue")
