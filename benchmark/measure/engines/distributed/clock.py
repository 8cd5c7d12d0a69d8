"""Another node's clock on ours.

On one machine all processes read the same monotonic clock. Another machine's differs by an offset,
found as NTP does: of several round trips the shortest says it best, and is wrong by half of itself
at most. Clocks drift by some 50 µs per second at worst, so it is measured again after each batch
that ends more than `RENEW_NS` later.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.samples import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

RENEW_NS = 5_000_000_000
_ROUNDS = 20


class Offset(NamedTuple):
    """Ours = theirs − `ns`, wrong by `error_ns` at most when it was found, `found_ns`."""

    ns: int = 0
    error_ns: int = 0
    found_ns: int = 0


SAME_MACHINE = Offset()


def find_offset(
    ask: Callable[[], int], clock: Callable[[], int] = time.perf_counter_ns, rounds: int = _ROUNDS
) -> Offset:
    """Compare two clocks.

    Args:
        ask: fetches the other clock's nanoseconds.
        clock: our nanoseconds.
        rounds: so many times.
    """
    trips = []
    for _ in range(rounds):
        before = clock()
        theirs = ask()
        after = clock()
        trips.append((after - before, theirs - (before + after) // 2, after))
    trip, offset, found = min(trips)
    return Offset(offset, (trip + 1) // 2, found)


def ours(timing: Timing, offset: Offset) -> Timing:
    """Stamps of another node as our clock would have made them."""
    return Timing(
        timing.start_ns - offset.ns,
        tuple(stamp - offset.ns for stamp in timing.token_ns),
        timing.end_ns - offset.ns,
    )
