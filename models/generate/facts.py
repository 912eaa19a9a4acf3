"""What has to be known of a model before anybody is shown its pictures: whose it is, and what it was taught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.generate.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The facts of a model, for the card "how this was made"."""

    name: str  # as exhibitions call it
    title: str  # for people
    licence: str  # an SPDX identifier, or words
    non_commercial: bool  # whether its licence takes commercial use out
    training_data: str  # what it was taught with, in a sentence; "" where nobody said
    vocabulary: Vocabulary | None = None  # None: it reads everything
