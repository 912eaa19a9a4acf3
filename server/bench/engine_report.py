"""What `bench engine` timed on a card, as a Markdown document to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.bench.engine_card import CardReport, Timed
from server.bench.form import Row

_WORDS = {
    "eager": "torch eager, fp16",
    "compile": "torch.compile, fp16, channels last",
    "graphs": "torch eager in a CUDA graph",
    "ours": "polyphase in a CUDA graph",
    "torch": "runtime torch, bytes to bytes, two in flight",
    "tensorrt": "runtime tensorrt, bytes to bytes, two in flight",
    "tensorrt_rtx": "runtime tensorrt_rtx, bytes to bytes, two in flight",
}


def as_markdown(
    date: str, machine: Mapping[str, Any], versions: Mapping[str, str], rows: Sequence[Row], card: CardReport | None
) -> str:
    """The report: where and with what it was measured, the rows, and every time on the card."""
    lines = [f"# vernissage bench engine, {date}", "", *_where(machine, versions, card), "", *_rows(rows)]
    if card is not None:
        lines += ["", *_times(card.timed), *(f"\n`{name}`: {why}" for name, why in card.refused.items())]
    return "\n".join(lines) + "\n"


def _where(machine: Mapping[str, Any], versions: Mapping[str, str], card: CardReport | None) -> Iterable[str]:
    yield f"{machine['cpu']}, {machine['cores']} cores; {', '.join(f'{k} {v}' for k, v in versions.items())}."
    if card is not None:
        about, rates = card.card, card.rates
        yield (
            f"{about.name} (SM{about.compute_capability}, {about.memory_bytes / 2**30:.0f} GiB, its driver knows CUDA "
            f"{about.driver_cuda}); copies {rates.copy_bytes_per_s / 1e12:.2f} TB/s, multiplies "
            f"{rates.flops_per_s / 1e12:.0f} TFLOP/s in fp16."
        )


def _rows(rows: Sequence[Row]) -> Iterable[str]:
    yield from ("| row | value | reach | how |", "|---|---|---|---|")
    for row in rows:
        value = "-" if row.value is None else f"{row.value:g} {row.unit}"
        yield f"| `{row.id}` | {value} | {row.reach} | {row.how} |"


def _times(timed: Sequence[Timed]) -> Iterable[str]:
    yield from ("| way | size | batch | ms | frames/s | share of the roofline |", "|---|---|---|---|---|---|")
    for one in timed:
        yield (
            f"| {_WORDS[one.way]} | {one.width}x{one.height} | {one.count} | {one.ms:.3f} | {one.frames_per_s:.0f} | "
            f"{one.roofline_share:.2f} |"
        )
