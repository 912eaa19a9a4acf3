"""What stands: when alerts begin and end, what goes into one bulletin, and when there is none."""

from __future__ import annotations

from dataclasses import replace

from made_readings import (
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
    Day,
    with_station,
    with_worker,
)

from server.alerts.standing import MOST_PAST, State

HOUR_S = 3600


def test_what_is_bad_for_a_moment_is_no_alert() -> None:
    day = Day("station_failed")
    for _ in range(3):
        assert day.goes_on(15, FAILED) == [] and day.goes_on(1, READING) == []


def test_an_alert_begins_after_its_time_is_told_half_a_minute_later_and_ends_with_a_message() -> None:
    day = Day("station_failed")
    [begun] = day.goes_on(16, FAILED)
    assert [alert.sentence for alert in begun.began] == [
        "Harbour (station 3 of winter) fails: camera pictures come in, and nothing goes out."
    ]
    assert day.bulletins(29, FAILED) == [] and day.bulletins(1, FAILED) == [(["station_failed"], [], [])]
    assert day.bulletins(200, FAILED) == []
    [ended, told] = day.goes_on(95, READING)
    assert [alert.state for alert in ended.ended] == [State.RECOVERED]
    assert told.bulletin is not None and told.bulletin.ended == ended.ended and not told.bulletin.began
    assert day.standing.firing == () and list(day.standing.past) == list(ended.ended)
    assert ended.ended[0].headline == "Harbour (station 3 of winter) works again"


def test_an_alert_s_end_has_to_last() -> None:
    day = Day("station_failed")
    day.goes_on(60, FAILED)
    for _ in range(5):
        assert day.goes_on(50, READING) == [] and day.goes_on(5, FAILED) == []


def test_what_begins_within_half_a_minute_goes_into_one_message() -> None:
    day = Day()
    day.goes_on(5, READING)
    down = with_worker(ready=False, last_fault="killed")
    hot_too = replace(down, cards=(replace(CARD, temperature_c=90.0),))
    assert day.bulletins(20, down) == []
    assert day.bulletins(40, hot_too) == [(["worker_down", "card_hot"], [], [])]


def test_a_later_message_also_says_what_still_stands() -> None:
    day = Day()
    day.bulletins(120, SLOW)
    full = replace(SLOW, host=replace(HOST, disk_bytes=95))
    assert day.bulletins(60, full) == [(["station_slow"], [], [])]
    assert day.bulletins(60, full) == [(["disk_full"], [], ["station_slow"])]


def test_what_stands_is_told_again_after_four_hours() -> None:
    day = Day("station_failed", every_s=5)
    assert len(day.bulletins(HOUR_S, FAILED)) == 1
    assert day.bulletins(3 * HOUR_S, FAILED) == []
    assert day.bulletins(100, FAILED) == [([], [], ["station_failed"])]
    assert {rule.id for rule in RULES.values() if rule.repeat_s > 4 * HOUR_S} == {"disk_full", "certificate_ends"}
    assert min(rule.repeat_s for rule in RULES.values()) == 4 * HOUR_S


def test_what_arrived_nowhere_is_told_again_soon() -> None:
    day = Day("station_failed")
    day.bulletins(60, FAILED)
    day.standing.tell_again(300)
    assert day.bulletins(290, FAILED) == [] and day.bulletins(60, FAILED) == [([], [], ["station_failed"])]


def test_what_is_over_before_anybody_was_told_is_told_nobody() -> None:
    day = Day("certificate_ends")
    soon = replace(READING, certificate_ends_at=READING.at + 1)
    assert [len(turn.began) for turn in day.goes_on(5, soon)] == [1]
    assert day.bulletins(60, READING) == [] and len(day.standing.past) == 1


def test_when_the_house_closes_its_stations_are_not_watched_any_more() -> None:
    day = Day(every_s=5)
    day.bulletins(60, FAILED)
    [closed] = day.bulletins(35, CLOSED)
    assert closed == ([], ["station_failed"], [])
    assert day.standing.past[0].state is State.WITHDRAWN
    assert day.bulletins(HOUR_S, replace(CLOSED, stations=(replace(CLOSED.stations[0], tried=99),))) == []


def test_a_night_in_which_nothing_works_is_quiet() -> None:
    day = Day("station_failed", "station_slow", "nobody_locks", "worker_restarted")
    crashing = [
        replace(CLOSED, workers=(replace(WORKER, restarts=n, last_fault="died", last_fault_at=float(n)),))
        for n in range(50)
    ]
    assert [day.goes_on(60, reading) for reading in crashing] == [[]] * 50


def test_ten_minutes_in_which_visitors_try_count_and_those_in_which_nobody_does_do_not() -> None:
    day = Day("nobody_locks")
    trying, found = with_station(tried=200, locked=0), with_station(tried=200, locked=1)
    for _ in range(9):
        assert day.goes_on(60, trying) == [] and day.goes_on(600, EMPTY) == []
    assert [len(turn.began) for turn in day.goes_on(62, trying)] == [1]
    assert day.standing.firing[0].sentence == (
        "No phone found the artwork of Harbour (station 3 of winter) while visitors tried for 10 minutes."
    )
    other = Day("nobody_locks")
    for _ in range(5):
        assert other.goes_on(590, trying) == [] and other.goes_on(1, found) == []


def test_an_empty_hall_does_not_make_a_slow_station_quick() -> None:
    day = Day("station_slow")
    assert day.bulletins(200, SLOW) == [(["station_slow"], [], [])]
    assert day.goes_on(HOUR_S, EMPTY) == []
    assert day.bulletins(335, READING) == [([], ["station_slow"], [])]


def test_a_restart_is_over_after_ten_minutes_without_another() -> None:
    day = Day("worker_restarted")
    day.goes_on(5, READING)
    once, twice = (with_worker(restarts=n, last_fault="died (SIGSEGV)", last_fault_at=float(n)) for n in (1, 2))
    assert day.bulletins(400, once) == [(["worker_restarted"], [], [])]
    assert day.goes_on(500, twice) == []
    assert (
        day.standing.firing[0].sentence == "Worker 0 was restarted: died (SIGSEGV); 2 times since the server's start."
    )
    assert day.bulletins(200, twice) == [([], ["worker_restarted"], [])]


def test_neither_a_clock_that_is_set_nor_a_machine_that_slept_makes_an_alert() -> None:
    day = Day("station_failed")
    day.goes_on(2, FAILED)
    for jump_s in (+7200, -7200, +3600):
        day.at += jump_s
        assert day.goes_on(1, FAILED) == []
    assert len(day.goes_on(20, FAILED)) == 1


def test_the_last_hundred_that_are_over_are_kept() -> None:
    day = Day("certificate_ends")
    for _ in range(MOST_PAST + 20):
        day.goes_on(1, replace(READING, certificate_ends_at=0.0))
        day.goes_on(1, READING)
    past = list(day.standing.past)
    assert len(past) == MOST_PAST and past[0].began_at > past[-1].began_at
    assert len({alert.id for alert in past}) == MOST_PAST


def test_each_station_has_an_alert_of_its_own() -> None:
    other = replace(FAILED.stations[0], station="lighthouse", number=4, title="Lighthouse")
    day = Day("station_failed")
    day.goes_on(20, replace(FAILED, stations=(FAILED.stations[0], other)))
    assert [alert.subject.station for alert in day.standing.firing] == [STATION.station, "lighthouse"]
