"""What the commands on the store share: it is opened, an answer is told, and what went wrong is said in a line."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import SQLAlchemyError

from exhibit.errors import ExhibitionError
from server.cli.settings import config_of
from server.config import Config, ConfigError
from server.store.errors import StoreError, StoreUnusableError
from server.store.open import FILE, Store, open_store

Answer = Mapping[str, Any]
Work = Callable[[Config, argparse.Namespace], Coroutine[Any, Any, Answer]]


def answer(args: argparse.Namespace, work: Work, in_words: Callable[[Answer], Any]) -> int:
    """Do it, and tell what came of it; 0 if all went well, 1 if not, 2 for a wrong configuration, 130 if interrupted.

    An answer that has `warnings` is told with them, and is 1.
    """
    try:
        said = asyncio.run(work(config_of(args), args))
    except ConfigError as error:
        return _fail(str(error), 2)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), 1)
    except (StoreError, ExhibitionError) as error:
        return _fail(str(error), 1)
    except SQLAlchemyError as error:
        return _fail(f"the database cannot do it: {' '.join(str(getattr(error, 'orig', None) or error).split())}", 1)
    except KeyboardInterrupt:
        return _fail("interrupted; nothing was changed", 130)
    if args.json:
        print(json.dumps(said, ensure_ascii=False))
    else:
        Console(soft_wrap=True, highlight=False, markup=False).print(in_words(said))
    for warning in said.get("warnings", ()):
        _fail(warning, 1)
    return 1 if said.get("warnings") else 0


@asynccontextmanager
async def opened(config: Config, *, make: bool = False) -> AsyncIterator[Store]:
    """The store of the configuration, which is made only if asked for. Raises StoreUnusableError."""
    store = await open_store(config, _folder(config, make))
    try:
        yield store
    finally:
        store.pictures.close()
        await store.close()


def _folder(config: Config, make: bool) -> Path:
    folder = Path(config.server.state)
    if not make and not config.store.url and not (folder / FILE).exists():
        raise StoreUnusableError(f"there is no store in {folder} yet; `vernissage run` makes one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def bar(title: str) -> Iterator[Callable[[str, float], None]]:
    """What shows how far it is, on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=1.0)
        yield lambda doing, share: progress.update(task, description=f"{title}: {doing[:40]}", completed=share)


def _fail(sentence: str, status: int) -> int:
    print(f"vernissage: {sentence}", file=sys.stderr)
    return status
