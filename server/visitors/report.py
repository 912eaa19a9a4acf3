"""From the visitors' diaries to one report: rates, ages, drops by reason, fairness. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table

from server.visitors.crowd import Plan
from server.visitors.diary import Diary


def jain_index(shares: Sequence[float]) -> float | None:
    """Jain's fairness index: 1 when all get the same, 1/n when one gets everything; None when nobody got anything.

    R. Jain, D. Chiu, W. Hawe 1984, "A Quantitative Measure of Fairness and Discrimination".
    """
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else None


def crowd_report(plan: Plan, diaries: Sequence[Diary], each: bool = False) -> dict[str, Any]:
    """The report as JSON values; `each` adds a row for every visitor."""
    others = [diary.fps for diary in diaries if not diary.greedy and diary.live_s > 0]
    report: dict[str, Any] = {
        "visitors": len(diaries),
        "seconds": plan.seconds,
        "fps_asked": plan.fps,
        "fps": _rounded(_mean(others)),
        "frames_sent": sum(diary.sent for diary in diaries),
        "overlays": sum(len(diary.ages_ms) for diary in diaries),
        "age_ms": age_percentiles([age for diary in diaries for age in diary.ages_ms]),
        "drops": dict(_total(diary.dropped for diary in diaries)),
        "out_of_order": sum(diary.out_of_order for diary in diaries),
        "fairness": _rounded(jain_index(others), 4),
        "refused": dict(_total(diary.refused for diary in diaries)),
        "errors": dict(_total(diary.errors for diary in diaries)),
        "waited": sum(diary.waited for diary in diaries),
        "reduced": dict(_total(Counter(diary.reduced) for diary in diaries)),
        "connected": sum(diary.connected for diary in diaries),
        "resumed": sum(diary.resumed for diary in diaries),
        "sessions_lost": sum(diary.sessions_lost for diary in diaries),
    }
    if plan.greedy:
        report["greedy"] = _greedy(diaries)
    if each:
        report["each"] = [_row(diary) for diary in diaries]
    return report


def age_percentiles(ages_ms: Sequence[float]) -> dict[str, float | None]:
    """p50, p95, p99 and the greatest, in milliseconds; None where no overlay came."""
    if not ages_ms:
        return {"p50": None, "p95": None, "p99": None, "max": None}
    p50, p95, p99, most = np.percentile(ages_ms, (50, 95, 99, 100))
    return {"p50": _rounded(p50), "p95": _rounded(p95), "p99": _rounded(p99), "max": _rounded(most)}


def report_table(report: dict[str, Any]) -> Table:
    """The same for a person to read."""
    table = Table(box=SIMPLE_HEAD, title=f"{report['visitors']} visitors, {report['seconds']:g} s")
    table.add_column("what")
    table.add_column("value", justify="right")
    for name, value in report.items():
        if name not in ("each", "visitors", "seconds"):
            table.add_row(name, _text(value))
    return table


def each_table(rows: Sequence[dict[str, Any]]) -> Table:
    """One row a visitor, with what fits into a terminal; ages in milliseconds."""
    table = Table(title="each visitor", box=SIMPLE_HEAD)
    for name in ("visitor", "fps", "sent", "overlays", "p50", "p95", "p99", "dropped", "refused"):
        table.add_column(name, justify="right")
    for row in rows:
        number = f"{row['visitor']} greedy" if row["greedy"] else str(row["visitor"])
        counts = (_text(row[name]) for name in ("fps", "sent", "overlays"))
        ages = (_text(row[f"age_{name}_ms"]) for name in ("p50", "p95", "p99"))
        table.add_row(number, *counts, *ages, str(sum(row["drops"].values())), ", ".join(row["refused"]))
    return table


def _greedy(diaries: Sequence[Diary]) -> dict[str, Any]:
    greedy_fps = _mean(diary.fps for diary in diaries if diary.greedy)
    others_fps = _mean(diary.fps for diary in diaries if not diary.greedy)
    ratio = greedy_fps / others_fps if greedy_fps is not None and others_fps else None
    return {
        "visitors": sum(diary.greedy for diary in diaries),
        "fps": _rounded(greedy_fps),
        "ratio": _rounded(ratio, 4),
    }


def _row(diary: Diary) -> dict[str, Any]:
    return {
        "visitor": diary.number,
        "greedy": diary.greedy,
        "fps": _rounded(diary.fps),
        "live_s": _rounded(diary.live_s),
        "sent": diary.sent,
        "overlays": len(diary.ages_ms),
        **{f"age_{name}_ms": value for name, value in age_percentiles(diary.ages_ms).items()},
        "drops": dict(diary.dropped),
        "out_of_order": diary.out_of_order,
        "refused": dict(diary.refused),
    }


def _total(counters: Iterable[Counter[str]]) -> Counter[str]:
    return sum(counters, Counter())


def _mean(values: Iterable[float]) -> float | None:
    present = list(values)
    return sum(present) / len(present) if present else None


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(float(value), digits)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(inner)}" for name, inner in value.items()) or "none"
    return "-" if value is None else str(value)
