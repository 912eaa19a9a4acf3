"""What dreams need of the rest of the house: lists of words, the store, the signer, the library. Blocks nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from exhibit.dream import Made
from exhibit.exhibition import Exhibition, HouseWords
from exhibit.texts import Texts
from exhibit.words.listed import WordLists
from exhibit.words.shipped import shipped_exceptions, shipped_lists
from server.dreams.dreaming import Keeping, NotKeptError
from server.dreams.job import Job, Outcome
from server.instant import instant_of
from server.provenance.credentials import Signer
from server.provenance.identity import ProvenanceError
from server.register import Visitor
from server.store.errors import StoreError
from server.store.kept import KeptPictures

log = logging.getLogger("vernissage.dreams")

FALLBACK_PX = 1024  # the longer side of a fallback, at most
FALLBACK_QUALITY = 88


class WordsOfHouse:
    """The lists that ship with what each exhibition changes in them, built when they are first asked for."""

    def __init__(self) -> None:
        self._built: dict[str, tuple[HouseWords, WordLists]] = {}  # by the exhibition's subject

    async def lists(self, exhibition: Exhibition) -> WordLists:
        """What is refused there."""
        known = self._built.get(exhibition.subject)
        if known is None or known[0] != exhibition.house_words:
            lists = await asyncio.to_thread(_build, exhibition.house_words)
            known = self._built[exhibition.subject] = exhibition.house_words, lists
        return known[1]


def _build(house: HouseWords) -> WordLists:
    refused, allowed = dict(shipped_lists()), dict(shipped_exceptions())
    for lists, more in ((refused, house.refused), (allowed, house.allowed)):
        for language, words in more.items():
            lists[language] = (*lists.get(language, ()), *words)
    return WordLists(refused, allowed)


class Keeper:
    """Signs pictures and keeps them."""

    def __init__(
        self, kept: KeptPictures, signer: Signer, base_url: Callable[[], str], now_s: Callable[[], float]
    ) -> None:
        self._kept, self._signer, self._base_url, self._now_s = kept, signer, base_url, now_s

    async def keep(self, keeping: Keeping) -> tuple[str, str]:
        """The private address of the picture, and until when it is kept. Raises NotKeptError."""
        finished, exhibition = keeping.finished, keeping.visitor.exhibition
        expires_s = self._now_s() + timedelta(days=exhibition.keep_days).total_seconds()
        try:
            signed = await asyncio.to_thread(self._signer.sign, finished.shown, finished.made)
            place = exhibition.id, keeping.visitor.station.id
            receipt = await self._kept.keep(*place, signed, finished.made, expires_s, offered=keeping.wall)
        except (StoreError, ProvenanceError, DBAPIError, OSError) as error:  # the last two of a disk that is full
            log.error("a visitor's picture could not be kept: %s", " ".join(str(error).split())[:300])
            raise NotKeptError("The picture could not be kept; try again later.") from error
        address = f"{self._base_url()}/kept/{receipt.token}#owner={receipt.owner}"
        return address, instant_of(expires_s, "seconds")


async def fallback(exhibition: Exhibition, name: str) -> bytes:
    """A picture of the exhibition's as JPEG; empty where it cannot be read."""
    return await asyncio.to_thread(_fallback, exhibition.folder / name)


def _fallback(path: Path) -> bytes:
    from server.worker.codec import DamagedPictureError, encode, fit, read_artwork  # loads OpenCV

    try:
        picture = read_artwork(path)
    except DamagedPictureError:
        return b""
    height, width = picture.shape[:2]
    scale = min(1.0, FALLBACK_PX / max(width, height))
    return encode(fit(picture, max(1, round(width * scale)), max(1, round(height * scale))), FALLBACK_QUALITY)


def about(facts: Mapping[str, Any], visitor: Visitor, job: Job, outcome: Outcome, now_s: float) -> Made:
    """What is told of how a picture was made."""
    exhibition, station = visitor.exhibition, visitor.station

    def first(texts: Texts) -> str:
        return texts.in_language(exhibition.languages[0], exhibition.languages[0])

    return Made(
        exhibition=first(exhibition.title),
        station=first(station.title),
        artwork=first(station.artwork.alt),
        words=job.told,
        source=job.source,
        model=facts["title"],
        licence=facts["licence"],
        training_data=facts["training_data"],
        seed=job.seed,
        steps=outcome.steps,
        styles={},
        made_at=instant_of(now_s, "seconds"),
        understood=outcome.understood,
        unknown=outcome.unknown,
    )
