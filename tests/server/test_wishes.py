"""What visitors wish for and what becomes of it: granted or refused, queued, formed, hung, kept, forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from dream_house import DREAM, DreamHouse, dreamt, states
from hall_house import EXHIBITION, STATION, FakeLink, frame

from exhibit.dream import Mark, Source, WordsMode
from exhibit.exhibition import HouseWords
from exhibit.experience import Dream
from exhibit.protocol import Keep, Set, Wish
from exhibit.refusal import Refusal, Refused
from server.link import Link
from server.register import Visitor
from server.worker.supervisor import WorkerStartError

CHOSEN = (0, 1)


async def wish(house: DreamHouse, visitor: Visitor, revision: int = 1, **more: Any) -> None:
    house.dreams.wish(visitor, Wish(revision, **({"words": CHOSEN} | more)))
    await house.run()


async def test_a_wish_is_queued_forms_and_hangs_on_the_wall() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor)
    ((job, head, pictures),) = house.ordered
    assert (head["words"], head["mark"], pictures) == ("blue, storm", Mark.BOTTOM_RIGHT, [])
    house.step(job, 1, b"preview")
    house.make(job)
    assert states(phone) == ["forming", "done"]
    assert [(texture.picture, texture.revision) for texture in phone.hung] == [
        (b"preview", 1),
        (b"marked", 1),
    ]
    made = dreamt(phone)[-1]["made"]
    assert (made["words"], made["source"], made["model"], made["steps"]) == ("blue, storm", "words", "A test's", 4)
    assert dreamt(phone)[-1]["can_keep"] is True


async def test_who_waits_is_told_the_place_and_when_it_changes() -> None:
    house = DreamHouse()
    people = [house.come() for _ in range(4)]
    for visitor, _ in people:
        await wish(house, visitor)
    assert len(house.ordered) == 2, "as many as the dreamer takes at once"
    assert [dreamt(phone)[-1]["place"] for _, phone in people[2:]] == [1, 2]
    house.make(house.ordered[0][0])
    assert len(house.ordered) == 3
    assert dreamt(people[3][1])[-1]["place"] == 1
    assert dreamt(people[3][1])[-1]["estimate_s"] >= 1


async def test_a_newer_wish_ends_the_older_one_wherever_it_is() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor, 1)
    await wish(house, visitor, 2)
    older, newer = (job for job, _, _ in house.ordered)
    assert house.let_go == [older]
    house.make(older, picture=b"older")
    house.make(newer, picture=b"newer")
    assert {texture.picture for texture in phone.hung} == {b"newer"}


async def test_a_hundred_wishes_of_one_visitor_leave_one_and_the_lane_goes_on() -> None:
    house = DreamHouse()
    visitor, _ = house.come()
    for revision in range(1, 101):
        house.dreams.wish(visitor, Wish(revision, CHOSEN))
    await house.run()
    assert len(house.ordered) == 1 and len(house.dreamer.lane) == 0
    other, phone = house.come()
    await wish(house, other)
    house.make(house.ordered[-1][0])
    assert states(phone) == ["done"]


async def test_a_visit_has_so_many_pictures_and_wishes_that_only_waited_are_none() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    for revision in range(1, 4):
        await wish(house, visitor, revision)
        house.make(house.ordered[-1][0])
    await wish(house, visitor, 9)
    assert dreamt(phone)[-1]["code"] == "too_many"
    assert "3 pictures" in dreamt(phone)[-1]["message"]


async def test_who_waits_and_takes_it_back_loses_nothing() -> None:
    house = DreamHouse(ready=False)
    visitor, phone = house.come()
    for revision in range(1, 9):
        await wish(house, visitor, revision)
        house.dreams.cancel(visitor)
    assert states(phone)[-1] == "cancelled"
    assert len(house.dreamer.lane) == 0
    house.begin()
    await wish(house, visitor, 10)
    assert len(house.ordered) == 1


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dream", "asked", "code"),
    [
        (DREAM, {"words": ()}, "words_empty"),
        (DREAM, {"words": (77,)}, "words_empty"),
        (DREAM, {"text": "a storm"}, "words_chosen_only"),
        (replace(DREAM, mode=WordsMode.FREE), {"words": (), "text": ""}, "words_empty"),
        (replace(DREAM, mode=WordsMode.FREE), {"text": "x" * 300}, "words_too_long"),
        (replace(DREAM, mode=WordsMode.FREE), {"text": "a \u202e storm"}, "words_control"),
        (replace(DREAM, mode=WordsMode.FREE), {"text": "🌊🌊🌊"}, "words_not_words"),
        (replace(DREAM, mode=WordsMode.FREE), {"text": "a sea of b l o o d"}, "words_listed"),
        (replace(DREAM, mode=WordsMode.FREE), {"text": "a (storm:1.4)"}, "words_instruction"),
        (DREAM, {"source": Source.PICTURE}, "source_missing"),
        (replace(DREAM, from_camera=False), {"source": Source.CAMERA}, "source_missing"),
    ],
)
async def test_a_wish_that_is_not_granted_says_why(dream: Dream, asked: dict[str, Any], code: str) -> None:
    house = DreamHouse(dream)
    visitor, phone = house.come()
    await wish(house, visitor, **asked)
    (told,) = dreamt(phone)
    assert (told["state"], told["code"], told["revision"]) == ("refused", code, 1)
    assert told["message"].endswith(".")
    assert house.ordered == []


async def test_a_curators_own_list_counts_too() -> None:
    house = DreamHouse(replace(DREAM, mode=WordsMode.FREE))
    visitor, phone = house.come()
    visitor.exhibition = replace(house.exhibition, house_words=HouseWords({"en": ("kraken",)}))
    await wish(house, visitor, text="a kraken at sea")
    assert dreamt(phone)[-1]["code"] == "words_listed"


async def test_a_mistake_of_ours_is_said_and_the_next_wish_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    good, house.errands._lists = house.errands._lists, None  # type: ignore[assignment]
    house.dreams.wish(visitor, Wish(1, CHOSEN))
    running = asyncio.create_task(house.errands.run())
    await until(lambda: bool(dreamt(phone)))
    assert (states(phone), dreamt(phone)[-1]["code"]) == (["failed"], "fault")
    assert "an errand for a dream failed" in caplog.text
    house.errands._lists = good
    house.dreams.wish(visitor, Wish(2, CHOSEN))
    await until(lambda: bool(house.ordered))
    running.cancel()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_sentence_and_chosen_words_go_together() -> None:
    house = DreamHouse(replace(DREAM, mode=WordsMode.FREE))
    visitor, _ = house.come()
    await wish(house, visitor, text="  over the\nharbour ")
    assert house.ordered[0][1]["words"] == "blue, storm, over the harbour"


async def test_at_a_station_with_too_many_who_wait_one_is_asked_to_come_back() -> None:
    house = DreamHouse(ready=False, per_station=1)
    first, _ = house.come()
    second, phone = house.come()
    await wish(house, first)
    await wish(house, second)
    assert (dreamt(phone)[-1]["code"], dreamt(phone)[-1]["retry_after_s"]) == ("busy", 20)


def test_a_lens_makes_no_dreams() -> None:
    house = DreamHouse()
    visitor, _ = house.enter(station=EXHIBITION.stations[1].number)
    for attempt in (lambda: house.dreams.wish(visitor, Wish(1, CHOSEN)), lambda: house.dreams.keep(visitor, Keep())):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.refusal is Refusal.NOT_A_DREAM


async def test_a_revision_counts_up_with_that_of_styles() -> None:
    house = DreamHouse()
    visitor, _ = house.come()
    house.hall.choose(visitor, Set(4, strength=0.5))
    with pytest.raises(Refused, match="Expected a revision above 4, got 4"):
        house.dreams.wish(visitor, Wish(4, CHOSEN))
    house.dreams.wish(visitor, Wish(5, CHOSEN))
    assert visitor.session.revision == 5


async def test_a_model_that_cannot_be_opened_is_said_to_those_who_wait_and_ends_nothing_else() -> None:
    house = DreamHouse(ready=False)
    visitor, phone = house.come()
    await wish(house, visitor)

    tries = 0

    async def fail() -> None:
        nonlocal tries
        tries += 1
        raise WorkerStartError("the graph is missing")

    house.dreamer.process.run = fail  # type: ignore[method-assign]
    house.dreamer.want()
    running = asyncio.create_task(house.dreamer.run())
    await until(lambda: states(phone)[-1] == "failed")
    assert not running.done(), "the server waits for it as long as it runs"
    assert house.dreamer.snapshot()["last_fault"] == "the graph is missing"
    house.dreamer.process.restart()
    await until(lambda: tries == 2)
    running.cancel()


async def test_without_a_model_every_wish_hears_so() -> None:
    house = DreamHouse()
    house.dreamer.fault = "it is not there"
    visitor, phone = house.come()
    await wish(house, visitor)
    assert (states(phone), dreamt(phone)[-1]["code"]) == (["failed"], "no_model")


@pytest.mark.parametrize(("code", "state"), [("words_unknown", "refused"), ("fault", "failed")])
async def test_what_the_model_cannot_make_is_said(code: str, state: str) -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor)
    house.fail(house.ordered[0][0], code)
    assert (states(phone)[-1], dreamt(phone)[-1]["code"]) == (state, code)
    await wish(house, visitor, 2)
    assert len(house.ordered) == 2


# -- what a dream begins from ------------------------------------------------------------------------------------------


async def test_it_begins_from_the_artwork_the_next_frame_or_the_last_picture() -> None:
    house = DreamHouse()
    visitor, _ = house.come()
    await wish(house, visitor, 1, source=Source.ARTWORK, change=0.4)
    assert house.ordered[-1][1]["artwork"] == STATION.artwork.picture
    assert house.ordered[-1][1]["change"] == 0.4
    house.make(house.ordered[-1][0])
    await wish(house, visitor, 2, source=Source.PICTURE)
    assert house.ordered[-1][2] == [b"plain"]
    await wish(house, visitor, 3, source=Source.CAMERA)
    assert len(house.ordered) == 2, "it waits for a frame"
    seen = frame(1)
    house.hall.take(visitor, seen)
    assert house.ordered[-1][2] == [seen.picture]


async def test_a_camera_that_sends_nothing_is_not_waited_for_for_ever() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor, source=Source.CAMERA)
    house.now_ms += 2000
    house.hall.tick()
    assert dreamt(phone) == []
    house.now_ms += 2000
    house.hall.tick()
    assert dreamt(phone)[-1]["code"] == "source_missing"


# -- leaving, coming back, and faults ----------------------------------------------------------------------------------


async def test_who_leaves_cancels_the_wish_and_nothing_is_kept() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor)
    job = house.ordered[0][0]
    house.hall.leave(visitor, cast(Link, phone))
    assert house.let_go == [job]
    house.make(job)
    assert phone.hung == []
    assert house.dreams.finished(visitor) is None


async def test_a_lost_connection_ends_the_wish_and_the_finished_picture_comes_again() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor, 1)
    house.make(house.ordered[0][0])
    await wish(house, visitor, 2)
    house.hall.lose(visitor, cast(Link, phone))
    assert house.let_go == [house.ordered[1][0]]
    again, link = house.come(resume=visitor.session.token)
    assert again is visitor
    assert (link.hung[0].picture, link.hung[0].revision) == (b"marked", 1)
    assert (dreamt(link)[-1]["state"], dreamt(link)[-1]["revision"]) == ("done", 1)


async def test_a_dreamer_that_dies_costs_a_moment_and_no_session() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor)
    house.end()
    assert states(phone)[-1] == "queued"
    house.begin()
    first, second = house.ordered
    assert first[1] == second[1]
    house.make(second[0])
    assert states(phone)[-1] == "done"


async def test_one_that_dies_twice_of_the_same_picture_gives_it_up() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor)
    house.end()
    house.begin()
    house.end()
    assert (states(phone)[-1], dreamt(phone)[-1]["code"]) == ("failed", "fault")


async def test_a_station_that_turns_into_a_lens_forgets_what_was_dreamt() -> None:
    house = DreamHouse()
    visitor, _ = house.come()
    await wish(house, visitor)
    house.make(house.ordered[0][0])
    house.on_show.show(EXHIBITION)
    assert house.dreams.finished(visitor) is None


# -- styles, and keeping -----------------------------------------------------------------------------------------------


async def test_a_finished_dream_is_repainted_in_the_visitors_mix_and_back() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor)
    house.make(house.ordered[0][0])
    house.hall.choose(visitor, Set(2, {"starry_night": 1.0}, 0.8))
    ((_, head),) = house.submitted
    assert head["rows"] == [{"mark": "bottom_right", "weights": {"starry_night": 1.0}, "strength": 0.8}]
    house.answer()
    assert (phone.hung[-1].picture, phone.hung[-1].revision) == (b"painted", 2)
    finished = house.dreams.finished(visitor)
    assert finished is not None and dict(finished.made.styles) == {"starry_night": 1.0}
    house.hall.choose(visitor, Set(3, strength=0.0))
    assert (phone.hung[-1].picture, phone.hung[-1].revision) == (b"marked", 3)
    assert dict(finished.made.styles) == {}


async def test_a_repainted_picture_of_an_older_dream_is_not_hung() -> None:
    house = DreamHouse(replace(DREAM, default={"starry_night": 1.0}))
    visitor, phone = house.come()
    await wish(house, visitor, 1)
    house.make(house.ordered[0][0], picture=b"first")
    await wish(house, visitor, 2)
    job = house.ordered[1][0]
    house.dreamer.process.on_answer(_made_with_another_plain(job))
    house.answer()
    assert b"painted" not in [texture.picture for texture in phone.hung]


def _made_with_another_plain(job: int) -> Any:
    from server.worker.wire import Message

    head = {"kind": "dream", "batch": job, "step": 4, "steps": 4, "done": True, "may_be_shown": True}
    head |= {"understood": [], "unknown": [], "spent_ms": 1.0}
    return Message(head, (b"second", b"second plain"))


async def test_what_hangs_is_kept_when_the_visitor_says_so() -> None:
    house = DreamHouse(replace(DREAM, wall=True))
    visitor, phone = house.come()
    await wish(house, visitor)
    house.make(house.ordered[0][0])
    house.dreams.keep(visitor, Keep(wall=True))
    await house.run()
    (keeping,) = house.kept
    assert (keeping.finished.shown, keeping.wall) == (b"marked", True)
    assert dreamt(phone)[-1] == {
        "type": "kept",
        "revision": 1,
        "url": "https://art.example/kept/t#owner=o",
        "expires_at": "2026-12-24T00:00:00Z",
    }


async def test_where_there_is_no_wall_nothing_is_offered_for_it() -> None:
    house = DreamHouse()
    visitor, _ = house.come()
    await wish(house, visitor)
    house.make(house.ordered[0][0])
    house.dreams.keep(visitor, Keep(wall=True))
    await house.run()
    assert [keeping.wall for keeping in house.kept] == [False]


async def test_nothing_is_kept_before_there_is_a_picture_nor_where_the_exhibition_keeps_none() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    house.dreams.keep(visitor, Keep())
    assert dreamt(phone)[-1]["code"] == "nothing_to_keep"
    await wish(house, visitor)
    house.make(house.ordered[0][0])
    visitor.exhibition = replace(visitor.exhibition, keep_days=0)
    house.dreams.keep(visitor, Keep())
    assert dreamt(phone)[-1]["code"] == "keeping_off"


# -- what is let through -----------------------------------------------------------------------------------------------


async def test_a_picture_that_the_checker_refuses_is_replaced_by_the_curators_own() -> None:
    house = DreamHouse(replace(DREAM, fallback="calm.jpg"))
    visitor, phone = house.come()
    await wish(house, visitor)
    house.make(house.ordered[0][0], may=False)
    await house.run()
    assert (states(phone)[-1], dreamt(phone)[-1]["texture"]) == ("fallback", True)
    assert [texture.picture for texture in phone.hung] == [b"fallback of calm.jpg"]
    assert house.dreams.finished(visitor) is None


async def test_without_one_nothing_hangs() -> None:
    house = DreamHouse()
    visitor, phone = house.come()
    await wish(house, visitor)
    house.make(house.ordered[0][0], may=False)
    await house.run()
    assert (dreamt(phone)[-1]["state"], dreamt(phone)[-1]["texture"], phone.hung) == ("fallback", False, [])


async def held(house: DreamHouse) -> tuple[Visitor, FakeLink, str]:
    visitor, phone = house.come()
    await wish(house, visitor, text="a storm over the harbour", words=())
    job = house.ordered[-1][0]
    house.step(job, 1, b"preview")
    house.make(job)
    (waiting,) = house.hall.approvals.waiting(EXHIBITION.id)
    assert (waiting.words, waiting.picture) == ("a storm over the harbour", b"marked")
    assert phone.hung == [], "not even a preview, before somebody has looked at it"
    assert states(phone)[-1] == "held"
    return visitor, phone, waiting.id


APPROVED = replace(DREAM, mode=WordsMode.APPROVED)


async def test_what_a_curator_lets_through_hangs() -> None:
    house = DreamHouse(APPROVED)
    _, phone, waiting = await held(house)
    assert house.hall.approvals.decide(waiting, approve=True)
    assert states(phone)[-1] == "done"
    assert phone.hung[-1].picture == b"marked"


async def test_what_a_curator_does_not_let_through_does_not() -> None:
    house = DreamHouse(APPROVED)
    _, phone, waiting = await held(house)
    house.hall.approvals.decide(waiting, approve=False)
    await house.run()
    assert (states(phone)[-1], phone.hung) == ("fallback", [])


async def test_a_picture_whose_visitor_left_waits_for_nobody() -> None:
    house = DreamHouse(APPROVED)
    visitor, phone, waiting = await held(house)
    house.hall.leave(visitor, cast(Link, phone))
    assert house.hall.approvals.waiting() == []
    assert not house.hall.approvals.decide(waiting, approve=True)
