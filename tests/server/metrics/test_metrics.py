"""The page for Prometheus: every metric is there with its labels, documented, well-formed, and nobody's own."""

from __future__ import annotations

import math
import re
import time
from dataclasses import replace
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from reading_at_hand import full_reading

from exhibit.refusal import Refusal
from server.metrics.histogram import Histogram
from server.metrics.metrics import Metrics
from server.metrics.names import METRICS, Kind
from server.metrics.samples import COUNTED, MOST_REASONS, TOLD_BY_STEP, counted
from server.tally import Tally
from server.watch.reading import Reading

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]*) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
UNITS = {
    "_timestamp_seconds": "seconds since 1970",
    "_seconds": "seconds",
    "_bytes": "bytes",
    "_ratio": "ratio",
    "_celsius": "°C",
    "_watts": "W",
    "_hertz": "1/s",
    "_frames": "frames",
}


def metrics_of(reading: Reading | None, tally: Tally | None = None) -> Metrics:
    """With a phone's report at a lens and a batch that was painted."""
    metrics = Metrics(
        lambda: reading, (tally or everything_counted()).snapshot, lambda: {"too_many_connections": 2}, "0.1.0"
    )
    metrics.glass("lens", 80.0, 140.0)
    metrics.batch("paint", {"decode": 2.0, "infer": 40.0})
    return metrics


def everything_counted() -> Tally:
    tally = Tally()
    for name in (*COUNTED, *TOLD_BY_STEP):
        tally.add(name, "late", 2)
    return tally


def samples(metrics: Metrics) -> list[Sample]:
    """What a scrape makes of it, by the client library's own parser."""
    return [sample for family in text_string_to_metric_families(metrics.text().decode()) for sample in family.samples]


def value(metrics: Metrics, name: str, **labels: str) -> float:
    (found,) = [s.value for s in samples(metrics) if s.name == name and labels.items() <= s.labels.items()]
    return found


def test_the_document_tells_every_metric_and_no_other() -> None:
    rows = ROW.findall((ROOT / "docs/metrics.md").read_text(encoding="utf-8"))
    told = [(name, kind, tuple(re.findall(r"`(\w+)`", labels)), meaning) for name, kind, labels, _, meaning in rows]
    assert told == [(m.name, m.kind, m.labels, m.meaning) for m in METRICS]


def test_the_document_tells_the_unit_that_the_name_tells() -> None:
    for name, _, _, unit, _ in ROW.findall((ROOT / "docs/metrics.md").read_text(encoding="utf-8")):
        ending = next((end for end in UNITS if name.removesuffix("_total").endswith(end)), None)
        told = UNITS[ending] if ending else unit
        assert unit == told or name == "process_start_time_seconds", name


def test_names_are_as_prometheus_recommends() -> None:
    assert len({m.name for m in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert re.fullmatch(r"(vernissage|process)_[a-z0-9_]+", metric.name)
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER), metric.name
        assert not re.search(r"_(ms|millis|milliseconds|percent|kb|mb|count|sum|bucket)$", metric.name)
        assert not {"le", "quantile", "session", "visitor", "address", "job", "instance"} & set(metric.labels)


def test_a_scrape_has_every_metric_with_exactly_its_labels_and_no_other() -> None:
    shown: dict[str, set[tuple[str, ...]]] = {}
    for sample in samples(metrics_of(full_reading())):
        name = re.sub(r"_(bucket|sum|count)$", "", sample.name)
        shown.setdefault(name, set()).add(tuple(sorted(label for label in sample.labels if label != "le")))
    assert shown == {m.name: {tuple(sorted(m.labels))} for m in METRICS}


def test_numbers_are_in_the_units_that_their_names_tell() -> None:
    metrics = metrics_of(full_reading())
    assert math.isclose(value(metrics, "vernissage_event_loop_lag_p99_seconds"), 0.0036)
    assert value(metrics, "vernissage_station_glass_to_glass_p95_seconds", station="station-1") == 0.14
    assert value(metrics, "vernissage_lane_slack_seconds", lane="paint") == 0.12
    assert value(metrics, "vernissage_dream_seconds_total") == 0.002
    assert 0 < value(metrics, "process_start_time_seconds") < time.time()
    assert value(metrics, "vernissage_card_throttled", reason="heat") == 1
    assert value(metrics, "vernissage_card_throttled", reason="hardware") == 0
    assert (
        value(metrics, "vernissage_brush", brush="light") == 1 and value(metrics, "vernissage_brush", brush="auto") == 0
    )
    assert value(metrics, "vernissage_store_up") == 1
    assert value(metrics, "vernissage_station_recent_dropped_frames", station="station-2") == 4
    assert value(metrics, "vernissage_lane_waiting_frames", worker="the dreamer", lane="dream") == 2


def test_a_title_of_any_characters_is_read_back_as_it_is() -> None:
    (told,) = [s.labels["title"] for s in samples(metrics_of(full_reading(1))) if s.name == "vernissage_station_info"]
    assert told == full_reading().stations[0].title == 'The "Great" Wave\\'


def test_what_is_not_known_is_left_out() -> None:
    full = full_reading(1)
    quiet = replace(full.stations[0], glass_p50_ms=None, glass_p95_ms=None, seen_at=None)
    told = {s.name for s in samples(metrics_of(replace(full, stations=(quiet,), certificate_ends_at=None)))}
    assert "vernissage_station_visited_timestamp_seconds" not in told
    assert "vernissage_station_glass_to_glass_p95_seconds" not in told
    assert "vernissage_certificate_expiry_timestamp_seconds" not in told


def test_before_the_first_look_counters_are_there_and_gauges_are_not() -> None:
    told = {s.name for s in samples(metrics_of(None))}
    assert "vernissage_frames_received_total" in told and "vernissage_visitors_live" not in told


def test_counters_begin_at_nought_so_that_a_rate_sees_the_first_one() -> None:
    assert value(metrics_of(None, Tally()), "vernissage_frames_received_total") == 0


def test_a_histogram_counts_up_to_each_bound() -> None:
    histogram = Histogram((0.1, 0.2))
    for seconds in (0.05, 0.1, 0.15, 3.0):
        histogram.observe(("lens",), seconds)
    ((labels, buckets, total),) = histogram.rows()
    assert (labels, buckets) == (("lens",), [("0.1", 2), ("0.2", 3), ("+Inf", 4)])
    assert math.isclose(total, 3.3)


def test_a_phone_that_showed_nothing_is_not_counted_as_quick() -> None:
    metrics = metrics_of(None)
    metrics.glass("lens", 0.0, 0.0)
    assert value(metrics, "vernissage_glass_to_glass_p95_seconds_count", experience="lens") == 1


def test_reasons_are_bounded_whatever_happens() -> None:
    many = {f"reason_{number}": 1.0 for number in range(MOST_REASONS + 10)}
    told = {
        labels[0]: amount for name, labels, amount in counted({"refused": many}, {}) if name.endswith("refusals_total")
    }
    assert len(told) == MOST_REASONS + 1 and told["other"] == 10
    assert len(Refusal) < MOST_REASONS


def test_everything_that_the_server_counts_is_told_and_nothing_that_it_does_not() -> None:
    paths = [path for path in (ROOT / "server").rglob("*.py") if path.parent.name != "metrics"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    counts = {name for first in re.findall(r"tally\.add\(([^,)]+)", code) for name in re.findall(r'"(\w+)"', first)}
    told = {*COUNTED, *TOLD_BY_STEP}
    assert counts - told == set() and len(counts) > 10
    assert {name for name in told if f'"{name}"' not in code} == set()
