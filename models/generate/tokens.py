"""Words as a CLIP text encoder's numbers: lower case, byte pairs, a start, an end, padding. Needs tokenizers.

Radford et al. 2021 (CLIP); reads tokenizer.json as it is, or vocab.json and merges.txt as CLIP's own tokenizer does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineError, FolderError
from models.generate.folder import LARGEST_TOKENIZER_BYTES, find_file, read_json

_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
_START, _END = "<|startoftext|>", "<|endoftext|>"


class Tokenizer:
    """Turns a prompt into a row of numbers, always as many."""

    def __init__(self, root: Path, name: str, length: int) -> None:
        """The tokenizer in a folder of a model's folder; length: tokens of the encoder. Raises FolderError."""
        config = read_json(root, f"{name}/tokenizer_config.json")
        self._tokens = _load(root, name)
        self._start, self._end = (self._id(config, *of) for of in (("bos_token", _START), ("eos_token", _END)))
        self._pad = self._id(config, "pad_token", _END)
        most = config.get("model_max_length", length)
        self._most = min(length, most) if type(most) is int and most > 2 else length
        self._length = length

    def __call__(self, prompt: str) -> NDArray[np.int64]:
        """Numbers, 1 x length; what is too long is cut at its end."""
        found = self._tokens.encode(prompt, add_special_tokens=False).ids[: self._most - 2]
        row = [self._start, *found, self._end]
        return np.array([row + [self._pad] * (self._length - len(row))], np.int64)

    def _id(self, config: Mapping[str, Any], name: str, otherwise: str) -> int:
        value = config.get(name, otherwise)
        word = value.get("content") if isinstance(value, dict) else value
        number = self._tokens.token_to_id(word) if isinstance(word, str) else None
        if number is None:
            raise FolderError(f"tokenizer: expected a {name} that is in its vocabulary, got {word!r}")
        return int(number)


def _load(root: Path, name: str) -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise EngineError("reading words needs tokenizers, which is not installed: pip install tokenizers") from error
    try:
        if (root / name / "tokenizer.json").exists():
            content = find_file(root, f"{name}/tokenizer.json", LARGEST_TOKENIZER_BYTES).read_bytes()
            made = tokenizers.Tokenizer.from_buffer(content)
        else:
            made = _of_clip(root, name)
    except FolderError:
        raise
    except Exception as error:  # tokenizers raises plain Exception for whatever it cannot read
        raise FolderError(f"{name}: its files cannot be read: {error}") from error
    made.no_padding()
    made.no_truncation()
    return made


def _of_clip(root: Path, name: str) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = json.loads(find_file(root, f"{name}/vocab.json", LARGEST_TOKENIZER_BYTES).read_bytes())
    lines = find_file(root, f"{name}/merges.txt", LARGEST_TOKENIZER_BYTES).read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if line and not line.startswith("#version")]
    merges = [(first, second) for first, second in pairs]
    made = Tokenizer(
        models.BPE(vocabulary, merges, unk_token=_END, continuing_subword_prefix="", end_of_word_suffix="</w>")
    )
    made.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return made
