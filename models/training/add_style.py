"""From a painting to a style on the shelf: fitted for every size of the network, judged, previewed.

Runs in the process that models/adding.py starts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from torch import Tensor

from models.runtime.compiler import Progress
from models.style.collection import collect
from models.style.engine import one_style_painter
from models.style.model import SIZES
from models.style.network import load_network
from models.style.painting import read_painting
from models.style.preview import draw_preview
from models.style.shelf import Shelf
from models.style.table import StyleTable
from models.training.fit_style import Fitting, fit, sample_photos
from models.training.judging import marks
from models.training.loss import StyleLoss
from models.training.perceptual import Perceptual
from models.training.pictures import Picture, encode_jpeg, fitted
from models.training.recipe import Recipe
from models.training.scenes import thumbnail_scene

if TYPE_CHECKING:
    from models.adding import AddOrder

LARGEST_THUMBNAIL_BYTES = 8_000
LARGEST_PREVIEW_BYTES = 250_000
LARGEST_PAINTING_BYTES = 150_000
PREVIEW_PX = (320, 240)
JUDGED_BY = 4  # photos


def add(order: AddOrder, progress: Progress) -> dict[str, Any]:
    """Carry out an order; returns the facts kept in style.json. Raises PaintingError, LibraryError, OSError."""
    painting, photos = read_painting(Path(order.picture)), sample_photos()
    loss = StyleLoss(Perceptual.load(), [painting], Recipe.load().loss)
    shelf = Shelf(Path(order.shelf))
    outdated = {style.id for style in collect(shelf).outdated}
    with shelf.draft(order.id, over=order.id in outdated) as folder:
        judged: dict[str, Any] = {}
        for number, size in enumerate(order.sizes):
            started_s = time.monotonic()

            def report(doing: str, share: float, size: str = size, done: int = number) -> None:
                progress(f"{size}: {doing}", round((done + share) / len(order.sizes), 3))

            network = load_network(SIZES[size].with_suffix(".safetensors"))
            row = fit(network, loss, photos, report, Fitting(steps=order.steps))
            _keep_row(order.id, size, row, folder)
            judged[size] = marks(size, network, row.numpy(), loss, photos[:JUDGED_BY]) | {
                "seconds": round(time.monotonic() - started_s, 1)
            }
        progress("previewing", 1.0)
        facts = _facts(order) | {"score": judged}
        (folder / "style.json").write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        (folder / "painting.jpg").write_bytes(encode_jpeg(painting, LARGEST_PAINTING_BYTES))
        _draw(order, folder, painting, photos)
    return facts


def _facts(order: AddOrder) -> dict[str, Any]:
    return {
        "id": order.id,
        "name": {"en": order.name},
        "painter": order.painter,
        "year": order.year,
        "painting": order.painting or order.name,
        "licence": order.licence,
    }


def _keep_row(id_: str, size: str, row: Tensor, folder: Path) -> None:
    digest = StyleTable.load(SIZES[size].with_suffix(".safetensors")).network
    StyleTable((id_,), row[None].numpy(), digest).save(folder / f"{size}.safetensors")


def _draw(order: AddOrder, folder: Path, painting: Picture, photos: Sequence[Picture]) -> None:
    """The thumbnail, and the preview: the painting and three photos, by the first size."""
    size = order.sizes[0]
    painter = one_style_painter(size, StyleTable.load(folder / f"{size}.safetensors").rows[0])
    one = np.ones((1, 1), np.float32), np.ones(1, np.float32)
    try:
        small, scene = thumbnail_scene()
        painted = cv2.resize(painter.paint(scene[None], *one)[0], small, interpolation=cv2.INTER_AREA)
        (folder / f"{order.id}.jpg").write_bytes(encode_jpeg(painted, LARGEST_THUMBNAIL_BYTES))
        shown = [fitted(photo, *PREVIEW_PX) for photo in photos[:3]]
        sheet = draw_preview(painter, one[0][0], shown, fitted(painting, *PREVIEW_PX))
        (folder / "preview.jpg").write_bytes(encode_jpeg(sheet, LARGEST_PREVIEW_BYTES))
    finally:
        painter.close()
