"""SqueezeNet features for the perceptual loss, read from a safetensors file; knows no style and no network to train.

Iandola et al. 2016, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters". Layers conv1 and fire2 to fire8.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

LAYERS = ("conv1", "fire2", "fire3", "fire4", "fire5", "fire6", "fire7")
_MEAN_BGR = (104.0, 117.0, 123.0)


class Perceptual:
    """Frozen convolutional features of pictures in 0..1."""

    def __init__(self, weights: Path) -> None:
        self._weights = load_file(str(weights))
        self._mean = torch.tensor(_MEAN_BGR)[None, :, None, None]

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """Activations by layer of x (N x 3 x H x W, RGB, 0..1), each N x C x h x w after its ReLU."""
        y = x.flip(1) * 255.0 - self._mean
        found: dict[str, Tensor] = {}
        for layer in LAYERS:
            y = self._conv(y, "conv1", stride=2) if layer == "conv1" else self._fire(y, layer)
            found[layer] = y
            if layer in ("conv1", "fire4"):
                y = F.max_pool2d(y, 3, 2, ceil_mode=True)
        return found

    def _conv(self, x: Tensor, name: str, *, stride: int = 1, padding: int = 0) -> Tensor:
        return F.relu(F.conv2d(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"], stride, padding))

    def _fire(self, x: Tensor, name: str) -> Tensor:
        squeezed = self._conv(x, f"{name}.squeeze")
        return torch.cat(
            [self._conv(squeezed, f"{name}.expand1x1"), self._conv(squeezed, f"{name}.expand3x3", padding=1)], dim=1
        )


def gram(features: Tensor) -> Tensor:
    """Gram matrix of N x C x h x w features, normalised by positions: N x C x C."""
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def to_tensor(picture: np.ndarray) -> Tensor:
    """uint8 H x W x 3 to float 1 x 3 x H x W in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float() / 255.0
