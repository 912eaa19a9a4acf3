"""Codes in view: our own addresses on any host lead to open stations of this exhibition; nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exhibit.exhibition import demo_file, load_exhibition
from exhibit.ticket import Keyring
from server.nearby import Nearby
from server.on_show import OnShow

SHOWN = load_exhibition(demo_file())
EXHIBITION = replace(SHOWN, stations=(*SHOWN.stations[:4], replace(SHOWN.stations[4], open=False)))
WINTER = replace(EXHIBITION, id="winter")
DRAFT = replace(EXHIBITION, draft=True)
KEYRING = Keyring({1: bytes(range(32))}, 1)
TICKET = KEYRING.sign(EXHIBITION.id, 3)


def on_show() -> OnShow:
    """An exhibition, another one in the same house, and the draft of the first."""
    shown = OnShow(KEYRING, lambda: 1000.0)
    for exhibition in (EXHIBITION, WINTER, DRAFT):
        shown.show(exhibition)
    return shown


NEARBY = Nearby(on_show())


@pytest.mark.parametrize(
    "address",
    [
        f"https://192.168.1.20:8443/v/{TICKET}",
        f"http://localhost/v/{TICKET}",
        f"https://[fd00::1]:8443/v/{TICKET}",
        f"https://museum.example/v/{TICKET}?lang=ar#top",
    ],
)
def test_our_address_leads_to_its_station_whatever_host_it_was_printed_for(address: str) -> None:
    assert NEARBY.station(address, EXHIBITION) == (EXHIBITION.stations[2], TICKET)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TICKET,
        f"/v/{TICKET}",
        f"ftp://museum.example/v/{TICKET}",
        f"javascript:alert(1)//museum.example/v/{TICKET}",
        f"https://museum.example/v/{TICKET}/more",
        f"https://museum.example/w/{TICKET}",
        f"https://museum.example/deeper/v/{TICKET}",
        f"https://museum.example/v/{TICKET[:-1]}",
        f"https://museum.example/v/{TICKET}x",
        f"see https://museum.example/v/{TICKET}",
        f"https://museum.example/v/{TICKET}\n",
        f"https://museum.example/v/{Keyring({1: bytes(32)}, 1).sign(EXHIBITION.id, 3)}",
        f"https://museum.example/v/{KEYRING.sign('another', 3)}",
        f"https://museum.example/v/{KEYRING.sign(WINTER.subject, 3)}",
        f"https://museum.example/v/{KEYRING.sign(DRAFT.subject, 3)}",
        f"https://museum.example/v/{KEYRING.sign(EXHIBITION.id, 3, expires_at=999)}",
        f"https://museum.example/v/{KEYRING.sign(EXHIBITION.id, 5)}",
        f"https://museum.example/v/{KEYRING.sign(EXHIBITION.id, 99)}",
    ],
)
def test_anything_else_leads_nowhere(text: str) -> None:
    assert NEARBY.station(text, EXHIBITION) is None


@given(st.text(max_size=600) | st.text(max_size=60).map(lambda end: f"https://museum.example/v/{end}"))
def test_no_text_does_harm(text: str) -> None:
    assert NEARBY.station(text, EXHIBITION) is None


def test_who_previews_a_draft_is_led_to_stations_of_the_draft() -> None:
    address = f"https://museum.example/v/{KEYRING.sign(DRAFT.subject, 3)}"
    assert NEARBY.station(address, DRAFT) == (DRAFT.stations[2], KEYRING.sign(DRAFT.subject, 3))
    assert NEARBY.station(f"https://museum.example/v/{TICKET}", DRAFT) is None
