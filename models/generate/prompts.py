"""What a model's text encoders make of prompts, kept so that the same words are read once; and the way between two."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.generate.folder import ModelFolder, TextPart
from models.generate.rows import Rows
from models.generate.tokens import Tokenizer

Floats = NDArray[np.float32]
KEPT_PROMPTS = 128
_NEARLY_PARALLEL = 0.9995  # the cosine beyond which the arc is a line


@dataclass(frozen=True, slots=True)
class Embedding:
    """A prompt as its model sees it. Shared by whoever has the same words; so never written to."""

    context: Floats  # tokens x width
    pooled: Floats  # of the whole prompt; empty where the model has none

    def toward(self, other: Embedding, share: float) -> Embedding:
        """So far on the arc to another, 0 to 1, token by token."""
        return Embedding(slerp(self.context, other.context, share), slerp(self.pooled, other.pooled, share))


class Prompts:
    """Reads prompts."""

    def __init__(self, folder: ModelFolder, encoders: Sequence[Rows], kept: int = KEPT_PROMPTS) -> None:
        self._parts = folder.texts
        self._encoders = encoders
        self._tokenizers = [Tokenizer(folder.path, text.tokenizer, text.length) for text in folder.texts]
        self._blank_is_zero = folder.blank_is_zero
        self._kept_most = kept
        self._kept: OrderedDict[str, Embedding] = OrderedDict()  # the least recently used first

    def embed(self, prompt: str) -> Embedding:
        """What the encoders make of a prompt."""
        if prompt in self._kept:
            self._kept.move_to_end(prompt)
            return self._kept[prompt]
        while len(self._kept) >= self._kept_most:
            self._kept.popitem(last=False)
        embedding = self._kept[prompt] = self._read(prompt)
        return embedding

    def blank(self) -> Embedding:
        """What guidance leads away from: no words."""
        embedding = self.embed("")
        if not self._blank_is_zero:
            return embedding
        return Embedding(np.zeros_like(embedding.context), np.zeros_like(embedding.pooled))

    def _read(self, prompt: str) -> Embedding:
        read = [self._of_one(*one, prompt) for one in zip(self._parts, self._encoders, self._tokenizers, strict=True)]
        context = np.concatenate([embedding.context for embedding in read], axis=1)
        return Embedding(context, np.concatenate([embedding.pooled for embedding in read]))

    def _of_one(self, part: TextPart, encoder: Rows, tokenizer: Tokenizer, prompt: str) -> Embedding:
        row: Floats = encoder.run({"ids": tokenizer(prompt)})[0]
        words = part.length * part.width
        return Embedding(row[:words].reshape(part.length, part.width), row[words:])


def slerp(start: Floats, end: Floats, share: float) -> Floats:
    """Spherical interpolation of the vectors on the last axis (Shoemake 1985); along a line where they are parallel."""
    if not start.size:
        return start
    lengths = np.linalg.norm(start, axis=-1, keepdims=True) * np.linalg.norm(end, axis=-1, keepdims=True)
    cosine = np.sum(start * end, axis=-1, keepdims=True) / np.maximum(lengths, 1e-12)
    straight = np.abs(cosine) > _NEARLY_PARALLEL
    angle = np.arccos(np.clip(np.where(straight, 0.0, cosine), -1, 1))
    of_start = np.where(straight, 1 - share, np.sin((1 - share) * angle) / np.sin(angle))
    of_end = np.where(straight, share, np.sin(share * angle) / np.sin(angle))
    return (of_start * start + of_end * end).astype(np.float32)
