"""The moving-block bootstrap: how far a figure would be off if the requests had come otherwise.

Requests of one run are not independent: a machine is slow for a while. So blocks of consecutive
ones are drawn with replacement, of a length of the cube root of their number (H. R. Künsch, The
Jackknife and the Bootstrap for General Stationary Observations, Annals of Statistics 17, 1989;
P. Hall, J. Horowitz, B.-Y. Jing, Biometrika 82, 1995, for the length).
"""

from __future__ import annotations

import math
import random
from statistics import stdev
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Item = TypeVar("_Item")

FEWEST = 6
"""Requests: of fewer nothing can be said."""

REPLICATES = 300
"""Of a standard error, a tenth of which is noise of the method itself at 200 (Efron)."""

_MOST = 2000
"""Items that are looked at, evenly taken, so that no run takes more than a second or two."""


def log_error(items: Sequence[_Item], figure: Callable[[Sequence[_Item]], float]) -> float | None:
    """The standard error of a figure's logarithm; None if the items are too few.

    Args:
        items: in the order of time.
        figure: of any items it is above 0.
    """
    if len(items) < FEWEST:
        return None
    count = min(len(items), _MOST)
    # Fewer items have a larger error, by the square root of their share.
    known = items if count == len(items) else items[:count]
    chance = random.Random(0)  # noqa: S311 - the same figures for the same samples
    found = [math.log(figure(_drawn(known, chance))) for _ in range(REPLICATES)]
    return stdev(found) * math.sqrt(count / len(items))


def _drawn(items: Sequence[_Item], chance: random.Random) -> list[_Item]:
    count = len(items)
    length = max(1, round(count ** (1 / 3)))
    drawn: list[_Item] = []
    while len(drawn) < count:
        start = chance.randrange(count - length + 1)
        drawn += items[start : start + length]
    return drawn[:count]
