"""`vernissage bench generate`: the model that ships, the lane of dreams beside the lens's, and the check of words.

Rows are filled part by part; a part that fails leaves its rows unmeasured, and they say why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exhibit.words.shipped import shipped_lists, shipped_word_lists
from exhibit.words.trial import evasions_caught, false_alarms, harmless, mutations
from models.errors import ModelError
from server.bench.form import BenchError, Kind, Reach, Row
from server.bench.generate_beside import measure_beside
from server.bench.generate_model import measure_batches, measure_words
from server.bench.generate_wait import measure_wait
from server.visitors.door import DoorError

KINDS = {
    kind.id: kind
    for kind in (
        Kind("picture_s", "s", Reach("<=", 2.0)),
        Kind("first_preview_s", "s", Reach("<=", 0.5)),
        Kind("rank1_share", "share", Reach(">=", 0.8)),
        Kind("batch_speedup", "ratio", Reach()),
        Kind("lens_age_ratio", "ratio", Reach("<=", 1.3)),
        Kind("lens_age_ratio_real", "ratio", Reach()),
        Kind("evasions_caught", "share", Reach(">=", 0.98)),
        Kind("false_alarms", "share", Reach("<=", 0.01)),
    )
}
ON_A_CARD = Reach(">=", 3.0)  # of batch_speedup
EVASIONS, HARMLESS = 500, 1000
SEED = 7


@dataclass(frozen=True, slots=True)
class Lengths:
    """How much is measured."""

    pictures: int  # one after the other, timed
    ranked: int  # prompts
    batches: int
    beside_s: float  # of a crowd, without dreams and with them
    turns: int  # of the two


QUICK = Lengths(5, 20, 1, 4.0, 1)
FULL = Lengths(25, 200, 3, 12.0, 3)

Say = Callable[[str], None]


class GenerateBench:
    """Measures; `say` is told what."""

    def __init__(self, lengths: Lengths, say: Say) -> None:
        self._lengths, self._say = lengths, say
        self._rows: dict[str, Row] = {}

    def run(self) -> Sequence[Row]:
        """Every row, in the order of KINDS."""
        parts: tuple[tuple[str, tuple[str, ...], Callable[[], list[Row]]], ...] = (
            ("a visitor's wait", ("picture_s", "first_preview_s"), self._wait),
            ("whether words matter", ("rank1_share",), self._words),
            ("batches", ("batch_speedup",), self._batches),
            ("the lens beside dreams", ("lens_age_ratio",), self._beside_stub),
            ("the same on the real engines", ("lens_age_ratio_real",), self._beside_real),
            ("the check of words", ("evasions_caught", "false_alarms"), self._check),
        )
        for title, ids, measure in parts:
            self._say(title)
            try:
                rows = measure()
            except (BenchError, DoorError, ModelError, OSError) as error:
                rows = [KINDS[name].missing(f"{type(error).__name__}: {error}") for name in ids]
            self._rows.update({row.id: row for row in rows})
        return [self._rows[name] for name in KINDS]

    def _wait(self) -> list[Row]:
        found = asyncio.run(measure_wait(self._lengths.pictures))
        how = (
            f"one visitor over a real WebSocket, {found.pictures} pictures one after the other, {found.engine}: median"
        )
        return [
            KINDS["picture_s"].row(found.picture_s, f"from wish to picture; {how}"),
            KINDS["first_preview_s"].row(found.preview_s, f"from wish to the first preview; {how}"),
        ]

    def _words(self) -> list[Row]:
        found = measure_words(self._lengths.ranked, SEED, lambda at: self._say(f"whether words matter: {at}"))
        how = (
            f"{found.prompts} prompts in groups of 20, one picture each with a seed set beforehand; by colour and edge "
            f"statistics; {found.within3:.2f} among the first three"
        )
        return [KINDS["rank1_share"].row(found.first, how)]

    def _batches(self) -> list[Row]:
        found = measure_batches(self._lengths.batches)
        how = (
            f"8 visitors' pictures together over one at a time: {found.together:.2f} against {found.alone:.2f} "
            f"pictures/s, {found.engine}"
        )
        kind = KINDS["batch_speedup"]
        return [Kind(kind.id, kind.unit, ON_A_CARD if found.on_card else kind.reach).row(found.ratio, how)]

    def _beside_stub(self) -> list[Row]:
        return [self._beside("lens_age_ratio", stub=True)]

    def _beside_real(self) -> list[Row]:
        return [self._beside("lens_age_ratio_real", stub=False)]

    def _beside(self, name: str, *, stub: bool) -> Row:
        found = asyncio.run(measure_beside(self._lengths.beside_s, self._lengths.turns, stub=stub))
        how = (
            f"p95 age of {found.visitors} lens visitors with {found.wishers} visitors who wish without pause, over the "
            f"same without: {found.with_ms:.0f} against {found.without_ms:.0f} ms; {found.pictures} pictures made; "
            f"{'stub engines' if stub else 'the style network and pigment on the same cores'}; median of "
            f"{self._lengths.turns} turns of {self._lengths.beside_s:g} s"
        )
        return KINDS[name].row(found.ratio, how)

    def _check(self) -> list[Row]:
        lists = shipped_word_lists()
        words = [entry for entries in shipped_lists().values() for entry in entries]
        hidden = mutations(words, EVASIONS, SEED)
        sentences = harmless(HARMLESS)
        return [
            KINDS["evasions_caught"].row(
                evasions_caught(hidden, lists), f"{len(hidden)} mutations of listed words in harmless sentences"
            ),
            KINDS["false_alarms"].row(false_alarms(sentences, lists), f"of {len(sentences)} harmless sentences"),
        ]
