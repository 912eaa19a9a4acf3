"""Who guesses passwords waits, longer and longer; who knows theirs does not."""

from __future__ import annotations

from server.throttle import (
    FORGOTTEN_AFTER_S,
    FREE_OF_ADDRESS,
    FREE_OF_LOGIN,
    LONGEST_WAIT_S,
    Throttle,
)

HOME, MUSEUM, ELSEWHERE = "198.51.100.7", "203.0.113.1", "2001:db8::/64"


def fail(throttle: Throttle, times: int, login: str = "anna", address: str = HOME, now_s: float = 0.0) -> None:
    for _ in range(times):
        throttle.failed(login, address, now_s)


def test_a_few_mistakes_cost_nothing() -> None:
    throttle = Throttle()
    fail(throttle, FREE_OF_LOGIN - 1)
    assert throttle.allowed_in_s("anna", HOME, 0) == 0


def test_then_each_further_one_doubles_the_wait_up_to_a_quarter_of_an_hour() -> None:
    throttle = Throttle()
    fail(throttle, FREE_OF_LOGIN - 1)
    waits = []
    for _ in range(13):
        throttle.failed("anna", HOME, 1000)
        waits.append(throttle.allowed_in_s("anna", HOME, 1000))
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, LONGEST_WAIT_S, LONGEST_WAIT_S, LONGEST_WAIT_S]


def test_a_wait_goes_by() -> None:
    throttle = Throttle()
    fail(throttle, FREE_OF_LOGIN + 3)
    assert throttle.allowed_in_s("anna", HOME, 5) == 3
    assert throttle.allowed_in_s("anna", HOME, 8) == 0


def test_thousands_of_failures_do_not_overflow() -> None:
    throttle = Throttle()
    fail(throttle, 5000)
    assert throttle.allowed_in_s("anna", HOME, 0) == LONGEST_WAIT_S


def test_a_login_is_counted_from_whatever_address_it_is_tried() -> None:
    throttle = Throttle()
    for number in range(FREE_OF_LOGIN):
        throttle.failed("anna", f"198.51.100.{number}", 0)
    assert throttle.allowed_in_s("anna", ELSEWHERE, 0) > 0
    assert throttle.allowed_in_s("ben", ELSEWHERE, 0) == 0


def test_an_address_may_fail_more_often_than_a_login_but_not_for_ever() -> None:
    throttle = Throttle()
    for number in range(FREE_OF_ADDRESS - 1):
        throttle.failed(f"person{number}", MUSEUM, 0)
    assert throttle.allowed_in_s("ben", MUSEUM, 0) == 0
    throttle.failed("nobody", MUSEUM, 0)
    assert throttle.allowed_in_s("ben", MUSEUM, 0) > 0
    assert throttle.allowed_in_s("ben", HOME, 0) == 0


def test_attempts_without_an_address_are_not_counted_together() -> None:
    throttle = Throttle()
    for number in range(2 * FREE_OF_ADDRESS):
        throttle.failed(f"person{number}", "", 0)
    assert throttle.allowed_in_s("ben", "", 0) == 0


def test_a_success_forgets_the_logins_failures_but_not_the_address() -> None:
    throttle = Throttle()
    fail(throttle, FREE_OF_ADDRESS, login="anna")
    throttle.succeeded("anna", HOME)
    assert throttle.allowed_in_s("anna", ELSEWHERE, 0) == 0
    assert throttle.allowed_in_s("ben", HOME, 0) > 0


def test_nobody_can_shut_out_a_person_where_they_logged_in_before() -> None:
    throttle = Throttle()
    throttle.succeeded("anna", MUSEUM)
    fail(throttle, 100, address=ELSEWHERE)
    fail(throttle, 100, login="somebody else", address=MUSEUM)
    assert throttle.allowed_in_s("anna", MUSEUM, 0) == 0
    assert throttle.allowed_in_s("anna", HOME, 0) > 0


def test_where_a_person_is_known_guessing_is_throttled_too() -> None:
    throttle = Throttle()
    throttle.succeeded("anna", MUSEUM)
    fail(throttle, FREE_OF_LOGIN, address=MUSEUM)
    assert throttle.allowed_in_s("anna", MUSEUM, 0) > 0
    throttle.succeeded("anna", MUSEUM)
    assert throttle.allowed_in_s("anna", MUSEUM, 0) == 0


def test_old_failures_are_forgotten() -> None:
    throttle = Throttle()
    fail(throttle, 100)
    later = FORGOTTEN_AFTER_S + 1
    throttle.failed("anna", HOME, later)
    assert throttle.allowed_in_s("anna", HOME, later) == 0


def test_only_the_first_who_is_turned_away_is_worth_a_line() -> None:
    throttle = Throttle()
    fail(throttle, FREE_OF_LOGIN)
    assert [throttle.turned_away("anna", HOME) for _ in range(3)] == [True, False, False]
    fail(throttle, 1)
    assert throttle.turned_away("anna", HOME)


def test_a_flood_of_names_from_one_address_earns_one_line() -> None:
    throttle = Throttle()
    for number in range(FREE_OF_ADDRESS):
        throttle.failed(f"person{number}", MUSEUM, 0)
    assert [throttle.turned_away(f"other{number}", MUSEUM) for number in range(3)] == [True, False, False]


def test_memory_is_bounded_and_the_oldest_names_go() -> None:
    throttle = Throttle(most=10)
    fail(throttle, FREE_OF_LOGIN, address="")
    for number in range(9):
        throttle.failed(f"person{number}", "", 0)
    assert throttle.allowed_in_s("anna", "", 0) > 0
    throttle.failed("one too many", "", 0)
    assert throttle.allowed_in_s("anna", "", 0) == 0


def test_an_endless_name_is_cut() -> None:
    throttle = Throttle()
    fail(throttle, FREE_OF_LOGIN, login="a" * 1_000_000)
    assert throttle.allowed_in_s("a" * 2_000_000, ELSEWHERE, 0) > 0
