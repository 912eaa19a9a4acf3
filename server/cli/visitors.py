"""`vernissage visitors`: simulated phones over the real WebSocket, and what they saw."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from server.visitors.crowd import Crowd, Plan, PlanError
from server.visitors.door import Door, DoorError, door_of_server, door_of_ticket, local_door
from server.visitors.film import ClipError
from server.visitors.report import crowd_report, each_table, report_table

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_FILES_BESIDE_SOCKETS = 64


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand's options."""
    parser = subparsers.add_parser("visitors", help="simulate phones and report what they saw", description=__doc__)
    where = parser.add_argument_group("where (by default the server on this machine, first station)")
    where.add_argument("--ticket-url", metavar="URL", help="a ticket's address, https://HOST/v/TICKET")
    where.add_argument("--server", metavar="URL", help="a server's address, https://HOST; its first station is visited")
    where.add_argument("--url", metavar="URL", help="the WebSocket's address, wss://HOST/ws, with --ticket")
    where.add_argument("--ticket", help="a ticket, for --url")
    where.add_argument("--insecure", action="store_true", help="do not check the certificate of a distant server")
    what = parser.add_argument_group("what")
    what.add_argument("--count", type=int, default=1, metavar="N", help="visitors at once (1)")
    what.add_argument("--fps", type=float, default=15.0, metavar="F", help="pictures a second of each camera (15)")
    what.add_argument("--seconds", type=float, default=10.0, metavar="S", help="length of the run (10)")
    what.add_argument(
        "--size", type=_size, default=(480, 360), metavar="WxH", help="of the camera's pictures (480x360)"
    )
    what.add_argument("--clip", type=Path, metavar="FILE", help="a video to show (by default a moving drawing)")
    what.add_argument("--greedy", type=int, default=0, metavar="K", help="so many visitors keep no credits (0)")
    what.add_argument("--greedy-factor", type=float, default=4.0, metavar="X", help="their frame rate, times --fps (4)")
    what.add_argument("--own-rate", action="store_true", help="keep the frame rate whatever the server asks for")
    what.add_argument("--arrive-over", type=float, default=0.0, metavar="S", help="time over which visitors arrive (0)")
    what.add_argument(
        "--settle", type=float, default=0.0, metavar="S", help="time at the start that is not counted (0)"
    )
    what.add_argument("--churn", action="store_true", help="visitors come and go, vanish, lose their connections")
    how = parser.add_argument_group("how it is told")
    how.add_argument("--json", action="store_true", help="one JSON object on standard output")
    how.add_argument("--each", action="store_true", help="a row for each visitor too")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Visit, report; 0 if overlays came and all were in order, 1 if not, 2 if there was no way in."""
    try:
        plan, door = _plan(args), _door(args)
        crowd = Crowd(door, plan)
    except (PlanError, DoorError, ClipError) as error:
        print(f"vernissage visitors: {error}", file=sys.stderr)
        return 2
    _allow_sockets(plan.count)
    crowd.prepare()
    _asyncio_run(_visit_with_progress(crowd))
    report = crowd_report(plan, crowd.diaries, args.each)
    _tell(report, args.json)
    return 0 if report["overlays"] and not report["out_of_order"] else 1


def _plan(args: argparse.Namespace) -> Plan:
    return Plan(
        count=args.count,
        fps=args.fps,
        seconds=args.seconds,
        width_px=args.size[0],
        height_px=args.size[1],
        clip=args.clip,
        greedy=args.greedy,
        greedy_factor=args.greedy_factor,
        own_rate=args.own_rate,
        arrive_over_s=args.arrive_over,
        settle_s=args.settle,
        churn=args.churn,
    )


def _door(args: argparse.Namespace) -> Door:
    ways = [name for name in ("ticket_url", "server", "url") if getattr(args, name)]
    if len(ways) > 1 or bool(args.url) != bool(args.ticket):
        raise DoorError("expected one of --ticket-url, --server, or --url with --ticket")
    if args.ticket_url:
        return door_of_ticket(args.ticket_url, args.insecure)
    if args.server:
        return door_of_server(args.server, args.insecure)
    if args.url:
        return Door(args.url, args.ticket, args.insecure)
    return local_door()


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"expected WxH, such as 480x360, got {text}")
    return int(width), int(height)


def _allow_sockets(count: int) -> None:
    """Each visitor needs an open file; the usual limit of 1024 is less than a large crowd."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + _FILES_BESIDE_SOCKETS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _asyncio_run(visit: Any) -> None:
    try:
        import uvloop
    except ImportError:  # not on every system; asyncio's own loop costs the client a little more
        asyncio.run(visit)
    else:
        uvloop.run(visit)


async def _visit_with_progress(crowd: Crowd) -> None:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(f"{crowd.plan.count} visitors", total=crowd.plan.seconds)
        visit = asyncio.create_task(crowd.visit())
        try:
            while not visit.done():
                await asyncio.wait([visit], timeout=0.5)
                progress.advance(bar, 0.5)
            await visit
        finally:
            visit.cancel()


def _tell(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    console = Console()
    console.print(report_table(report))
    if "each" in report:
        console.print(each_table(report["each"]))
