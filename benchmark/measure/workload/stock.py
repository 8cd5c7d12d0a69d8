"""Requests drawn before they are needed: turning words into tokens takes milliseconds."""

from __future__ import annotations

import time
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.request import Request

MOST = 2000
MOST_SECONDS = 10.0


def stocked(
    requests: Iterator[Request], most: int = MOST, clock: Callable[[], float] = time.monotonic
) -> Iterator[Request]:
    """The same requests, the first of them drawn already.

    As many as `most` or `MOST`, or as can be drawn in `MOST_SECONDS`; a load generator that drew
    each when it is due would stamp what arrives meanwhile too late.
    """
    drawn: list[Request] = []
    start = clock()
    while len(drawn) < min(most, MOST) and clock() - start < MOST_SECONDS:
        drawn.append(next(requests))
    return chain(drawn, requests)
