"""Times what curators and visitors wait for on a running server: lists, publications, tickets."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.api.card import card
from server.api.catalogue import Catalogue
from server.bench.form import BenchError
from server.bench.running import RunningServer
from server.bench.store_browser import Browser, somebody_else
from server.bench.store_house import EXHIBITION

EXHIBITIONS, STATIONS = "/exhibitions", f"/exhibitions/{EXHIBITION}/stations"
VERSIONS = f"/exhibitions/{EXHIBITION}/versions"
_SEEN_WITHIN_S = 30.0
_SETTLED_WITHIN_S = 60.0
_WATCHED = 10  # lists while a visitor asks for tickets all the time, which takes time from them


@dataclass(frozen=True, slots=True)
class Listed:
    """Both lists one after the other, as the console's overview asks for them."""

    p95_ms: float
    median_ms: float
    first_ms: float  # after the server's start: every document is parsed
    stations: int
    megabytes: float  # as they came
    cpu_ms: float  # that the server spent on each, in all its threads
    others_worst_ms: float  # a visitor's ticket, during some more


@dataclass(frozen=True, slots=True)
class Published:
    """From the request to a visitor's card of the new version."""

    slowest_s: float
    median_s: float
    others_worst_ms: float


@dataclass(frozen=True, slots=True)
class Opened:
    """Tickets of every station in turn."""

    p99_ms: float
    median_ms: float
    count: int
    p99_inside_ms: float  # finding the place and making the card, without any socket


def settle(server: RunningServer) -> None:
    """Wait until the worker has looked at the artworks, which takes it seconds after a start. Raises BenchError."""
    deadline_s = time.monotonic() + _SETTLED_WITHIN_S
    while not server.stats()["targets"]:
        if time.monotonic() > deadline_s:
            raise BenchError(f"the worker has not looked at the artworks within {_SETTLED_WITHIN_S:.0f} s")
        time.sleep(0.1)


def measure_lists(browser: Browser, server: RunningServer, ticket: str, times: int) -> Listed:
    """The station list so many times, after a first one. Raises BenchError."""
    first_ms = _list_once(browser)
    stations, spent_s = browser.get(STATIONS), server.cpu_s()[0]
    all_ms = [_list_once(browser) for _ in range(times)]
    cpu_ms = (server.cpu_s()[0] - spent_s) / times * 1000
    with somebody_else(server.port, f"/tickets/{ticket}") as waits_ms:
        for _ in range(_WATCHED):
            _list_once(browser)
    return Listed(
        p95_ms=float(np.percentile(all_ms, 95)),
        median_ms=float(np.median(all_ms)),
        first_ms=first_ms,
        stations=len(stations.json()),
        megabytes=len(stations.body) / 1e6,
        cpu_ms=cpu_ms,
        others_worst_ms=max(waits_ms, default=0.0),
    )


def _list_once(browser: Browser) -> float:
    answers = [browser.get(path) for path in (EXHIBITIONS, STATIONS)]
    if any(answer.status != 200 for answer in answers):
        raise BenchError(f"expected lists, got {[answer.body[:200] for answer in answers]}")
    return sum(answer.ms for answer in answers)


def measure_publications(browser: Browser, server: RunningServer, ticket: str, times: int) -> Published:
    """Save a station and publish, so many times. Raises BenchError."""
    with somebody_else(server.port, f"/tickets/{ticket}") as waits_ms:
        all_s = [_publish_once(browser, ticket, place) for place in range(times)]
    return Published(max(all_s), float(np.median(all_s)), max(waits_ms, default=0.0))


def _publish_once(browser: Browser, ticket: str, place: int) -> float:
    station = browser.get(f"{STATIONS}/station-{place + 1}").json()
    content = station["content"]
    content["artwork"]["year"] = f"{place}, {time.time():.0f}"
    browser.change("PUT", f"{STATIONS}/station-{place + 1}", content, station["revision"]).json()
    started_s = time.perf_counter()
    number = browser.change("POST", VERSIONS, {}).json()["number"]
    while browser.get(f"/tickets/{ticket}").json()["version"] != number:
        if time.perf_counter() > started_s + _SEEN_WITHIN_S:
            raise BenchError(f"version {number} was published, and is not shown within {_SEEN_WITHIN_S:.0f} s")
        time.sleep(0.001)
    return time.perf_counter() - started_s


def measure_tickets(browser: Browser, catalogue: Catalogue, tickets: Sequence[str], rounds: int) -> Opened:
    """The card of each ticket, so many times; over the port, and in this process. Raises BenchError."""
    all_ms = []
    for ticket in list(tickets) * rounds:
        answer = browser.get(f"/tickets/{ticket}")
        if answer.status != 200:
            raise BenchError(f"expected a card, got {answer.status}: {answer.body[:200]!r}")
        all_ms.append(answer.ms)
    inside_ms = [_open_ms(catalogue, ticket) for ticket in list(tickets) * rounds]
    p99_ms, p99_inside_ms = float(np.percentile(all_ms, 99)), float(np.percentile(inside_ms, 99))
    return Opened(p99_ms, float(np.median(all_ms)), len(all_ms), p99_inside_ms)


def _open_ms(catalogue: Catalogue, ticket: str) -> float:
    started_s = time.perf_counter()
    card(catalogue, catalogue.on_show.place(ticket), {"live": 0, "waiting": 0}, "https://museum.example")
    return (time.perf_counter() - started_s) * 1000
