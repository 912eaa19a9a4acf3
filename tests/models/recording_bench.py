"""A bench where engines of either flavour run on a recorded card, with a store of their own."""

from __future__ import annotations

import sys

import numpy as np
from recording_api import Recorder, installed
from recording_tensorrt import GOOD, STYLE_NUMBERS, recording_tensorrt

from models.runtime.card import Card
from models.runtime.choice import find_runtime
from models.runtime.engine import Terms
from models.runtime.engine_store import EngineStore
from models.runtime.model import Model, Tensor
from models.runtime.profile import Profile, Range

FLAVOURS = ["tensorrt", "tensorrt_rtx"]
CARD = Card("NVIDIA GeForce RTX 4090", 89, 24 * 2**30, "13.1")
LANE = Profile("live", {"batch": Range(1, 1, 4), "height": Range(8, 16, 32), "width": Range(8, 16, 32)})
CONTENT = GOOD + b"weights" * 100


def tiny_model(folder):
    """The model that the stand-ins compute."""
    onnx_fp16 = folder / "tiny.fp16.onnx"
    onnx_fp16.write_bytes(b"a small network")
    frames = ("batch", "height", "width", 3)
    return Model(
        name="tiny",
        onnx=folder / "tiny.onnx",
        onnx_fp16=onnx_fp16,
        module=lambda: None,
        inputs=(
            Tensor("frames", "uint8", frames),
            Tensor("style", "float32", ("batch", "style_numbers")),
            Tensor("strength", "float32", ("batch",)),
        ),
        output=Tensor("painted", "uint8", frames),
    )


def batch(seed=0, rows=1, height=16, width=24):
    """Inputs that differ with the seed."""
    draw = np.random.default_rng(seed)
    return {
        "frames": draw.integers(0, 256, (rows, height, width, 3), np.uint8),
        "style": draw.integers(0, 256, (rows, STYLE_NUMBERS)).astype(np.float32),
        "strength": np.ones(rows, np.float32),
    }


class Bench:
    """One flavour, installed on a machine with a recorded card."""

    def __init__(self, flavour, folder, monkeypatch, profiles=(LANE,)):
        self.recorder = Recorder()
        self.cuda = installed(monkeypatch, self.recorder)
        self.trt = recording_tensorrt(self.recorder, flavour, profiles=len(profiles))
        monkeypatch.setitem(sys.modules, flavour, self.trt)
        self.model = tiny_model(folder)
        self.profiles = profiles
        self.store = EngineStore(folder / "engines")
        self.runtime = type(find_runtime(flavour))(lambda: CARD)
        self.key = self.runtime.key(self.model, profiles, CARD, 0)

    def keep(self, content=CONTENT):
        """Put an engine into the store."""
        self.store.keep(self.key, content, 1.0)
        return self

    def open(self, memory_bytes=0):
        terms = Terms(memory_bytes=memory_bytes, profiles=self.profiles, store=self.store)
        return self.runtime.open(self.model, terms)
