"""The perceptual loss of a painted picture: near the painting in manner, near the photo in content, smooth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from models.training.perceptual import Perceptual, gram, to_tensor
from models.training.pictures import Picture, load_picture
from models.training.recipe import LossWeights, Recipe

CONTENT_LAYER = "fire4"


class StyleLoss:
    """Gram loss to each painting, feature loss to the photo, total variation (Johnson 2016), weighted.

    paintings: RGB pictures, as large as they are to be learned from; the order is that of style_index.
    """

    def __init__(self, perceptual: Perceptual, paintings: Sequence[Picture], weights: LossWeights) -> None:
        self._perceptual, self._weights = perceptual, weights
        grams = [self._painting_grams(painting) for painting in paintings]
        self._targets = {layer: torch.cat([g[layer] for g in grams]) for layer in grams[0]}

    @staticmethod
    def of_recipe(recipe: Recipe, perceptual: Perceptual, folder: Path) -> StyleLoss:
        """The loss to the paintings of a recipe. Raises ValueError if one is not in the folder."""
        paintings = [load_picture(folder / style.picture, recipe.painting_px) for style in recipe.styles]
        return StyleLoss(perceptual, paintings, recipe.loss)

    def _painting_grams(self, painting: Picture) -> dict[str, Tensor]:
        picture = to_tensor(painting).to(self._perceptual.device)
        with torch.no_grad():
            return {layer: gram(f) for layer, f in self._perceptual.features(picture).items()}

    def content_of(self, photo: Tensor) -> Tensor:
        """What `__call__` compares the content with: features of N x 3 x H x W photos."""
        with torch.no_grad():
            return self._perceptual.features(photo, CONTENT_LAYER)[CONTENT_LAYER]

    def __call__(self, wanted: Tensor, painted: Tensor, style_index: Tensor) -> dict[str, Tensor]:
        """Terms of the loss, each N numbers, one a picture: style, content, variation. wanted: by content_of."""
        got = self._perceptual.features(painted)
        style = torch.zeros(len(painted), device=painted.device)
        for layer, targets in self._targets.items():
            target = targets[style_index]
            scale = target.square().mean(dim=(1, 2))
            style = style + (gram(got[layer]) - target).square().mean(dim=(1, 2)) / scale
        variance = wanted.var(dim=(1, 2, 3))
        content = (got[CONTENT_LAYER] - wanted).square().mean(dim=(1, 2, 3)) / variance
        return {
            "style": style,
            "content": self._weights.content * content,
            "variation": self._weights.variation * total_variation(painted),
        }


def total(terms: Mapping[str, Tensor]) -> Tensor:
    """The sum of the terms, N numbers."""
    return torch.stack(list(terms.values())).sum(dim=0)


def total_variation(x: Tensor) -> Tensor:
    """Mean absolute difference of neighbouring pixels, one number a picture."""
    down = (x[..., 1:, :] - x[..., :-1, :]).abs().mean(dim=(1, 2, 3))
    return down + (x[..., :, 1:] - x[..., :, :-1]).abs().mean(dim=(1, 2, 3))
