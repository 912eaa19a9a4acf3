"""JPEG on a card, against a recording of nvImageCodec: what it is asked for, and what is left to the cores."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from models.errors import EngineError
from models.runtime import nvjpeg

WHOLE = b"a picture\xff\xd9"


class FakeCodec(ModuleType):
    """Decodes any stream to one flat picture, or refuses."""

    HW_GPU_ONLY, GPU_ONLY, HYBRID_CPU_GPU = 1, 2, 3
    SampleFormat = SimpleNamespace(I_RGB="rgb")
    QualityType = SimpleNamespace(QUALITY="quality")
    ChromaSubsampling = SimpleNamespace(CSS_420="4:2:0")
    Backend = CodeStream = staticmethod(lambda given: given)
    as_image = staticmethod(lambda frame: frame)

    def __init__(self, shape=(4, 6, 3)):
        super().__init__("nvidia.nvimgcodec")
        self.shape, self.asked, self.refuses = shape, [], False
        self.DecodeParams = self.EncodeParams = lambda **how: how
        self.Decoder = self.Encoder = lambda backends: self

    def decode(self, streams, params):
        self.asked.append((streams, params))
        image = SimpleNamespace(shape=self.shape, cpu=lambda: np.full(self.shape, 9, np.uint8))
        return [None if stream.startswith(b"refused") else image for stream in streams]

    def encode(self, images, kind, params):
        self.asked.append((kind, params))
        return [None if self.refuses else b"jpeg" for _ in images]


@pytest.fixture
def codec(monkeypatch):
    codec, package = FakeCodec(), ModuleType("nvidia")
    package.nvimgcodec = codec
    monkeypatch.setitem(sys.modules, "nvidia", package)
    monkeypatch.setitem(sys.modules, "nvidia.nvimgcodec", codec)
    monkeypatch.setattr(nvjpeg, "find_card", lambda: "a card")
    return codec


def test_what_is_torn_or_refused_is_left_to_the_cores_and_the_rest_is_filled(codec):
    frames = np.zeros((3, 4, 6, 3), np.uint8)
    assert nvjpeg.NvJpeg().decode([WHOLE, b"torn", b"refused\xff\xd9"], frames) == [True, False, False]
    assert [frame.mean() for frame in frames] == [9, 0, 0]
    ((streams, how),) = codec.asked
    assert streams == [WHOLE, b"refused\xff\xd9"]
    assert how == {"apply_exif_orientation": False, "sample_format": "rgb"}


def test_a_picture_of_another_size_is_left_to_the_cores(codec):
    frames = np.zeros((1, 8, 6, 3), np.uint8)
    assert nvjpeg.NvJpeg().decode([WHOLE], frames) == [False]
    assert not frames.any()


def test_frames_are_encoded_with_half_the_colour_at_the_quality_asked_for(codec):
    assert nvjpeg.NvJpeg().encode(np.zeros((2, 4, 6, 3), np.uint8), 80) == [b"jpeg", b"jpeg"]
    wanted = {"quality_type": "quality", "quality_value": 80, "chroma_subsampling": "4:2:0"}
    assert codec.asked == [("jpeg", wanted)]
    codec.refuses = True
    with pytest.raises(EngineError, match="nvJPEG cannot encode frames of"):
        nvjpeg.NvJpeg().encode(np.zeros((1, 4, 6, 3), np.uint8), 80)


def test_what_is_missing_is_named_with_what_to_do(codec, monkeypatch):
    monkeypatch.setitem(sys.modules, "nvidia.nvimgcodec", None)
    with pytest.raises(EngineError, match=r"nvImageCodec is not installed: pip install 'vernissage\[nvjpeg\]'"):
        nvjpeg.NvJpeg()
    monkeypatch.setattr(nvjpeg, "find_card", lambda: None)
    assert nvjpeg.find_obstacle() == "no NVIDIA card, or no driver for it"
