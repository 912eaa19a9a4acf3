"""JPEG decoded and encoded on the card, by nvJPEG through nvImageCodec. Knows no network.

Pixels come back to the host: a batch of eight frames crosses the bus in a tenth of a millisecond, and whoever paints
on, or draws over, the frames needs them there. What nvJPEG refuses is left to the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineError
from models.runtime.card import find_card

Frames = NDArray[np.uint8]

INSTALL = "vernissage[nvjpeg]"
END_OF_IMAGE = b"\xff\xd9"


class NvJpeg:
    """A decoder and an encoder. Each is used by one thread at a time; the two may be used at the same time."""

    def __init__(self) -> None:
        obstacle = find_obstacle()
        if obstacle:
            raise EngineError(f"JPEG cannot be decoded on the card: {obstacle}")
        from nvidia import nvimgcodec

        self._api: Any = nvimgcodec
        kinds = (nvimgcodec.HW_GPU_ONLY, nvimgcodec.GPU_ONLY, nvimgcodec.HYBRID_CPU_GPU)
        backends = [nvimgcodec.Backend(kind) for kind in kinds]
        self._decoder = nvimgcodec.Decoder(backends=backends)
        self._encoder = nvimgcodec.Encoder(backends=backends)
        self._how_to_decode = nvimgcodec.DecodeParams(
            apply_exif_orientation=False, sample_format=nvimgcodec.SampleFormat.I_RGB
        )

    def decode(self, jpegs: Sequence[bytes], frames: Frames) -> list[bool]:
        """Decode into frames, N x H x W x 3, RGB; returns which of them could be, and are of that size."""
        whole = [index for index, jpeg in enumerate(jpegs) if jpeg.endswith(END_OF_IMAGE)]
        streams = [self._api.CodeStream(jpegs[index]) for index in whole]
        images = self._decoder.decode(streams, params=self._how_to_decode) if streams else []
        filled = [False] * len(jpegs)
        for index, image in zip(whole, images, strict=True):
            if image is not None and tuple(image.shape) == frames.shape[1:]:
                frames[index] = np.asarray(image.cpu())
                filled[index] = True
        return filled

    def encode(self, frames: Frames, quality: int) -> list[bytes]:
        """JPEG, 4:2:0, of each frame of N x H x W x 3, RGB. Raises EngineError if one cannot be."""
        how = self._api.EncodeParams(
            quality_type=self._api.QualityType.QUALITY,
            quality_value=quality,
            chroma_subsampling=self._api.ChromaSubsampling.CSS_420,
        )
        images = [self._api.as_image(np.ascontiguousarray(frame)) for frame in frames]
        encoded = self._encoder.encode(images, "jpeg", params=how)
        if any(stream is None for stream in encoded):
            raise EngineError(f"nvJPEG cannot encode frames of {frames.shape}")
        return [bytes(memoryview(stream)) for stream in encoded]


def find_obstacle() -> str:
    """Why JPEG cannot be decoded on a card here, with what to do about it; "" if it can."""
    if find_card() is None:
        return "no NVIDIA card, or no driver for it"
    try:
        import nvidia.nvimgcodec  # noqa: F401
    except ImportError:
        return f"nvImageCodec is not installed: pip install '{INSTALL}'"
    return ""
