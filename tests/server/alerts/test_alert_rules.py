"""The rules: what each calls bad, what it calls well, and what it does not look at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_readings import (
    BEGAN_AT,
    CARD,
    CLOSED,
    EMPTY,
    FAILED,
    HOST,
    READING,
    RULES,
    SLOW,
    STATION,
    WORKER,
    level,
    seen,
    with_station,
    with_worker,
)

from server.alerts.rules import Level, Memory, look, one_line
from server.alerts.thresholds import thresholds_of
from server.config import load_config
from server.watch.condition import Condition, Reason
from server.watch.reading import Reading

THRESHOLDS = thresholds_of(load_config())
NEVER_SEEN = {"condition": Condition.NEVER_SEEN, "live": 0, "seen_at": None}


def test_in_a_house_where_everything_is_well_nothing_is_bad() -> None:
    sightings = [s for _, s in look(RULES.values(), READING, THRESHOLDS, Memory())]
    assert len(sightings) == len(RULES) and {s.level for s in sightings} <= {Level.WELL, Level.BETWEEN}


@pytest.mark.parametrize(
    ("rule", "reading"),
    [
        ("station_failed", FAILED),
        ("station_failed", with_station(condition=Condition.FAILED, reason=Reason.NO_DREAMER)),
        ("station_failed", with_station(condition=Condition.FAILED, reason=Reason.UNTRACKABLE)),
        ("station_slow", SLOW),
        ("station_slow", with_station(experience="canvas", glass_p95_ms=451.0)),
        ("nobody_locks", with_station(tried=60, locked=0)),
        ("engine_fallback", with_worker(fallback="CUDA is not there")),
        ("card_hot", replace(READING, cards=(replace(CARD, temperature_c=85.0),))),
        ("disk_full", replace(READING, host=replace(HOST, disk_bytes=91))),
        ("store_failed", replace(READING, store_fault="the database is away")),
        ("certificate_ends", replace(READING, certificate_ends_at=BEGAN_AT + 13.9 * 86_400)),
        ("certificate_ends", replace(READING, certificate_ends_at=BEGAN_AT - 1)),
    ],
)
def test_this_is_bad(rule: str, reading: Reading) -> None:
    assert level(rule, reading) is Level.BAD


@pytest.mark.parametrize(
    ("rule", "reading"),
    [
        ("station_failed", with_station(condition=Condition.FAILED, reason=Reason.WORKER_DOWN)),  # another rule's
        ("station_slow", with_station(glass_p95_ms=590.0)),
        ("station_slow", EMPTY),
        ("nobody_locks", with_station(tried=59, locked=0)),
        ("engine_fallback", with_worker(ready=False)),
        ("card_hot", replace(READING, cards=(replace(CARD, temperature_c=82.0),))),
        ("disk_full", replace(READING, host=replace(HOST, disk_bytes=89))),
    ],
)
def test_this_is_neither_bad_nor_well(rule: str, reading: Reading) -> None:
    assert level(rule, reading) is Level.BETWEEN


@pytest.mark.parametrize("rule", ["station_failed", "station_slow", "nobody_locks"])
@pytest.mark.parametrize(
    "quiet",
    [
        {"condition": Condition.CLOSED},
        {"condition": Condition.OFF},
        NEVER_SEEN,
        NEVER_SEEN | {"condition": Condition.FAILED, "reason": Reason.UNTRACKABLE},
    ],
    ids=["closed", "off", "never seen", "never seen and untrackable"],
)
def test_a_station_that_is_closed_off_or_was_never_seen_is_no_alarm(rule: str, quiet: dict[str, object]) -> None:
    bad = {"glass_p95_ms": 9000.0, "tried": 900, "locked": 0}
    assert level(rule, with_station(**(bad | quiet))) is None


def test_a_house_that_nobody_has_visited_still_says_that_its_worker_is_gone() -> None:
    before = with_station(**NEVER_SEEN)
    gone = replace(before, workers=(replace(WORKER, ready=False, last_fault="killed by SIGKILL"),))
    assert level("worker_down", before, gone) is Level.BAD
    assert seen("worker_down", before, gone)["Worker 0"].sentence == "Worker 0 is down: killed by SIGKILL."


def test_a_worker_that_was_never_ready_is_no_alarm() -> None:
    """The dreamer is started when the first station needs it."""
    dreamer = replace(WORKER, name="the dreamer", ready=False, pid=None)
    assert "The dreamer" not in seen("worker_down", replace(READING, workers=(WORKER, dreamer)))


def test_a_restart_is_seen_once_and_not_while_nobody_would_notice_it() -> None:
    again = with_worker(restarts=1, last_fault="killed by SIGKILL", last_fault_at=1.0)
    assert level("worker_restarted", READING, again) is Level.BAD
    assert level("worker_restarted", READING, again, again) is Level.WELL
    assert level("worker_restarted", again) is Level.WELL  # it was so before this house began to look
    assert level("worker_restarted", CLOSED, replace(CLOSED, workers=again.workers)) is Level.WELL
    drained = replace(again, draining=True)
    assert level("worker_restarted", READING, drained) is Level.WELL
    assert level("worker_down", READING, replace(drained, workers=(replace(WORKER, ready=False),))) is None


def test_a_restart_that_an_operator_asked_for_is_no_alarm() -> None:
    """The worker has no fault to speak of, or none but the one that it had before."""
    assert level("worker_restarted", READING, with_worker(restarts=1)) is Level.WELL
    once, twice = (with_worker(restarts=n, last_fault="died", last_fault_at=1.0) for n in (1, 2))
    assert level("worker_restarted", once, twice) is Level.WELL


def test_a_station_whose_visitors_went_away_unanswered_is_not_well_until_one_is_answered() -> None:
    assert level("station_failed", FAILED, EMPTY) is Level.BETWEEN
    assert level("station_failed", FAILED, EMPTY, READING, EMPTY) is Level.WELL


def test_the_target_is_one_and_a_half_times_the_deadline_or_what_is_configured() -> None:
    assert THRESHOLDS.p95_ms == {"lens": 600, "canvas": 450, "dream": 450}
    asked = thresholds_of(load_config(None, {"alerts.p95_ms": 200.0}))
    assert set(asked.p95_ms.values()) == {200.0}


def test_sentences_have_the_numbers_and_no_line_of_somebody_else_s() -> None:
    forged = with_station(title="Harbour\r\nBcc: all@art.example\u2028\u202e" + "x" * 200, glass_p95_ms=700.0)
    [(name, sighting)] = seen("station_slow", forged).items()
    assert name.startswith("Harbour Bcc: all@art.example xxx") and "…" in name and len(name) < 120
    assert sighting.sentence.endswith("is slow: p95 is 700 ms from glass to glass, the target 600 ms.")
    assert one_line("a\x00b\tc", 10) == "a b c"


def test_a_station_stays_the_same_when_its_title_changes() -> None:
    subjects = [next(iter(seen("station_slow", with_station(title=t)).values())).subject for t in ("Harbour", "Port")]
    assert subjects[0].key == subjects[1].key == (STATION.exhibition, STATION.station)
