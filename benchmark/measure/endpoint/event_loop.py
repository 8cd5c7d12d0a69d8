"""An event loop for measuring: the fastest there is, and no garbage collector in between."""

from __future__ import annotations

import asyncio
import gc
import importlib
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

T = TypeVar("T")

LOOP = "uvloop" if find_spec("uvloop") else "asyncio"
_HANDLES_PER_REQUEST = 2


def run(work: Coroutine[object, object, T]) -> T:
    """Run `work` to its end in a loop of its own."""
    # uvloop has no build for Windows.
    maker = importlib.import_module("uvloop") if LOOP == "uvloop" else asyncio
    loop: asyncio.AbstractEventLoop = maker.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        with suppress(RuntimeError):
            loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


@contextmanager
def no_collector() -> Iterator[None]:
    """Keep the cyclic garbage collector, which stops everything for milliseconds, out of the way.

    What is made meanwhile holds no cycles that grow with the load; reference counting frees it.
    """
    was_enabled = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def allow_connections(count: int) -> None:
    """Let this process have so many connections, as far as the system permits (not on Windows)."""
    with suppress(ImportError, OSError, ValueError):
        resource = importlib.import_module("resource")
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _HANDLES_PER_REQUEST * count + 256
        if soft != resource.RLIM_INFINITY and soft < wanted:
            limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
