"""`vernissage bench NAME`: measures, and says what was measured and how, in one form for all benchmarks."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from server.bench.form import BenchError, BenchReport, Row
from server.bench.machine import machine, versions

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_TICK_S = 0.5


@dataclass(frozen=True, slots=True)
class Bench:
    """A benchmark by name: what it measures, its options, and how it is run."""

    summary: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Sequence[Row]]


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand, with one more for each benchmark."""
    parser = subparsers.add_parser("bench", help="measure, and print what was measured", description=__doc__)
    names = parser.add_subparsers(dest="bench", metavar="NAME", required=True)
    for name, bench in BENCHES.items():
        named = names.add_parser(name, help=bench.summary, description=bench.summary)
        named.add_argument("--json", action="store_true", help="one JSON object on standard output")
        named.add_argument("--quick", action="store_true", help="under a minute")
        bench.add_options(named)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; 0 if everything was measured and reaches what it should, 1 if not, 2 for a wrong option."""
    started_s = time.monotonic()
    try:
        rows = BENCHES[args.bench].run(args)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2
    report = BenchReport(args.bench, machine(), versions(), time.monotonic() - started_s, rows)
    if args.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        Console().print(report.as_table())
    return 0 if report.ok else 1


def _server_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clip", type=Path, metavar="FILE", help="a video that the visitors show")


def _run_server(args: argparse.Namespace) -> Sequence[Row]:
    return asyncio.run(_with_progress(args))


async def _with_progress(args: argparse.Namespace) -> Sequence[Row]:
    from server.bench.server_bench import FULL, QUICK, ServerBench  # loads OpenCV, which other commands do without

    lengths = QUICK if args.quick else FULL
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("bench server", total=lengths.total_s)

        def say(title: str) -> None:
            progress.update(bar, description=title)

        bench = asyncio.create_task(ServerBench(lengths, args.clip, say).run())
        try:
            while not bench.done():
                await asyncio.wait([bench], timeout=_TICK_S)
                progress.advance(bar, _TICK_S)
        finally:
            bench.cancel()
        return await bench


def _track_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--targets", type=Path, metavar="DIR", help="a folder of pictures to track instead of ours")
    parser.add_argument("--poses", type=Path, metavar="DIR", help="another tracker's answers to the exported clips")


def _run_track(args: argparse.Namespace) -> Sequence[Row]:
    from server.bench.track_bench import TrackBench  # loads OpenCV, which other commands do without

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("bench track", total=None)
        return TrackBench(args.quick, args.targets, args.poses).run(
            lambda title: progress.update(bar, description=title)
        )


def _engine_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--photos", type=Path, metavar="DIR", help="pictures to paint instead of ours")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write all that was timed, as Markdown")


def _run_engine(args: argparse.Namespace) -> Sequence[Row]:
    from server.bench.engine_bench import FULL, QUICK, EngineBench  # loads OpenCV, which other commands do without
    from server.bench.engine_report import as_markdown

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("bench engine", total=None)
        bench = EngineBench(
            QUICK if args.quick else FULL, args.photos, lambda title: progress.update(bar, description=title)
        )
        rows = bench.run()
    if args.report is not None:
        text = as_markdown(time.strftime("%Y-%m-%d"), machine(), versions(), rows, bench.card)
        args.report.write_text(text, encoding="utf-8")
    return rows


def _style_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--photos", type=Path, metavar="DIR", help="photos instead of ours; those trained on are left out"
    )
    parser.add_argument(
        "--paintings", type=Path, metavar="DIR", help="paintings; by their file names, those of the recipe"
    )
    parser.add_argument("--perceptual", type=Path, metavar="FILE", help="SqueezeNet 1.0, safetensors, for the losses")


def _run_style(args: argparse.Namespace) -> Sequence[Row]:
    from server.bench.style_bench import FULL, QUICK, StyleBench  # loads OpenCV, which other commands do without

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("bench style", total=None)
        lengths = QUICK if args.quick else FULL
        return StyleBench(
            lengths, args.photos, args.paintings, args.perceptual, lambda title: progress.update(bar, description=title)
        ).run()


def _no_options(_parser: argparse.ArgumentParser) -> None:
    """A benchmark that has none of its own."""


def _run_generate(args: argparse.Namespace) -> Sequence[Row]:
    from server.bench.generate_bench import FULL, QUICK, GenerateBench  # loads OpenCV, which other commands do without

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("bench generate", total=None)
        lengths = QUICK if args.quick else FULL
        return GenerateBench(lengths, lambda title: progress.update(bar, description=title)).run()


def _store_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, metavar="N", help="kill at the same moments as the run that says so")


def _run_store(args: argparse.Namespace) -> Sequence[Row]:
    from server.bench.store_bench import FULL, QUICK, StoreBench  # loads the store, which other commands do without

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("bench store", total=None)
        lengths = QUICK if args.quick else FULL
        return StoreBench(lengths, args.seed, lambda title: progress.update(bar, description=title)).run()


def _run_operate(args: argparse.Namespace) -> Sequence[Row]:
    from server.bench.operate_bench import FULL, QUICK, OperateBench  # loads OpenCV, which other commands do without

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("bench operate", total=None)
        lengths = QUICK if args.quick else FULL
        return OperateBench(lengths, lambda title: progress.update(bar, description=title)).run()


BENCHES: Mapping[str, Bench] = {
    "server": Bench("the whole server, its scheduler and its recovery", _server_options, _run_server),
    "engine": Bench("compiled engines, half precision, and speed on a card", _engine_options, _run_engine),
    "style": Bench("styles against optimised pictures, on video, in speed and precision", _style_options, _run_style),
    "generate": Bench("pictures from words, and the lens beside them", _no_options, _run_generate),
    "store": Bench("the store when it is killed, and what a large exhibition costs", _store_options, _run_store),
    "operate": Bench("faults, storms and a long day, and what the operator hears", _no_options, _run_operate),
    "track": Bench("how well an overlay stays on its artwork", _track_options, _run_track),
}
