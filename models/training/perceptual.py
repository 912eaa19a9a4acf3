"""Features of pictures for the perceptual loss, by networks of fire modules; knows no style and no network to train.

Iandola et al. 2016, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", layers conv1 and fire2 to fire7.
Two files of weights fit: those of SqueezeNet 1.0, with which the style networks are trained, and IMITATION, which
ships: a network of the same kind with squeezes of its own, that train_perceptual taught to answer as SqueezeNet does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from models.errors import LibraryError
from models.style.library import SHIPPED

IMITATION = SHIPPED / "perceptual.safetensors"
LAYERS = ("conv1", "fire2", "fire3", "fire4", "fire5", "fire6", "fire7")
POOLED = ("conv1", "fire4")  # layers with a pooling behind them
_MEAN_BGR = (104.0, 117.0, 123.0)


class Perceptual:
    """Convolutional features of pictures in 0..1. weights: by layer and part, as `fire2.squeeze.weight`."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self._weights = weights
        self.device = weights["conv1.weight"].device
        self._mean = torch.tensor(_MEAN_BGR, device=self.device)[None, :, None, None]

    @staticmethod
    def load(path: Path = IMITATION, device: str = "cpu") -> Perceptual:
        """Read the weights of a safetensors file. Raises LibraryError if they are not there."""
        try:
            weights = {name: tensor.float() for name, tensor in load_file(str(path), device).items()}
            return Perceptual(weights)
        except (OSError, SafetensorError, KeyError) as error:
            raise LibraryError(f"expected the weights of a perceptual network at {path}: {error}") from error

    def features(self, x: Tensor, last: str = LAYERS[-1]) -> dict[str, Tensor]:
        """Activations by layer of x (N x 3 x H x W, RGB, 0..1), each N x C x h x w after its ReLU, up to the last."""
        y = self.centred(x)
        found: dict[str, Tensor] = {}
        for layer in LAYERS:
            y = found[layer] = self.layer(y, layer)
            if layer == last:
                break
            y = pool(y, layer)
        return found

    def centred(self, x: Tensor) -> Tensor:
        """Pictures as the first layer takes them."""
        return x.flip(1) * 255.0 - self._mean

    def layer(self, y: Tensor, name: str) -> Tensor:
        """What one layer makes of its input."""
        if name == "conv1":
            return self._conv(y, name, stride=2)
        squeezed = self._conv(y, f"{name}.squeeze")
        return torch.cat(
            [self._conv(squeezed, f"{name}.expand1x1"), self._conv(squeezed, f"{name}.expand3x3", padding=1)], dim=1
        )

    def _conv(self, x: Tensor, name: str, *, stride: int = 1, padding: int = 0) -> Tensor:
        return F.relu(F.conv2d(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"], stride, padding))


def pool(y: Tensor, layer: str) -> Tensor:
    """What the next layer takes of this one's."""
    return F.max_pool2d(y, 3, 2, ceil_mode=True) if layer in POOLED else y


def gram(features: Tensor) -> Tensor:
    """Gram matrix of N x C x h x w features, normalised by positions: N x C x C."""
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def to_tensor(picture: np.ndarray) -> Tensor:
    """uint8 H x W x 3 to float 1 x 3 x H x W in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float() / 255.0
