"""The perceptual loss of a painted picture: near the painting in manner, near the photo in content, smooth."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from models.training.perceptual import Perceptual, gram, to_tensor
from models.training.pictures import load_picture
from models.training.recipe import Recipe

CONTENT_LAYER = "fire4"


class StyleLoss:
    """Gram loss to each painting, feature loss to the photo, total variation (Johnson 2016), weighted by the recipe."""

    def __init__(self, recipe: Recipe, perceptual: Perceptual, paintings: Path) -> None:
        self._recipe, self._perceptual = recipe, perceptual
        grams = [self._painting_grams(paintings / style.picture) for style in recipe.styles]
        self._targets = {layer: torch.cat([g[layer] for g in grams]) for layer in grams[0]}

    def _painting_grams(self, path: Path) -> dict[str, Tensor]:
        picture = to_tensor(load_picture(path, self._recipe.painting_px))
        with torch.no_grad():
            return {layer: gram(f) for layer, f in self._perceptual.features(picture).items()}

    def __call__(self, photo: Tensor, painted: Tensor, style_index: Tensor) -> dict[str, Tensor]:
        """Terms of the loss for a batch, each a scalar: style, content, variation."""
        with torch.no_grad():
            wanted = self._perceptual.features(photo)[CONTENT_LAYER]
        got = self._perceptual.features(painted)
        style = torch.zeros(())
        for layer, targets in self._targets.items():
            target = targets[style_index]
            scale = target.square().mean(dim=(1, 2))
            style = style + ((gram(got[layer]) - target).square().mean(dim=(1, 2)) / scale).mean()
        variance = wanted.var(dim=(1, 2, 3))
        content = ((got[CONTENT_LAYER] - wanted).square().mean(dim=(1, 2, 3)) / variance).mean()
        return {
            "style": style,
            "content": self._recipe.content_weight * content,
            "variation": self._recipe.variation_weight * total_variation(painted),
        }


def total_variation(x: Tensor) -> Tensor:
    """Mean absolute difference of neighbouring pixels."""
    return (x[..., 1:, :] - x[..., :-1, :]).abs().mean() + (x[..., :, 1:] - x[..., :, :-1]).abs().mean()
