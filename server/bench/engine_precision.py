"""What half precision costs: pictures painted by a network's fp16 graph, held against its fp32 graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.errors import EngineError
from models.runtime.onnxruntime import OnnxRuntimeEngine
from models.runtime.openvino import OpenVinoEngine
from models.style.engine import StyleEngine
from models.style.model import SHIPPED_MODEL
from models.style.painter import Frames, Painter
from models.style.parity import psnr_db
from models.style.table import StyleTable
from server.bench.clips.targets import load_targets
from server.bench.form import BenchError

WIDTH_PX = 480


@dataclass(frozen=True, slots=True)
class Precision:
    """The PSNR of every picture in every style."""

    pictures: int
    styles: int
    worst_db: float
    mean_db: float
    where: str


def measure_precision(folder: Path | None, most: int, card: Painter | None) -> Precision:
    """Paint pictures (of a folder, or the project's) in every style. Raises BenchError.

    In fp16 paints the card, where there is one, else ONNX Runtime, which rounds what each operation gives to fp16.
    """
    photos = [_as_sent(picture) for picture in list(load_targets(folder).values())[:most]]
    table = StyleTable.load(SHIPPED_MODEL.with_suffix(".safetensors"))
    try:
        exact = StyleEngine(OpenVinoEngine(SHIPPED_MODEL, precision="f32"), table)
        half = card or StyleEngine(OnnxRuntimeEngine(SHIPPED_MODEL.with_suffix(".fp16.onnx")), table)
    except EngineError as error:
        raise BenchError(str(error)) from error
    try:
        found = [db for photo in photos for db in _in_every_style(photo, half, exact)]
    finally:
        exact.close()
        if card is None:
            half.close()
    where = "the fp16 graph in ONNX Runtime, rounded after every operation" if card is None else card.description
    return Precision(len(photos), len(table.ids), min(found), float(np.mean(found)), where)


def _as_sent(picture: Frames) -> Frames:
    """At the width that phones send."""
    height = round(picture.shape[0] * WIDTH_PX / picture.shape[1])
    return np.asarray(cv2.resize(picture, (WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)


def _in_every_style(photo: Frames, half: Painter, exact: Painter) -> list[float]:
    one = np.ones(1, np.float32)
    mixes = [row[None] for row in np.eye(len(exact.styles), dtype=np.float32)]
    return [psnr_db(half.paint(photo[None], mix, one), exact.paint(photo[None], mix, one)) for mix in mixes]
