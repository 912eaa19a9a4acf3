"""What is on show changes while visitors are there: who hears of it, what stays as it was chosen, who has to go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hall_house import CANVAS, EXHIBITION, STATION, FakeLink, House, frame

from exhibit.exhibition import Exhibition, Station
from exhibit.experience import Canvas, Experience, Lens
from exhibit.protocol import Set
from exhibit.refusal import Refusal, Refused
from exhibit.texts import Texts
from server.config import RoomConfig
from server.link import Link

OTHER = EXHIBITION.stations[2]
LENS, REPAINTED = STATION.experience, CANVAS.experience
OPENS_AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def version(*stations: Station, number: int = 2) -> Exhibition:
    """The exhibition with some stations other than they were."""
    others = {station.id: station for station in stations}
    return replace(EXHIBITION, version=number, stations=tuple(others.get(s.id, s) for s in EXHIBITION.stations))


def with_styles(station: Station, *styles: str, strength: float = 0.6) -> Station:
    """The station with these on offer, the first one to begin with."""
    default = {styles[0]: 1.0}
    return does(station, replace(station.experience, styles=styles, default=default, strength=strength))


def does(station: Station, experience: Experience) -> Station:
    return replace(station, experience=experience)


def changes(phone: FakeLink) -> list[dict[str, Any]]:
    return [message for message in phone.told if message["type"] == "changed"]


def refusal(house: House) -> Refused:
    with pytest.raises(Refused) as caught:
        house.enter()
    return caught.value


# -- a station that does something else --------------------------------------------------------------------------------


def test_who_is_there_hears_once_what_the_station_does_now() -> None:
    house = House()
    visitor, phone = house.enter()
    station = replace(with_styles(STATION, "scream", "udnie"), title=Texts({"en": "Night", "ar": "ليل"}))
    house.on_show.show(version(station))
    (changed,) = changes(phone)
    assert changed["station"] == {
        "id": STATION.id,
        "number": STATION.number,
        "title": "Night",
        "text": STATION.text.in_language("en", "en"),
        "experience": "lens",
        "styles": ["scream", "udnie"],
    }
    assert changed["settings"] == {"revision": 0, "style": {"scream": 1.0}, "strength": 0.6}
    assert [m["type"] for m in phone.told[-2:]] == ["changed", "status"] and phone.states[-1] == "live"
    assert visitor.station is station and phone.ended is None
    assert house.tally.snapshot()["sessions"]["changed"] == 1


def test_the_next_frame_is_painted_as_the_station_says_now() -> None:
    house = House()
    visitor, phone = house.enter()
    house.on_show.show(version(with_styles(STATION, "scream")))
    house.hall.take(visitor, frame(1))
    assert house.submitted[0][1]["rows"][0]["weights"] == {"scream": 1.0}
    house.answer()
    assert [overlay.seq for overlay in phone.shown] == [1]


def test_where_only_another_station_changed_nobody_hears_anything() -> None:
    house = House()
    visitor, phone = house.enter()
    told = list(phone.told)
    house.on_show.show(version(with_styles(OTHER, "scream")))
    house.on_show.show(version(replace(STATION, opens_at=OPENS_AT), number=3))
    assert phone.told == told
    assert visitor.exhibition.version == 3


def test_visitors_of_another_exhibition_hear_nothing() -> None:
    house = House()
    _, phone = house.enter()
    told = list(phone.told)
    house.on_show.show(replace(version(with_styles(STATION, "scream")), id="winter"))
    house.on_show.show(replace(version(with_styles(STATION, "scream")), draft=True))
    house.on_show.hide("winter")
    assert phone.told == told


# -- what a visitor chose ----------------------------------------------------------------------------------------------


def test_a_choice_that_is_still_offered_is_kept() -> None:
    house = House()
    visitor, phone = house.enter()
    house.hall.choose(visitor, Set(5, {"scream": 1.0}, 0.3))
    house.on_show.show(version(with_styles(STATION, "udnie", "scream")))
    assert changes(phone)[0]["settings"] == {"revision": 5, "style": {"scream": 1.0}, "strength": 0.3}


def test_a_choice_that_is_gone_gives_way_to_the_station_s_own() -> None:
    house = House()
    visitor, phone = house.enter()
    house.hall.choose(visitor, Set(5, {"scream": 0.5, "udnie": 0.5}, 0.3))
    house.on_show.show(version(with_styles(STATION, "udnie", "great_wave")))
    assert changes(phone)[0]["settings"] == {"revision": 5, "style": {"udnie": 1.0}, "strength": 0.6}
    with pytest.raises(Refused) as caught:
        house.hall.choose(visitor, Set(6, {"scream": 1.0}, None))
    assert caught.value.refusal is Refusal.UNKNOWN_STYLE


def test_who_lost_a_choice_follows_the_station_from_then_on() -> None:
    house = House()
    visitor, phone = house.enter()
    house.hall.choose(visitor, Set(5, {"scream": 1.0}, 0.3))
    house.on_show.show(version(with_styles(STATION, "udnie", "great_wave")))
    house.on_show.show(version(with_styles(STATION, "great_wave", "udnie"), number=3))
    assert [change["settings"]["style"] for change in changes(phone)] == [{"udnie": 1.0}, {"great_wave": 1.0}]


def test_who_chose_nothing_begins_as_the_station_does_now() -> None:
    house = House()
    _, phone = house.enter()
    house.on_show.show(version(with_styles(STATION, "scream", *LENS.styles[:2])))
    assert changes(phone)[0]["settings"]["style"] == {"scream": 1.0}


# -- who is away, who waits --------------------------------------------------------------------------------------------


def test_who_is_away_comes_back_to_the_station_as_it_is_now() -> None:
    house = House()
    visitor, phone = house.enter()
    house.hall.lose(visitor, cast(Link, phone))
    house.on_show.show(version(with_styles(STATION, "scream")))
    back, phone = house.enter(resume=visitor.session.token)
    assert back is visitor
    welcome = phone.told[0]
    assert (welcome["resumed"], welcome["station"]["styles"]) == (True, ["scream"])
    assert welcome["settings"]["style"] == {"scream": 1.0}
    assert changes(phone) == []


def test_who_waits_hears_of_it_and_goes_on_waiting() -> None:
    house = House(room=RoomConfig(max_live=1))
    first, first_phone = house.enter()
    visitor, phone = house.enter()
    house.on_show.show(version(with_styles(STATION, "scream")))
    assert len(changes(phone)) == 1 and phone.states == ["waiting"]
    house.hall.leave(first, cast(Link, first_phone))
    assert phone.states == ["waiting", "live"]
    house.hall.take(visitor, frame(1))
    assert house.submitted[0][1]["rows"][0]["weights"] == {"scream": 1.0}


# -- a station that closes, or goes ------------------------------------------------------------------------------------


def test_a_station_that_closes_lets_its_visitors_go_and_says_when_it_opens() -> None:
    house = House()
    visitor, phone = house.enter()
    house.on_show.show(version(replace(STATION, open=False, opens_at=OPENS_AT)))
    assert (phone.ended, phone.opens_at) == (Refusal.STATION_CLOSED, "2026-12-01T09:00:00Z")
    assert (house.hall.live, list(house.hall.register), house.forgotten) == (0, [], [visitor.session.number])
    refused = refusal(house)
    assert (refused.refusal, refused.opens_at) == (Refusal.STATION_CLOSED, "2026-12-01T09:00:00Z")
    assert house.tally.snapshot()["refused"] == {"station_closed": 1}


def test_where_nobody_knows_when_it_opens_none_is_said() -> None:
    house = House()
    _, phone = house.enter()
    house.on_show.show(version(replace(STATION, open=False)))
    assert (phone.ended, phone.opens_at) == (Refusal.STATION_CLOSED, None)


def test_a_station_that_is_gone_or_has_another_number_is_unknown_to_who_was_there() -> None:
    for stations in (EXHIBITION.stations[1:], (replace(STATION, number=77), *EXHIBITION.stations[1:])):
        house = House()
        _, phone = house.enter()
        house.on_show.show(replace(EXHIBITION, version=2, stations=stations))
        assert phone.ended is Refusal.STATION_UNKNOWN
        assert refusal(house).refusal is Refusal.STATION_UNKNOWN


def test_an_exhibition_that_goes_off_show_lets_all_its_visitors_go() -> None:
    house = House()
    phones = [house.enter(station=station.number)[1] for station in (STATION, OTHER, CANVAS)]
    house.on_show.hide(EXHIBITION.subject)
    assert [phone.ended for phone in phones] == [Refusal.STATION_UNKNOWN] * 3
    assert refusal(house).refusal is Refusal.TICKET_FOREIGN


def test_who_is_away_when_the_station_closes_does_not_keep_a_slot() -> None:
    house = House(room=RoomConfig(max_live=1))
    visitor, phone = house.enter()
    house.hall.lose(visitor, cast(Link, phone))
    house.on_show.show(version(replace(STATION, open=False)))
    assert (house.hall.live, house.hall.register.away) == (0, 0)
    house.on_show.show(version(number=3))
    _, phone = house.enter(resume=visitor.session.token)
    assert phone.told[0]["resumed"] is False


def test_who_waits_at_a_station_that_closes_is_not_let_in_for_a_moment() -> None:
    house = House(room=RoomConfig(max_live=1))
    house.enter()
    _, phone = house.enter()
    house.on_show.show(version(replace(STATION, open=False)))
    assert phone.states == ["waiting"] and phone.ended is Refusal.STATION_CLOSED
    assert (house.hall.live, house.hall.waiting) == (0, 0)


def test_who_waits_elsewhere_goes_in_when_a_station_closes() -> None:
    house = House(room=RoomConfig(max_live=1))
    house.enter()
    _, phone = house.enter(station=OTHER.number)
    house.on_show.show(version(replace(STATION, open=False)))
    assert phone.states == ["waiting", "live"] and phone.ended is None


# -- canvases ----------------------------------------------------------------------------------------------------------


def test_a_canvas_that_offers_other_styles_gets_a_new_texture() -> None:
    house = House()
    _, phone = house.enter(station=CANVAS.number)
    house.answer()
    house.on_show.show(version(with_styles(CANVAS, "scream")))
    assert house.submitted[0][1]["rows"][0]["weights"] == {"scream": 1.0}
    house.answer()
    assert [(texture.number, texture.revision) for texture in phone.hung] == [(1, 0), (2, 0)]


def test_another_artwork_at_a_canvas_is_tracked_and_painted() -> None:
    house = House()
    visitor, phone = house.enter(station=CANVAS.number)
    house.answer()
    artwork = replace(CANVAS.artwork, picture=OTHER.artwork.picture)
    house.on_show.show(version(replace(CANVAS, artwork=artwork)))
    assert house.submitted[0][1]["rows"][0]["texture"] == OTHER.artwork.picture
    house.hall.take(visitor, frame(1))
    assert house.tracked[0][1]["rows"][0]["artwork"] == OTHER.artwork.picture
    house.answer()
    assert len(phone.hung) == 2


def test_a_texture_of_before_that_is_being_painted_is_not_hung_in_the_place_of_the_new_one() -> None:
    house = House()
    _, phone = house.enter(station=CANVAS.number)
    house.on_show.show(version(with_styles(CANVAS, "scream")))
    house.answer()  # what was begun before
    assert phone.hung == []
    assert house.submitted[0][1]["rows"][0]["weights"] == {"scream": 1.0}
    house.answer()
    assert [(texture.number, texture.revision) for texture in phone.hung] == [(1, 0)]


def test_where_a_curator_s_overlay_hangs_from_now_on_no_texture_follows() -> None:
    house = House()
    _, phone = house.enter(station=CANVAS.number)
    house.on_show.show(version(does(CANVAS, Canvas(overlay="snow.mp4"))))
    house.answer()
    assert phone.hung == [] and house.submitted == []
    assert changes(phone)[0]["settings"]["style"] == {}


def test_a_lens_that_becomes_a_canvas_gives_frames_back_and_gets_its_texture() -> None:
    house = House()
    visitor, phone = house.enter()
    for seq in (1, 2):  # one is painted, one waits
        house.hall.take(visitor, frame(seq))
    house.on_show.show(version(does(STATION, REPAINTED)))
    assert {"type": "dropped", "seq": 2, "reason": "changed"} in phone.told
    house.answer()
    assert [overlay.seq for overlay in phone.shown] == [1]
    house.answer()
    assert len(phone.hung) == 1
    house.hall.take(visitor, frame(3))
    assert not house.submitted and len(house.tracked) == 1
    status = [message for message in phone.told if message["type"] == "status"][-1]
    assert (status["fps"], status["width"]) == (15.0, 640), "what a canvas is asked to send"


def test_a_canvas_that_becomes_a_lens_is_painted() -> None:
    house = House()
    visitor, phone = house.enter(station=CANVAS.number)
    lens = Lens(("scream",), {"scream": 1.0}, 1.0)
    house.on_show.show(version(does(CANVAS, lens)))
    house.answer()
    assert phone.hung == [], "a texture of before"
    house.hall.take(visitor, frame(1))
    house.answer()
    assert [overlay.seq for overlay in phone.shown] == [1]
