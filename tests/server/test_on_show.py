"""What is on show, and which place a ticket or a short address opens there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exhibit.exhibition import Exhibition, demo_file, load_exhibition
from exhibit.experience import Canvas
from exhibit.refusal import Refusal, Refused
from exhibit.ticket import Keyring
from server.on_show import OnShow, Place
from server.store.decisions import Decision, Decisions

OLD, NEW = b"o" * 32, b"n" * 32
KEYRING = Keyring({1: OLD}, 1)
NOW_S = 1_800_000_000
DEMO = load_exhibition(demo_file())
WINTER = replace(DEMO, id="winter")
DRAFT = replace(DEMO, draft=True)
FIRST, SECOND = DEMO.stations[:2]
ROTATING = replace(DEMO, stations=(replace(FIRST, rotating=True), *DEMO.stations[1:]))


class Clock:
    """A time that tests set."""

    now_s: float = NOW_S

    def __call__(self) -> float:
        return self.now_s


def shown(*exhibitions: Exhibition, keyring: Keyring = KEYRING) -> OnShow:
    on_show = OnShow(keyring, Clock())
    for exhibition in exhibitions:
        on_show.show(exhibition)
    return on_show


def refusal_of(on_show: OnShow, ticket: str, *, left: bool = False) -> Refusal:
    with pytest.raises(Refused) as caught:
        on_show.place_left(ticket) if left else on_show.place(ticket)
    return caught.value.refusal


def short_refusal_of(on_show: OnShow, short: str) -> Refusal:
    with pytest.raises(Refused) as caught:
        on_show.place_of_short(short)
    return caught.value.refusal


# -- tickets -----------------------------------------------------------------------------------------------------------


def test_a_ticket_opens_its_station_of_its_exhibition() -> None:
    on_show = shown(DEMO, WINTER)
    assert on_show.place(on_show.sign(DEMO, SECOND)) == Place(DEMO, SECOND)
    assert on_show.place(on_show.sign(WINTER, FIRST, NOW_S + 60)) == Place(WINTER, FIRST, NOW_S + 60)


def test_a_ticket_opens_the_version_that_is_shown_now() -> None:
    on_show = shown(DEMO)
    ticket = on_show.sign(DEMO, FIRST)
    later = replace(DEMO, version=2, stations=(replace(FIRST, open=False),))
    on_show.show(later)
    assert on_show.place(ticket) == Place(later, later.stations[0])
    assert on_show.exhibitions == [later]


def test_a_ticket_of_another_exhibition_is_foreign() -> None:
    assert refusal_of(shown(DEMO), KEYRING.sign("winter", 1)) is Refusal.TICKET_FOREIGN


def test_a_ticket_of_an_exhibition_that_went_off_show_is_foreign() -> None:
    on_show = shown(DEMO, WINTER)
    on_show.hide("demo")
    assert refusal_of(on_show, KEYRING.sign("demo", 1)) is Refusal.TICKET_FOREIGN
    assert on_show.place(KEYRING.sign("winter", 1)).exhibition is WINTER


def test_a_ticket_of_a_station_that_is_not_there_is_said_to_be_so() -> None:
    assert refusal_of(shown(DEMO), KEYRING.sign("demo", 99)) is Refusal.STATION_UNKNOWN


def test_a_ticket_lives_until_the_second_it_expires() -> None:
    clock = Clock()
    on_show = OnShow(KEYRING, clock)
    on_show.show(DEMO)
    ticket = KEYRING.sign("demo", 1, expires_at=NOW_S)
    clock.now_s = NOW_S - 0.001
    assert on_show.place(ticket).station is FIRST
    clock.now_s = NOW_S
    assert refusal_of(on_show, ticket) is Refusal.TICKET_EXPIRED


def test_a_ticket_without_expiry_lives_on() -> None:
    on_show = OnShow(KEYRING, lambda: 2.0**40)
    on_show.show(DEMO)
    assert on_show.place(KEYRING.sign("demo", 1)) == Place(DEMO, FIRST)


def test_who_has_a_session_there_comes_back_with_an_expired_ticket() -> None:
    expired = KEYRING.sign("demo", 1, expires_at=NOW_S - 1)
    assert shown(DEMO).place_left(expired) == Place(DEMO, FIRST, NOW_S - 1)
    assert refusal_of(shown(WINTER), expired, left=True) is Refusal.TICKET_FOREIGN


def test_a_forged_ticket_is_not_called_expired_or_foreign() -> None:
    stranger = Keyring({1: NEW}, 1)
    for ticket in (stranger.sign("winter", 3), stranger.sign("demo", 3, expires_at=1)):
        assert refusal_of(shown(DEMO), ticket) is Refusal.TICKET_FORGED
        assert refusal_of(shown(DEMO), ticket, left=True) is Refusal.TICKET_FORGED


def test_when_keys_are_rotated_what_is_in_print_goes_on_until_its_key_is_withdrawn() -> None:
    on_show = shown(DEMO)
    old = on_show.sign(DEMO, FIRST)
    on_show.keyring = Keyring({1: OLD, 2: NEW}, 2)
    assert on_show.place(old) == on_show.place(on_show.sign(DEMO, FIRST)) == Place(DEMO, FIRST)
    assert on_show.sign(DEMO, FIRST) != old
    on_show.keyring = Keyring({2: NEW}, 2)
    assert refusal_of(on_show, old) is Refusal.TICKET_FORGED


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_a_draft_s_ticket_opens_the_draft_and_nothing_else() -> None:
    on_show = shown(DEMO, DRAFT)
    ticket = on_show.sign(DRAFT, FIRST, NOW_S + 60)
    assert on_show.place(ticket).exhibition is DRAFT
    on_show.hide(DRAFT.subject)
    assert refusal_of(on_show, ticket) is Refusal.TICKET_FOREIGN


def test_a_public_ticket_never_opens_a_draft() -> None:
    ticket = KEYRING.sign("demo", 1)
    assert shown(DEMO, DRAFT).place(ticket).exhibition is DEMO
    assert refusal_of(shown(DRAFT), ticket) is Refusal.TICKET_FOREIGN


def test_an_expired_ticket_of_a_draft_does_not_lead_back_either() -> None:
    expired = KEYRING.sign(DRAFT.subject, 1, expires_at=NOW_S)
    assert refusal_of(shown(DRAFT), expired, left=True) is Refusal.TICKET_EXPIRED


def test_the_public_is_told_of_no_draft() -> None:
    on_show = shown(WINTER, DRAFT)
    assert on_show.exhibitions == [WINTER]
    assert on_show.exhibition("demo") is None
    assert on_show.exhibition(DRAFT.subject) is None
    assert on_show.exhibition("winter") is WINTER


# -- what operators decide ---------------------------------------------------------------------------------------------


def test_a_station_that_is_switched_off_is_closed_with_the_words_of_who_did_it_and_the_rest_stays_open() -> None:
    on_show = shown(DEMO, WINTER, DRAFT)
    told: list[str] = []
    on_show.on_change(lambda subject, exhibition: told.append(subject))
    on_show.operate(Decisions(off={("demo", FIRST.id): Decision("Back at two.", "ada", 1.0)}))
    off, *others = on_show.place(KEYRING.sign("demo", 1)).exhibition.stations
    assert (off.open, off.off, off.opens_at) == (False, "Back at two.", None)
    assert tuple(others) == DEMO.stations[1:]
    assert told == ["demo"], "nobody else hears of it"
    assert on_show.exhibition("winter") is WINTER
    assert on_show.place(KEYRING.sign(DRAFT.subject, 1)).exhibition is DRAFT, "a preview goes on"
    assert on_show.staged("demo") is DEMO
    on_show.operate(Decisions())
    assert (on_show.exhibition("demo"), told) == (DEMO, ["demo", "demo"])


def test_what_is_published_later_is_shown_as_operators_want_it() -> None:
    on_show = shown()
    on_show.operate(Decisions(off={("demo", FIRST.id): Decision("", "ada", 1.0)}))
    on_show.show(DEMO)
    assert on_show.place(KEYRING.sign("demo", 1)).station.off == ""
    assert on_show.place(KEYRING.sign("demo", 2)).station is SECOND


def test_a_picture_for_while_no_worker_is_there_is_served() -> None:
    on_show = shown(DEMO)
    on_show.operate(Decisions(fallbacks={("demo", SECOND.id): Decision("house.jpg", "ada", 1.0)}))
    assert on_show.place(KEYRING.sign("demo", 2)).station.fallback == "house.jpg"
    assert "house.jpg" in on_show.media
    on_show.operate(Decisions())
    assert "house.jpg" not in on_show.media


# -- stations with a changing code -------------------------------------------------------------------------------------


def test_at_a_station_whose_code_changes_only_tickets_that_expire_open() -> None:
    on_show = shown(ROTATING)
    assert on_show.place(KEYRING.sign("demo", 1, NOW_S + 60)).station.id == FIRST.id
    for left in (False, True):
        assert refusal_of(on_show, KEYRING.sign("demo", 1), left=left) is Refusal.TICKET_EXPIRED
    assert on_show.place(KEYRING.sign("demo", 2)).station is SECOND


def test_a_curator_s_preview_opens_such_a_station_too() -> None:
    draft = replace(ROTATING, draft=True)
    assert shown(draft).place(KEYRING.sign(draft.subject, 1)).station.rotating


# -- short addresses ---------------------------------------------------------------------------------------------------


def test_a_short_address_leads_to_its_station_however_it_is_typed() -> None:
    on_show = shown(DEMO, WINTER)
    for exhibition in (DEMO, WINTER):
        for station in exhibition.stations:
            short = on_show.short(exhibition, station)
            assert len(short) == 8 and short.isalnum()
            mistaken = short.replace("O", "0").replace("I", "1").replace("B", "8")
            for typed in (short, short.lower(), f"{short[:4]}-{short[4:]}", mistaken, mistaken.lower()):
                assert on_show.place_of_short(typed) == Place(exhibition, station)


def test_every_station_of_every_exhibition_has_a_short_address_of_its_own() -> None:
    on_show = shown(DEMO, WINTER)
    shorts = {on_show.short(exhibition, station) for exhibition in (DEMO, WINTER) for station in exhibition.stations}
    assert len(shorts) == 2 * len(DEMO.stations)
    assert shorts.isdisjoint(shown(DEMO, keyring=Keyring({1: NEW}, 1)).short(DEMO, s) for s in DEMO.stations)


@given(st.text(max_size=40))
def test_nothing_else_is_a_short_address(typed: str) -> None:
    assert short_refusal_of(shown(DEMO), typed) is Refusal.TICKET_FORGED


def test_part_of_a_short_address_is_none() -> None:
    on_show = shown(DEMO)
    short = on_show.short(DEMO, FIRST)
    for typed in (short[:7], short + short[0], f" {short}", ""):
        assert short_refusal_of(on_show, typed) is Refusal.TICKET_FORGED


def test_stations_whose_code_changes_and_drafts_have_no_short_address_that_leads_there() -> None:
    for exhibition in (ROTATING, DRAFT):
        on_show = shown(exhibition)
        assert short_refusal_of(on_show, on_show.short(exhibition, exhibition.stations[0])) is Refusal.TICKET_FORGED


def test_a_short_address_in_print_outlives_a_change_of_keys_until_its_key_is_withdrawn() -> None:
    on_show = shown(DEMO)
    old = on_show.short(DEMO, FIRST)
    on_show.keyring = Keyring({1: OLD, 2: NEW}, 2)
    new = on_show.short(DEMO, FIRST)
    assert new != old
    assert on_show.place_of_short(old) == on_show.place_of_short(new) == Place(DEMO, FIRST)
    on_show.keyring = Keyring({2: NEW}, 2)
    assert short_refusal_of(on_show, old) is Refusal.TICKET_FORGED


# -- what may be fetched, and who is told ------------------------------------------------------------------------------


def test_pictures_and_clips_of_all_that_is_on_show_may_be_fetched_and_of_nothing_else() -> None:
    on_show = shown()
    assert on_show.media == frozenset()
    hung = replace(WINTER, stations=(replace(FIRST, experience=Canvas(overlay="snow.mp4")),))
    on_show.show(hung)
    assert on_show.media == {"harbour.jpg", "snow.mp4"}
    on_show.show(replace(DRAFT, stations=(SECOND,)))
    assert on_show.media == {"harbour.jpg", "snow.mp4", "valley.jpg"}
    on_show.hide("winter")
    assert on_show.media == {"valley.jpg"}


def test_whoever_listens_is_told_of_each_change_once_it_is_true() -> None:
    on_show = shown()
    told: list[tuple[str, Exhibition | None, list[Exhibition]]] = []
    on_show.on_change(lambda subject, exhibition: told.append((subject, exhibition, on_show.exhibitions)))
    on_show.show(DEMO)
    on_show.show(DRAFT)
    on_show.hide("demo")
    on_show.hide("demo")
    assert told == [("demo", DEMO, [DEMO]), ("draft:demo", DRAFT, [DEMO]), ("demo", None, [])]
