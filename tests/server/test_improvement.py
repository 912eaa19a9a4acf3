"""A worker that goes on with a faster painter: between two batches, without losing one, and the server is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from test_workshop import NOWHERE, STYLES, batch, flat

from models.errors import EngineError
from models.style.stub import StubPainter
from server.worker.appraisal import Scores
from server.worker.codec import decode
from server.worker.crew import Crew, Score
from server.worker.heart import Heart
from server.worker.jpegs import CoreJpegs
from server.worker.line import Line, receive
from server.worker.lookout import Lookout
from server.worker.studio import Studio
from server.worker.targets import Targets
from server.worker.wire import Kind, Message, pack
from server.worker.workshop import Workshop

WAIT_S = 60.0


class CardPainter(StubPainter):
    """Computes when a batch is fetched, as a card may, and cannot after it was closed."""

    def __init__(self, level: int) -> None:
        super().__init__(0.0, 0.0, STYLES)
        self.level, self.closed = level, False

    def begin(self, frames: Any, weights: Any, strength: Any) -> Any:
        painter = self

        class Begun:
            finished = False

            def result(self) -> Any:
                assert not painter.closed, "a batch is fetched from a painter that was closed"
                return np.full_like(frames, painter.level)

        return Begun()

    def close(self) -> None:
        self.closed = True


def shop_of(painter: Any) -> Workshop:
    return Workshop(painter, 95, Lookout(Targets(NOWHERE, None)), NOWHERE)


def test_batches_that_were_begun_before_are_fetched_from_the_old_painter_before_it_is_closed() -> None:
    old, new = CardPainter(40), CardPainter(200)
    shop = shop_of(old)
    before = shop.paint(shop.decode(batch(flat(10))))
    waiting = shop.decode(batch(flat(10)))
    changing = threading.Thread(target=shop.change, args=(new, CoreJpegs(1)))
    changing.start()
    changing.join(0.1)
    assert changing.is_alive(), "the old painter was let go of while a batch was with it"
    _, (picture,) = shop.encode(before)
    changing.join(WAIT_S)
    assert (old.closed, new.closed, shop.painter) == (True, False, new)
    assert decode(picture, 64, 48).mean() == pytest.approx(40, abs=2)
    _, (picture,) = shop.encode(shop.paint(waiting))
    assert decode(picture, 64, 48).mean() == pytest.approx(200, abs=2)


def no_score(artworks: Sequence[str]) -> Scores:
    return []


def crew_of(shop: Workshop, score: Score = no_score) -> tuple[Crew, socket.socket, threading.Thread]:
    ours, theirs = socket.socketpair()
    ours.settimeout(WAIT_S)
    detector: Any = lambda picture: ""  # noqa: E731
    studio = Studio(CardPainter(200), CoreJpegs(1), [])
    line = Line(theirs)
    lookout = Lookout(Targets(NOWHERE, None))
    crew = Crew(line, shop, lookout, detector, score, heart=Heart(line), reopen=lambda: studio)
    thread = threading.Thread(target=crew.work)
    thread.start()
    return crew, ours, thread


def hear(server: socket.socket) -> Message | None:
    """The next message that is not a beat."""
    while (message := receive(server)) is not None and message.kind is Kind.BEAT:
        pass
    return message


def ask(server: socket.socket, number: int) -> tuple[Any, float]:
    """Send a batch; what comes back, and the level of its first picture."""
    message = batch(flat(10))
    rows = [row | {"session": 1, "connection": 1} for row in message.head["rows"]]
    server.sendall(pack(Kind.PAINT, message.head | {"batch": number, "rows": rows}, message.pictures))
    answer = hear(server)
    assert answer is not None
    return answer, float(decode(answer.pictures[0], 64, 48).mean())


def test_the_server_is_told_of_the_better_painter_and_gets_its_pictures_from_then_on() -> None:
    crew, server, thread = crew_of(shop_of(CardPainter(40)))
    assert ask(server, 1)[1] == pytest.approx(40, abs=2)
    costs = [{"width": 64, "height": 48, "count": 1, "ms": [1.0]}]
    crew.improve(lambda: Studio(CardPainter(200), CoreJpegs(1), costs))
    told = hear(server)
    assert told is not None
    assert (told.kind, told.head["costs"]) == (Kind.ENGINE, costs)
    answer, level = ask(server, 2)
    assert (answer.head["batch"], level) == (2, pytest.approx(200, abs=2))
    server.shutdown(socket.SHUT_WR)
    thread.join(WAIT_S)
    assert not thread.is_alive()
    server.close()


def test_the_server_is_told_while_something_is_loaded_that_may_keep_the_worker_from_beating() -> None:
    crew, server, thread = crew_of(shop_of(CardPainter(40)))
    crew.improve(lambda: Studio(CardPainter(200), CoreJpegs(1), []))
    told = [receive(server) for _ in range(3)]
    assert [(one.kind, one.head.get("laden")) for one in told if one is not None] == [
        (Kind.BEAT, True),
        (Kind.BEAT, False),
        (Kind.ENGINE, None),
    ]
    server.shutdown(socket.SHUT_WR)
    thread.join(WAIT_S)
    server.close()


def test_a_better_painter_that_cannot_be_opened_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    failed = threading.Event()

    def broken() -> Studio:
        failed.set()
        raise EngineError("no way to compute the third layer")

    crew, server, thread = crew_of(shop_of(CardPainter(40)))
    crew.improve(broken)
    assert failed.wait(WAIT_S)
    answer, level = ask(server, 1)
    assert (answer.kind, level) == (Kind.PAINT, pytest.approx(40, abs=2))
    server.shutdown(socket.SHUT_WR)
    thread.join(WAIT_S)
    ended_s = time.monotonic() + WAIT_S
    while "no way to compute the third layer" not in caplog.text and time.monotonic() < ended_s:
        time.sleep(0.01)
    assert "painting goes on as before: no way to compute the third layer" in caplog.text
    server.close()


def test_when_the_server_says_so_the_painter_is_opened_anew_beside_the_one_that_paints() -> None:
    _, server, thread = crew_of(shop_of(CardPainter(40)))
    assert ask(server, 1)[1] == pytest.approx(40, abs=2)
    server.sendall(pack(Kind.RENEW, {}))
    told = hear(server)
    assert told is not None and told.kind is Kind.ENGINE
    assert ask(server, 2)[1] == pytest.approx(200, abs=2)
    server.shutdown(socket.SHUT_WR)
    thread.join(WAIT_S)
    server.close()


def test_artworks_are_scored_when_asked_for_and_a_fault_in_that_costs_no_painting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def score(artworks: Sequence[str]) -> Scores:
        if "spoiled.jpg" in artworks:
            raise RuntimeError("the scales fell down")
        return [{"artwork": name, "value": 50, "remarks": []} for name in artworks]

    _, server, thread = crew_of(shop_of(CardPainter(40)), score)
    for number, artworks in ((7, ["spoiled.jpg"]), (8, ["a.jpg"])):
        server.sendall(pack(Kind.APPRAISE, {"request": number, "artworks": artworks}))
    answers = [hear(server), hear(server)]
    assert [answer.head for answer in answers if answer is not None] == [
        {"kind": Kind.SCORED, "request": 7, "scores": []},
        {"kind": Kind.SCORED, "request": 8, "scores": [{"artwork": "a.jpg", "value": 50, "remarks": []}]},
    ]
    assert "the scales fell down" in caplog.text
    assert ask(server, 1)[1] == pytest.approx(40, abs=2)
    server.shutdown(socket.SHUT_WR)
    thread.join(WAIT_S)
    server.close()
