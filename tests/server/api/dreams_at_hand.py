"""Stations where visitors make pictures, on show, and pictures that they keep, for tests of pages and of the API."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import made
import numpy as np
from api_house import House
from editions import station, words
from PIL import Image

from exhibit.content import DreamContent, ExperienceContent
from exhibit.dream import Source
from server.store.kept_rows import Kept, Receipt

DREAM = DreamContent(words=(words("calm"), words("storm")), wall=True)
MADE = replace(made.MADE, source=Source.CAMERA, styles={"Wave": 0.5}, unknown=("هدوء",))
LASTS_S = 86_400.0


def picture(seed: int = 0) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((256, 256), Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    return file.getvalue()


@dataclass(frozen=True)
class Link:
    """What a visitor has."""

    path: str  # of the page
    receipt: Receipt
    kept: Kept
    jpeg: bytes


async def on_show(house: House, experience: ExperienceContent = DREAM, name: str = "harbour") -> str:
    """An exhibition that visitors see, with one station; its id."""
    show = await house.exhibition(station(name, 1, experience))
    await house.store.versions.publish(show, house.library.ids, "command")
    await house.stagehand.look()
    return show


async def keep(house: House, show: str, name: str = "harbour", *, offered: bool = False, seed: int = 0) -> Link:
    """A picture that was kept at a station."""
    jpeg = picture(seed)
    receipt = await house.store.kept.keep(show, name, jpeg, MADE, house.now + LASTS_S, offered=offered)
    kept = await house.store.kept.find(receipt.token)
    assert kept is not None
    return Link(f"/kept/{receipt.token}", receipt, kept, jpeg)
