"""Readings of the stations, put together from what the ledger counted and what the workers say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from exhibit.exhibition import Exhibition, Station
from exhibit.experience import Dream
from exhibit.session import State
from server.register import Visitor
from server.watch.condition import Facts, find
from server.watch.ledger import ANSWERS, DROPPED, FRAMES, LOCKED, TRIED, Where
from server.watch.reading import StationReading
from server.watch.sources import Sources

FPS_OVER_S = 10
JUDGED_OVER_S = 5  # whether frames are answered at all
FRESH_S = 2  # frames so young may still be answered
LATE = ("late", "fault")  # reasons that are the server's doing


class Crowd:
    """Who is at which station, counted once for all of them."""

    def __init__(self, visitors: Iterable[Visitor]) -> None:
        self.live: Counter[Where] = Counter()
        self.waiting: Counter[Where] = Counter()
        for visitor in visitors:
            where = visitor.exhibition.subject, visitor.station.id
            live = visitor.session.state in {State.LIVE, State.LIVE_AWAY}
            (self.live if live else self.waiting)[where] += 1


def tiles(sources: Sources, now_s: float) -> tuple[StationReading, ...]:
    """One for each station that the public may see; now_s: of the clock that the ledger's windows go by."""
    crowd = Crowd(sources.hall.register)
    return tuple(
        _tile(sources, crowd, exhibition, station, now_s)
        for exhibition in sources.on_show.exhibitions
        for station in exhibition.stations
    )


def _tile(sources: Sources, crowd: Crowd, exhibition: Exhibition, station: Station, now_s: float) -> StationReading:
    where = exhibition.subject, station.id
    book = sources.ledger.book(where)
    minute, judged = book.window.total(now_s), book.window.total(now_s, JUDGED_OVER_S)
    glass = book.window.glass_ms(now_s)
    live, off = crowd.live[where], station.off
    facts = Facts(
        off=off is not None,
        open=station.open,
        worker_ready=any(dispatch.worker.ready is not None for dispatch in sources.workers),
        dreamer_ready=not isinstance(station.experience, Dream) or _dreams(sources),
        fallback=any(dispatch.worker.fallback for dispatch in sources.workers),
        trackable=_trackable(sources, exhibition, station),
        seen=book.seen_at is not None,
        live=live,
        frames=judged[FRAMES] - book.window.total(now_s, FRESH_S)[FRAMES],
        answers=judged[ANSWERS],
        late=sum(judged[DROPPED + reason] for reason in LATE),
        tried=minute[TRIED],
        locked=minute[LOCKED],
        glass_p95_ms=glass[1] if glass else None,
        target_p95_ms=sources.ledger.target_ms(station.experience.kind),
    )
    finding = find(facts)
    answered = book.window.total(now_s, FPS_OVER_S)[ANSWERS]
    return StationReading(
        exhibition=exhibition.id,
        station=station.id,
        number=station.number,
        title=station.title.in_language(exhibition.languages[0], exhibition.languages[0]),
        experience=station.experience.kind,
        condition=finding.condition,
        reason=finding.reason,
        message=off or "",
        live=live,
        waiting=crowd.waiting[where],
        fps=round(answered / FPS_OVER_S / live, 1) if live else 0.0,
        glass_p50_ms=glass[0] if glass else None,
        glass_p95_ms=glass[1] if glass else None,
        dropped={name.removeprefix(DROPPED): n for name, n in sorted(minute.items()) if name.startswith(DROPPED)},
        tried=facts.tried,
        locked=facts.locked,
        seen_at=book.seen_at,
        glimpse=exhibition.glimpses and sources.hall.glimpses.of((exhibition.id, station.id)) is not None,
    )


def _dreams(sources: Sources) -> bool:
    """Whether pictures can be made from words; a process that is being started for the first time counts."""
    dreamer = sources.dreamer
    return dreamer is not None and not dreamer.fault and (dreamer.ready is not None or not dreamer.process.last_fault)


def _trackable(sources: Sources, exhibition: Exhibition, station: Station) -> bool:
    if not station.experience.tracked:
        return True
    found = sources.appraisals.of(exhibition.subject).get(station.artwork.picture)
    return found is None or found.value > 0
