"""One question to a server, in a loop of its own."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.event_loop import run
from benchmark.measure.endpoint.exchange import Exchange
from benchmark.measure.endpoint.pool import Pool

if TYPE_CHECKING:
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.answer import Answer
    from benchmark.measure.request import Request


class One:
    """Waits for the one exchange there is."""

    def __init__(self) -> None:
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ended(self, exchange: Exchange) -> None:
        """See `benchmark.measure.endpoint.pool.User`."""
        exchange.conclude()
        if not self._over.done():
            self._over.set_result(None)

    def many(self, exchange: Exchange) -> None:
        """See `benchmark.measure.endpoint.pool.User`."""
        exchange.understand()

    async def wait(self) -> None:
        """Until it is over."""
        await self._over


def ask(
    address: Address,
    data: bytes,
    silence_s: float,
    request: Request | None = None,
    answer: Answer | None = None,
) -> Exchange:
    """Send one request and understand its answer; `error` and `status` say how it went.

    Args:
        address: of the server.
        data: the whole request.
        silence_s: seconds without a byte after which it is given up.
        request: what `data` ask for, None for a question about the server itself.
        answer: understands what comes; None for one as a run has.
    """
    exchange = Exchange(request, data, time.perf_counter_ns())
    exchange.answer = answer or exchange.answer
    run(_ask(address, exchange, silence_s))
    return exchange


async def _ask(address: Address, exchange: Exchange, silence_s: float) -> None:
    pool, one = Pool(address, time.perf_counter_ns, silence_s), One()
    pool.serve(one)
    try:
        pool.send(exchange)
        await one.wait()
    finally:
        await pool.close()
