"""Losses of `bench style`: networks against pictures that were optimised, added styles against trained ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from models.errors import LibraryError
from models.style.model import SIZES
from models.style.network import load_network
from models.style.painter import Floats, Frames
from models.style.table import StyleTable
from models.training.fit_style import fit, sample_photos
from models.training.judging import score
from models.training.loss import StyleLoss, total
from models.training.optimised import optimised_losses
from models.training.perceptual import Perceptual, to_tensor
from models.training.pictures import fitted, list_pictures, load_picture
from models.training.recipe import Recipe

SIDE_PX = 256
STEPS = (50, 100)

Thing = TypeVar("Thing")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Material:
    """What losses are measured with. Paintings by the id of their style, or by their file's name if there is none."""

    photos: Mapping[str, Frames]  # SIDE_PX square
    paintings: Mapping[str, Path]
    perceptual: Path
    known: frozenset[str]  # ids of paintings that the networks were trained with


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over styles of the total loss, over that of optimised pictures, by steps; and the worst style."""

    of_steps: Mapping[int, float]
    worst: tuple[str, float]  # of 50 steps
    styles: int
    fitted: int  # of these were no styles of the library: their rows were fitted first


def gather(
    photos: Path | None, paintings: Path | None, perceptual: Path | None, *, most: int, styles: int, anew: bool
) -> Material:
    """What the folders hold: `most` photos that no network was trained on, and so many styles.

    anew: if none of the paintings is one of the library's, each may be fitted first, which takes minutes.
    Raises LibraryError.
    """
    for what, given in (("photos", photos), ("paintings", paintings), ("perceptual", perceptual)):
        if given is None:
            raise LibraryError(f"it needs --{what}")
        if not given.exists():
            raise LibraryError(f"--{what}: nothing at {given}")
    assert photos is not None
    assert paintings is not None
    assert perceptual is not None
    recipe = Recipe.load()
    try:
        unseen = [path for path in list_pictures(photos) if path.name not in recipe.photos]
        found = list_pictures(paintings)
    except FileNotFoundError as error:
        raise LibraryError(str(error)) from error
    if not unseen:
        raise LibraryError(f"the networks were trained on every photo in {photos}")
    chosen = _spread(unseen, most)
    ids = {style.picture: style.id for style in recipe.styles}
    named = {ids.get(path.name, path.stem): path for path in found}
    known = frozenset(set(named) & set(ids.values()))
    may = sorted(known) or (list(named) if anew else [])
    if not may:
        raise LibraryError("none of these paintings is one of the library's, and fitting a style takes minutes")
    kept = _spread(may, styles)
    return Material(
        {path.name: fitted(load_picture(path), SIDE_PX, SIDE_PX) for path in chosen},
        {id_: named[id_] for id_ in kept},
        perceptual,
        known,
    )


def _spread(things: Sequence[Thing], count: int) -> list[Thing]:
    """So many of them, evenly from first to last."""
    at = np.linspace(0, len(things) - 1, min(count, len(things))).round().astype(int)
    return [things[index] for index in at]


def measure_losses(material: Material, say: Say) -> Mapping[str, Losses]:
    """By the size of the network. Optimises each photo for each style: minutes for a library. Raises LibraryError."""
    recipe, perceptual = Recipe.load(), Perceptual.load(material.perceptual)
    networks = {size: load_network(onnx.with_suffix(".safetensors")) for size, onnx in SIZES.items()}
    tables = {size: StyleTable.load(onnx.with_suffix(".safetensors")) for size, onnx in SIZES.items()}
    photos = torch.cat([to_tensor(photo) for photo in material.photos.values()])
    index = torch.zeros(len(photos), dtype=torch.long)
    ratios: dict[str, dict[str, Mapping[int, float]]] = {size: {} for size in SIZES}
    for number, (id_, path) in enumerate(material.paintings.items()):
        say(f"optimising pictures after {id_} ({number + 1} of {len(material.paintings)})")
        painting = load_picture(path, recipe.painting_px)
        loss = StyleLoss(perceptual, [painting], recipe.loss)
        optimised = {
            steps: float(found.mean()) for steps, found in optimised_losses(loss, photos, index, STEPS).items()
        }
        wanted = loss.content_of(photos)
        for size, network in networks.items():
            row = torch.from_numpy(tables[size].row(id_) if id_ in material.known else fitted_row(size, painting, say))
            with torch.no_grad():
                painted = network.paint(photos, row[None].expand(len(photos), -1))
                got = float(total(loss(wanted, painted, index)).mean())
            ratios[size][id_] = {steps: got / value for steps, value in optimised.items()}
    anew = sum(id_ not in material.known for id_ in material.paintings)
    return {size: _summed(found, anew) for size, found in ratios.items()}


def _summed(ratios: Mapping[str, Mapping[int, float]], fitted: int) -> Losses:
    worst = max(ratios, key=lambda id_: ratios[id_][STEPS[0]])
    means = {steps: float(np.mean([ratio[steps] for ratio in ratios.values()])) for steps in STEPS}
    return Losses(means, (worst, ratios[worst][STEPS[0]]), len(ratios), fitted)


def fitted_row(size: str, painting: Frames, say: Say, without: str = "") -> Floats:
    """The row that `vernissage styles add` fits to a painting, for a size of the network that lacks one style's row."""

    def tell(doing: str, share: float) -> None:
        say(f"{doing} {size}: {share:.0%}")

    weights = SIZES[size].with_suffix(".safetensors")
    network = load_network(weights)
    others = [row for row, id_ in enumerate(StyleTable.load(weights).ids) if id_ != without]
    network.table = torch.nn.Parameter(network.table[others].detach())
    loss = StyleLoss(Perceptual.load(), [painting], Recipe.load().loss)
    row: Floats = fit(network, loss, sample_photos(), tell).numpy()
    return row


@dataclass(frozen=True, slots=True)
class Added:
    """Styles fitted anew, with the network still, against the same styles as trained: means over some of them."""

    ratio: float
    minutes: float  # for all sizes of the network, the slowest style
    styles: tuple[str, ...]


def measure_added(material: Material, count: int, say: Say) -> Added:
    """Fit so many of the library's styles as if a gallery had added them: not from their own rows, but with a network
    that has learned from their paintings too. Raises LibraryError."""
    known = [id_ for id_ in material.paintings if id_ in material.known]
    if not known:
        raise LibraryError("none of these paintings is one of the library's")

    recipe, perceptual = Recipe.load(), Perceptual.load(material.perceptual)
    ratios, minutes, chosen = [], [], tuple(_spread(known, count))
    for id_ in chosen:
        painting = load_picture(material.paintings[id_], recipe.painting_px)
        loss = StyleLoss(perceptual, [painting], recipe.loss)
        started_s = time.monotonic()
        rows = {size: fitted_row(size, painting, say, without=id_) for size in SIZES}
        minutes.append((time.monotonic() - started_s) / 60)
        size = next(iter(SIZES))
        weights = SIZES[size].with_suffix(".safetensors")
        network, photos = load_network(weights), list(material.photos.values())
        trained = torch.from_numpy(StyleTable.load(weights).row(id_))
        added = score(network, torch.from_numpy(rows[size]), loss, photos)
        ratios.append(added.total / score(network, trained, loss, photos).total)
    return Added(float(np.mean(ratios)), max(minutes), chosen)
