"""The store's exception tree.

StoreError
├── StoreUnusableError   the database or the folder cannot be opened, or is of a newer program; an operator must act
├── NotThereError        what was asked for does not exist, or not any more
├── StaleError           somebody else saved meanwhile: what was to be saved was made from an older revision
├── TakenError           an id or a number is already another's
├── ShownError           visitors see it at this moment: it cannot be removed
├── IncompleteError      it cannot be published yet; `missing` says what is missing where
├── RefusedPictureError  what was uploaded is not taken; the message says why
├── RefusedArchiveError (zip_door.py)  a file of an exhibition, or a backup, is not taken
└── those of accounts (account.py)
"""

from __future__ import annotations

from collections.abc import Sequence

from exhibit.completeness import Missing


class StoreError(Exception):
    """Anything that this package raises on purpose."""


class StoreUnusableError(StoreError):
    """The database or the folder cannot be used as it is."""


class NotThereError(StoreError):
    """It does not exist, or not any more."""


class StaleError(StoreError):
    """It was saved by somebody else meanwhile; `revision` is what it stands at now."""

    def __init__(self, sentence: str, revision: int) -> None:
        super().__init__(sentence)
        self.revision = revision


class TakenError(StoreError):
    """The id or the number is another's; `field` is which of the two."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class ShownError(StoreError):
    """Visitors see it at this moment."""


class IncompleteError(StoreError):
    """It cannot be published yet."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        places = "one place" if len(missing) == 1 else f"{len(missing)} places"
        super().__init__(f"It cannot be published yet: something is missing in {places}.")
        self.missing = tuple(missing)


class RefusedPictureError(StoreError):
    """What was uploaded is not taken."""
