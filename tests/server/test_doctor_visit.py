"""The doctor's ticket: what it opens, and that nobody counts who comes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hall_house import EXHIBITION, KEYRING, STATION, FakeLink, House

from exhibit.exhibition import Exhibition
from exhibit.protocol import Hello
from exhibit.refusal import Refusal, Refused
from server.on_show import OnShow
from server.store.decisions import Decision, Decisions
from server.watch.visit import Visit

SOON = datetime(2030, 1, 1, tzinfo=UTC)
CLOSED = replace(EXHIBITION, stations=tuple(replace(s, open=False, opens_at=SOON) for s in EXHIBITION.stations))
ENDS = 2_000_000_000


def ticket(exhibition: Exhibition, expires_at: int | None = ENDS) -> str:
    return KEYRING.sign(exhibition.for_inspection().subject, STATION.number, expires_at)


def on_show(exhibition: Exhibition) -> OnShow:
    shown = OnShow(KEYRING, lambda: ENDS - 60)
    shown.show(exhibition)
    return shown


def test_a_doctors_ticket_opens_a_station_before_its_hours_and_a_visitors_does_not() -> None:
    shown = on_show(CLOSED)
    assert shown.place(ticket(CLOSED)).station.open
    assert not shown.place(KEYRING.sign(CLOSED.id, STATION.number)).station.open


def test_what_it_opens_is_counted_as_little_as_a_draft_and_stands_apart_from_it() -> None:
    place = on_show(EXHIBITION).place(ticket(EXHIBITION))
    assert place.exhibition.draft
    assert place.exhibition.subject not in {EXHIBITION.subject, replace(EXHIBITION, draft=True).subject}


@pytest.mark.parametrize(
    ("expires_at", "refusal"), [(None, Refusal.TICKET_FOREIGN), (ENDS - 61, Refusal.TICKET_EXPIRED)]
)
def test_a_doctors_ticket_without_an_end_or_past_it_opens_nothing(expires_at: int | None, refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        on_show(EXHIBITION).place(ticket(EXHIBITION, expires_at))
    assert refused.value.refusal is refusal


def test_no_doctors_ticket_opens_what_is_not_on_show() -> None:
    with pytest.raises(Refused) as refused:
        on_show(EXHIBITION).place(ticket(replace(EXHIBITION, id="another")))
    assert refused.value.refusal is Refusal.TICKET_FOREIGN


def test_the_doctor_goes_in_while_the_house_is_drained_and_its_visit_counts_nowhere() -> None:
    house, visits = House(), list[Visit]()
    house.hall.ledger.on_visit = visits.append
    house.hall.operate(Decisions(draining=Decision("", "somebody", 0.0)))
    with pytest.raises(Refused) as refused:
        house.enter()
    assert refused.value.refusal is Refusal.DRAINING
    link, place = FakeLink(), house.on_show.place(ticket(EXHIBITION))
    doctor = house.hall.enter(Hello("ticket", 0.0, "en", None), place, link)  # type: ignore[arg-type]
    assert link.states == ["live"]
    house.hall.leave(doctor, link)  # type: ignore[arg-type]
    assert visits == []
    assert house.hall.ledger.book((EXHIBITION.subject, STATION.id)).seen_at is None
