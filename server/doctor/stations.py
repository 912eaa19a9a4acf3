"""A simulated visitor at one station, from the code to the picture: what each step of the visit turned out to be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from exhibit.exhibition import Exhibition, Station
from exhibit.experience import Canvas, Dream, Lens
from server.config import Config
from server.doctor.check import Check, Finding, answered, ask, fault, skipped, warning, well
from server.doctor.guest import REGION_S, WISH_S, Guest
from server.doctor.judgement import Visited, judge_dream, judge_latency, judge_lock, judge_overlay, judge_socket
from server.doctor.pages import Page, Pages
from server.doctor.programme import Programme
from server.doctor.sight import SightError, open_sight
from server.visitors.door import Door

VISIT_S = 20.0  # for one station, wishes aside
_KEYS = "The server signs with other keys than its store has, or serves another store: start it again."
_FILES = "See the log; the file may be gone from the state folder. Restore a backup, or upload it anew."
_LOG = "See the server's log, and the proxy's where there is one."


@dataclass(frozen=True)
class Way:
    """How the visitor comes to the stations."""

    config: Config
    pages: Pages
    programme: Programme
    origin: str  # of the page that phones have: the address in the codes
    dream: bool  # whether a picture is wished for


@dataclass
class _Visit:
    """One visit, while it lasts."""

    way: Way
    exhibition: Exhibition
    station: Station
    card: Mapping[str, Any]  # the station, as the page gets it; empty before it came
    visited: Visited | None = None  # None before the artwork's picture came

    @property
    def subject(self) -> str:
        """Whom the answers are about."""
        return f"{self.exhibition.id}/{self.station.id}"

    async def ask(self, check_id: str, work: Awaitable[Finding]) -> Check:
        """One step."""
        return await ask(check_id, self.subject, work)


async def visit_station(way: Way, exhibition: Exhibition, station: Station) -> list[Check]:
    """Everything that is asked of one station; what cannot be asked without an earlier step is left out."""
    visit = _Visit(way, exhibition, station, {})
    ticket = way.programme.ticket(exhibition, station)
    checks = [await visit.ask("ticket", _try_ticket(visit, ticket))]
    if not visit.card:
        return checks
    checks.append(await visit.ask("page", _open_page(visit, ticket)))
    if closed := _closed(station, visit.card):
        return [*checks, answered("open", visit.subject, closed)]
    return [*checks, *(await _go_in(visit, visit.visited) if visit.visited is not None else [])]


async def _try_ticket(visit: _Visit, ticket: str) -> Finding:
    page = await visit.way.pages.get(f"/api/v1/tickets/{ticket}")
    if str(page.values.get("code", "")).startswith(("ticket", "station")):
        return fault(f"The server does not take the ticket in its code: {page.words}", _KEYS)
    card = page.values.get("station")
    if not page.ok or not isinstance(card, dict):
        return fault(f"What the page needs to know did not come: {page.words}.", _LOG)
    visit.card = card
    return well("Taken." if card["open"] or not card["opens_at"] else f"Taken; closed until {card['opens_at']}.")


async def _open_page(visit: _Visit, ticket: str) -> Finding:
    get, overlay = visit.way.pages.get, visit.card["overlay"]
    page = await get(f"/v/{ticket}")
    if not page.ok or page.content_type != "text/html":
        return fault(f"The visitor's page did not come: {page.words}.", _LOG)
    picture = await get(str(visit.card["artwork"]["url"]))
    if not picture.ok:
        return fault(f"The artwork's picture did not come: {picture.words}.", _FILES)
    hung = await get(str(overlay["url"])) if overlay else Page(200, b"none")
    if not hung.ok or not hung.body:
        return fault(f"What hangs over the artwork did not come: {hung.words}.", _FILES)
    try:
        sight = await asyncio.to_thread(open_sight, picture.body)
    except SightError as error:
        return fault(str(error), _FILES)
    visit.visited = Visited(str(visit.card["experience"]), visit.card, sight, sight.film())
    return well(f"The page and the artwork's picture came ({len(picture.body) / 1e6:.1f} MB).")


def _closed(station: Station, card: Mapping[str, Any]) -> Finding | None:
    """Why nobody goes in; None where visitors may, now or from some time on."""
    if card["open"] or card["opens_at"]:
        return None
    if station.off is not None:
        return skipped("An operator switched it off: not visited.", "Switch it on again if visitors should come.")
    told = "It is closed, and nothing says when it opens: not visited."
    return skipped(told, "If visitors should come, open it in the console, or give its exhibition opening hours.")


async def _go_in(visit: _Visit, visited: Visited) -> list[Check]:
    """The visit behind the door, judged from what was noted, also where it took too long."""
    way, guest = visit.way, _guest(visit, visited)
    began_s, late = time.monotonic(), False
    try:
        async with asyncio.timeout(VISIT_S + (WISH_S if guest.wish else 0.0)):
            await guest.visit()
    except TimeoutError:
        late = True
    seconds, notes = time.monotonic() - began_s, visited.notes
    socket = judge_socket(visited, way.origin)
    if notes.live and (notes.cut or late):
        socket = warning("The connection was cut during the visit." if notes.cut else "The visit took too long.", _LOG)
    findings = {"socket": socket}
    if notes.live:
        findings |= await asyncio.to_thread(_judge, visited, way.config, wished=guest.wish is not None)
    spent_s = {"socket": notes.live_s}
    return [answered(name, visit.subject, found, spent_s.get(name, seconds)) for name, found in findings.items()]


def _guest(visit: _Visit, visited: Visited) -> Guest:
    way, kind = visit.way, visited.kind
    parts = urlsplit(way.pages.base_url)
    url = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/ws"
    return Guest(
        Door(url, way.programme.visiting_ticket(visit.exhibition, visit.station), insecure=True),
        way.origin,
        visited.film,
        textured=kind == Canvas.kind and not visit.card["overlay"],
        posed=kind != Lens.kind,
        least_s=REGION_S if kind == Lens.kind and visited.tracked else 0.0,
        wish=_wish(visit.card) if way.dream and kind == Dream.kind else None,
        notes=visited.notes,
    )


def _wish(card: Mapping[str, Any]) -> dict[str, Any]:
    """The station's first word, or what anybody might wish for."""
    return {"words": [0]} if card["dream"]["words"] else {"text": "a red house by the sea"}


def _judge(visited: Visited, config: Config, *, wished: bool) -> dict[str, Finding]:
    findings: dict[str, Finding] = {}
    if visited.tracked:
        findings["lock"] = judge_lock(visited)
    if visited.kind == Dream.kind:
        findings["dream"] = judge_dream(visited, wished=wished)
    elif visited.card["overlay"]:
        findings["overlay"] = well("The curator's own came with the page.")
    else:
        findings["overlay"] = judge_overlay(visited)
    return findings | {"latency": judge_latency(visited, config)}
