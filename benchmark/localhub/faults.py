"""Failures on demand, for tests only: neither the command line nor HTTP reaches this module.

A fault wraps the handling of one request: it may act before it, after it, or instead of it. A
`Faults` decides which faults meet which request, from a script (`next`), always, or by chance with
a seeded generator, and nests those that meet the same one, the first added outermost.
"""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from benchmark.localhub.call import Call

Proceed: TypeAlias = "Callable[[], Awaitable[Response]]"
Act: TypeAlias = "Callable[[Call, Proceed], Awaitable[Response]]"


@dataclass(frozen=True)
class Fault:
    """What happens to requests of one operation, `commit`, `info`, `resolve` and so on.

    Attributes:
        operation: the endpoint, or `*` for every one; see the table in `app.py`.
        name: what `Faults.fired` says when it has struck.
        method: only this HTTP method, any if empty.
    """

    operation: str
    name: str
    act: Act
    method: str = ""

    def meets(self, operation: str, method: str) -> bool:
        """Whether it concerns such a request."""
        return self.operation in {"*", operation} and self.method in {"", method}


@dataclass
class _Rule:
    fault: Fault
    times: int | None
    probability: float


class Faults:
    """The faults of one hub. Thread-safe; every method that adds returns the object itself.

    Attributes:
        fired: the names of the faults that struck, in order.
    """

    def __init__(self, seed: int = 0) -> None:
        self.fired: list[str] = []
        self._random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._rules: list[_Rule] = []
        self._guard = threading.Lock()

    def next(self, fault: Fault, times: int = 1) -> Faults:
        """Strike the next `times` requests that the fault concerns."""
        return self._add(_Rule(fault, times, 1.0))

    def always(self, fault: Fault) -> Faults:
        """Strike every request that the fault concerns."""
        return self._add(_Rule(fault, None, 1.0))

    def sometimes(self, fault: Fault, probability: float) -> Faults:
        """Strike each request that the fault concerns with this probability."""
        return self._add(_Rule(fault, None, probability))

    def clear(self) -> None:
        """Stop all of them."""
        with self._guard:
            self._rules.clear()

    async def handle(self, call: Call, proceed: Proceed) -> Response:
        """Answer a request under the faults that meet it."""
        for fault in reversed(self._strike(call.record.operation, call.request.method)):
            proceed = _nest(fault, call, proceed)
        return await proceed()

    def _add(self, rule: _Rule) -> Faults:
        with self._guard:
            self._rules.append(rule)
        return self

    def _strike(self, operation: str, method: str) -> list[Fault]:
        """Scripted faults queue: one request meets at most one of them."""
        struck: list[Fault] = []
        scripted = False
        with self._guard:
            for rule in self._rules:
                if not rule.fault.meets(operation, method) or (scripted and rule.times is not None):
                    continue
                if rule.times is not None:
                    scripted = True
                    rule.times -= 1
                elif self._random.random() >= rule.probability:
                    continue
                struck.append(rule.fault)
            self._rules = [rule for rule in self._rules if rule.times != 0]
            self.fired += [fault.name for fault in struck]
        return struck


def _nest(fault: Fault, call: Call, proceed: Proceed) -> Proceed:
    async def nested() -> Response:
        return await fault.act(call, proceed)

    return nested


async def pause(seconds: float) -> None:
    """Let other requests run for this long."""
    await asyncio.sleep(seconds)
