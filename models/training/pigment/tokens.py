"""The model's tokenizer, in CLIP's own format: a word of its vocabulary is one token, all others are spelt."""

from __future__ import annotations

import json
import string
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

WORDS_FILE = Path(__file__).parent / "words.json"
LENGTH = 32  # tokens of a prompt, padded
FILLERS = ("a", "an", "the", "in", "of", "and", "with", "on", "manner", "style", "painting", "very")
START, END = "<|startoftext|>", "<|endoftext|>"


def vocabulary_words(path: Path = WORDS_FILE) -> list[str]:
    """Canonical words, some of them of two parts."""
    return list(json.loads(path.read_text(encoding="utf-8")))


def merges_for(words: Iterable[str]) -> list[tuple[str, str]]:
    """Merges of byte pair encoding that make each word one token.

    Words come one after another: each is split by the merges so far, and what is left in parts is joined from the left.
    Later merges never undo earlier words, since earlier merges go first.
    """
    merges: list[tuple[str, str]] = []
    for word in words:
        parts = _split(word, merges)
        while len(parts) > 1:
            merges.append((parts[0], parts[1]))
            parts = _split(word, merges)
    return merges


def _split(word: str, merges: list[tuple[str, str]]) -> list[str]:
    parts = [*word[:-1], word[-1] + "</w>"]
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    while len(parts) > 1:
        pairs = list(pairwise(parts))
        best = min(pairs, key=lambda pair: ranks.get(pair, len(ranks)))
        if best not in ranks:
            break
        at = pairs.index(best)
        parts[at : at + 2] = ["".join(best)]
    return parts


def tokenizer(path: Path = WORDS_FILE) -> Any:
    """transformers.CLIPTokenizer that knows the vocabulary, of LENGTH tokens."""
    from transformers import CLIPTokenizer

    words = list(dict.fromkeys(part for word in [*vocabulary_words(path), *FILLERS] for part in word.split()))
    merges = merges_for(words)
    signs = string.ascii_lowercase + string.digits + "-'.,!?"
    tokens = [*signs, *(sign + "</w>" for sign in signs), *("".join(pair) for pair in merges)]
    vocab = {token: index for index, token in enumerate([START, END, *dict.fromkeys(tokens)])}
    return CLIPTokenizer(vocab=vocab, merges=merges, model_max_length=LENGTH)
