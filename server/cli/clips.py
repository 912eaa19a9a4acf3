"""`vernissage clips export DIR`: the tracking benchmark's clips as files, for anybody's tracker."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from server.bench.form import BenchError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """The subcommand and what it can do."""
    parser = subparsers.add_parser("clips", help="the tracking benchmark's clips", description=__doc__)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    export = actions.add_parser("export", help="write the clips as pictures with their truths")
    export.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")
    export.add_argument("--targets", type=Path, metavar="DIR", help="a folder of pictures to show instead of ours")
    export.add_argument("--quick", action="store_true", help="the few clips of `bench track --quick`")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the clips; 2 for a folder that cannot be used."""
    from server.bench.clips.catalogue import clips  # loads OpenCV, which other commands do without
    from server.bench.clips.export import export_clips
    from server.bench.clips.targets import load_targets

    try:
        chosen = clips(tuple(load_targets(args.targets)), args.quick)
        with Console(stderr=True).status("writing") as status:
            export_clips(args.folder, chosen, args.targets, status.update)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2
    frames = sum(clip.frames for clip in chosen)
    print(f"{len(chosen)} clips, {frames} frames: {args.folder}")
    return 0
