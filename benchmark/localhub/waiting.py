"""Runs the work of a request in a thread for as long as its client waits for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from anyio import to_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from anyio import CapacityLimiter
    from starlette.responses import Response

    from benchmark.localhub.call import Call


async def in_thread(
    handle: Callable[[Call], Response],
    call: Call,
    limiter: CapacityLimiter | None,
    *,
    cancel: bool,
) -> Response:
    """What `handle` answers.

    Args:
        handle: the work; it ends early where it reads the repository after `call.gone` is set.
        call: its request, with the body read.
        limiter: how many such works run at a time; None for the common pool.
        cancel: whether `gone` is set when the client goes, or the hub stops.
    """
    if not cancel:
        return await to_thread.run_sync(handle, call, limiter=limiter)
    watch = asyncio.create_task(_watch(call))
    try:
        return await to_thread.run_sync(handle, call, limiter=limiter)
    finally:
        # An asyncio task that is cancelled leaves its thread behind.
        call.gone.set()
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch(call: Call) -> None:
    """The body has been read, so what comes next is that the client has gone."""
    while (await call.request.receive())["type"] != "http.disconnect":
        pass
    call.gone.set()
