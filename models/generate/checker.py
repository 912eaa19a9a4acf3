"""Looks at pictures before anybody is shown them: whether they may be. Knows no queue and no curator."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from models.errors import EngineError, FolderError
from models.generate.folder import LARGEST_JSON_BYTES, LARGEST_WEIGHTS_BYTES, find_file, read_json
from models.generate.generator import Pictures
from models.generate.modules import INSTALL
from models.generate.settings import RECORD, read_record
from models.generate.tensors import TensorFile


class Checker(Protocol):
    """Looks at pictures."""

    @property
    def description(self) -> str:
        """What looks at them, or why nothing does, in one line for curators and operators."""

    def check(self, pictures: Pictures) -> list[bool]:
        """For each of N x H x W x 3 whether it may be shown."""


class NoChecker:
    """Lets every picture pass, and says why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    @property
    def description(self) -> str:
        return f"no picture is checked: {self._reason}"

    def check(self, pictures: Pictures) -> list[bool]:
        return [True] * len(pictures)


class SafetyChecker:
    """diffusers' StableDiffusionSafetyChecker: CLIP against a list of concepts (Rando et al. 2022)."""

    def __init__(self, folder: Path) -> None:
        """From a model's folder with safety_checker/ and feature_extractor/. Raises FolderError, or EngineError where
        torch, diffusers or transformers are not installed."""
        weights = find_file(folder, "safety_checker/model.safetensors", LARGEST_WEIGHTS_BYTES)
        TensorFile.read(weights)
        for name in ("safety_checker/config.json", "feature_extractor/preprocessor_config.json"):
            find_file(folder, name, LARGEST_JSON_BYTES)
        self._network, self._extractor, self._device = _load(folder)

    @property
    def description(self) -> str:
        return f"diffusers' safety checker on {self._device}: what it takes for nudity is not shown"

    def check(self, pictures: Pictures) -> list[bool]:
        import torch

        if not len(pictures):
            return []
        # As the pipeline does it; only what it says is used, the copy that it may blacken is not.
        pixels = self._extractor(list(pictures), return_tensors="pt").pixel_values.to(self._device)
        with torch.inference_mode():
            _, found = self._network(clip_input=pixels, images=list(np.zeros((len(pictures), 1, 1, 3))))
        return [not one for one in found]


def _load(folder: Path) -> tuple[Any, Any, str]:
    try:
        import torch
        from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
        from transformers import CLIPImageProcessor
    except ImportError as error:
        raise EngineError(f"checking pictures needs {error.name}, which is not installed: {INSTALL}") from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        network, info = StableDiffusionSafetyChecker.from_pretrained(
            folder / "safety_checker", use_safetensors=True, local_files_only=True, output_loading_info=True
        )
        extractor = CLIPImageProcessor.from_pretrained(folder / "feature_extractor", local_files_only=True)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise FolderError(f"safety_checker: it cannot be loaded: {error}") from error
    if info["missing_keys"]:
        raise FolderError(f"safety_checker: expected {min(info['missing_keys'])} in its weights, it is not there")
    return network.float().eval().to(device), extractor, device


def open_checker(folder: Path) -> Checker:
    """The checker in a model's folder, or one that says why there is none.

    Raises FolderError for one that is there and damaged: pictures are not shown unchecked because a file broke.
    """
    if (folder / "safety_checker").is_dir():
        return SafetyChecker(folder)
    reason = read_record(folder).get("unchecked")
    if isinstance(reason, str) and reason:
        return NoChecker(reason)
    name = read_record(folder).get("name") or read_json(folder, "model_index.json").get("_class_name")
    return NoChecker(f"{name} came without a safety checker in safetensors ({RECORD} and its folder have none)")
