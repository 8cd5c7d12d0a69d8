"""The connections to an endpoint: opened ahead, kept, replaced when lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmark.measure.caveat import Caveat, caveat
from benchmark.measure.endpoint.connect import Connector
from benchmark.measure.endpoint.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Protocol

    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.exchange import Exchange

    class User(Protocol):
        """Who sends, and is told what becomes of it."""

        def ended(self, exchange: Exchange) -> None:
            """The exchange is over."""

        def many(self, exchange: Exchange) -> None:
            """There are many pieces that nobody has looked at yet."""


_SWEEP_S = 0.5
_GRACE_S = 0.1
"""Between the end marker and the end of a body."""

_AFTER_LAST_NS = 1e9
"""As long after the last content, for answers whose end is told in other ways."""

_WORDLESS_NS = 3600e9
"""For a queue, or a long prompt, at a server that sends signs of life meanwhile."""

_OPENED_TOGETHER = 64
"""Short of what a listener's queue holds."""


class Pool:
    """Sends exchanges over whichever connection is free.

    Args:
        address: of the endpoint.
        clock: nanoseconds.
        silence_s: seconds without a byte after which an answer is given up.
        spare: connections to keep ready beyond those in use.
    """

    def __init__(
        self,
        address: Address,
        clock: Callable[[], int],
        silence_s: float,
        spare: int = 0,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._connector = Connector(address, lambda: Connection(self, clock))
        self._clock = clock
        self._user: User | None = None
        self._silence_ns = silence_s * 1e9
        self._spare = spare
        self._opening = 0
        self._grace_s = _GRACE_S
        self._unended_s: list[float] = []
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer = self._loop.call_later(_SWEEP_S, self._sweep)

    def serve(self, user: User) -> None:
        """Tell `user` what happens from now on; before, nothing may be sent."""
        self._user = user

    async def open(self, count: int) -> None:
        """Open connections ahead; what cannot be opened will fail when it is needed."""
        gate = asyncio.Semaphore(_OPENED_TOGETHER)

        async def one() -> None:
            async with gate:
                await self._open_spare()

        await asyncio.gather(*(one() for _ in range(count)))

    def send(self, exchange: Exchange) -> None:
        """Send now, or as soon as a connection is there."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                self._use(connection, exchange)
                break
        else:
            self._spawn(self._open_and_send(exchange))
        while len(self._idle) + self._opening < self._spare:
            self._opening += 1
            self._spawn(self._open_one_more())

    async def close(self) -> None:
        """Drop every connection; nothing may be in flight."""
        self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in [*self._idle, *self._busy]:
            connection.close()
        # Transports close in the next turn of the loop.
        await asyncio.sleep(0)

    def ended(self, connection: Connection, exchange: Exchange) -> None:
        """See `benchmark.measure.endpoint.connection.Owner`."""
        self._busy.discard(connection)
        if connection.is_open:
            self._idle.append(connection)
        # A server may close a kept connection in the very moment it is used again.
        unheard = exchange.status == 0 and not exchange.retried
        if unheard and connection.lost_before_use:
            exchange.retried, exchange.error, exchange.ended = True, None, False
            self._spawn(self._open_and_send(exchange))
            return
        self._tell(exchange)

    def many(self, exchange: Exchange) -> None:
        """See `benchmark.measure.endpoint.connection.Owner`."""
        if self._user is not None:
            self._user.many(exchange)

    def said_all(self, connection: Connection, exchange: Exchange) -> None:
        """See `benchmark.measure.endpoint.connection.Owner`."""
        self._loop.call_later(self._grace_s, self._cut, connection, exchange)

    def caveats(self) -> Iterator[Caveat]:
        """Answers that were whole, with bodies that went on."""
        if self._unended_s:
            yield caveat("body-not-ended", count=len(self._unended_s), seconds=sum(self._unended_s))

    def idle_lost(self, connection: Connection) -> None:
        """See `benchmark.measure.endpoint.connection.Owner`."""
        if connection in self._idle:
            self._idle.remove(connection)

    def _tell(self, exchange: Exchange) -> None:
        if self._user is not None:
            self._user.ended(exchange)

    def _use(self, connection: Connection, exchange: Exchange) -> None:
        self._busy.add(connection)
        connection.send(exchange)

    async def _open_and_send(self, exchange: Exchange) -> None:
        try:
            connection = await self._connector.open()
        except (OSError, asyncio.TimeoutError) as error:
            exchange.error = self._connector.problem(error)
            exchange.ended = True
            exchange.last_ns = self._clock()
            self._tell(exchange)
        else:
            self._use(connection, exchange)

    async def _open_one_more(self) -> None:
        try:
            await self._open_spare()
        finally:
            self._opening -= 1

    async def _open_spare(self) -> None:
        try:
            self._idle.append(await self._connector.open())
        except (OSError, asyncio.TimeoutError):
            # The request that needs one meets, and tells, the same problem.
            return

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _sweep(self) -> None:
        """Give up on answers that have been silent for too long."""
        now = self._clock()
        for connection in list(self._busy):
            exchange = connection.exchange
            if exchange is not None:
                self._look_at(connection, exchange, now)
        self._timer = self._loop.call_later(_SWEEP_S, self._sweep)

    def _look_at(self, connection: Connection, exchange: Exchange, now: int) -> None:
        answer = exchange.answer
        since = answer.content_ns[-1] if answer.content_ns else exchange.sent_ns
        if answer.error:
            # Nothing that follows could make it an answer, and some never end.
            connection.abort(answer.error)
        elif now - exchange.last_ns > self._silence_ns:
            connection.abort(f"no data for {self._silence_ns / 1e9:g} s")
        elif now - since < _AFTER_LAST_NS:
            return
        elif answer.is_complete:
            self._cut(connection, exchange)
        elif now - since > _WORDLESS_NS:
            connection.abort(f"signs of life, but no text for {_WORDLESS_NS / 1e9:g} s")
        elif exchange.pieces:
            self.many(exchange)

    def _cut(self, connection: Connection, exchange: Exchange) -> None:
        """End an answer that is whole, if its server does not; it will not with the next either."""
        if connection.exchange is not exchange:
            return
        while not exchange.understand():
            pass
        if exchange.answer.is_complete and exchange.answer.content_ns:
            self._grace_s = 0
            self._unended_s.append((self._clock() - exchange.answer.content_ns[-1]) / 1e9)
            connection.abort(None)
