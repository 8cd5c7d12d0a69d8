"""How attempts and delay grow with the number of contributors: `make simulate`.

Prints what the simulation says, and what real publishes at an embedded Hub do at a small number.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.table import markdown
from tests.simulation.hub import HOUR, Limits
from tests.simulation.real import measured
from tests.simulation.ways import each_for_itself, one_for_all, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.simulation.ways import Outcome

_HEADER = (
    *("way", "contributors", "commits", "attempts each", "jobs each", "conflicts"),
    *("half after", "99 % after", "all after"),
)
_MOST = {"own repository, tried again on the hour": 1_000}
"""Ten thousand would make 60 million attempts, and take as long as they sound."""

_APPLY = 0.05
"""Seconds that a commit takes here, so that publishers do meet."""

WAYS: dict[str, Callable[[Sequence[float]], Outcome]] = {
    "own repository, tried again within 2 h": each_for_itself,
    "own repository, tried again on the hour": lambda arrivals: each_for_itself(
        arrivals, again=lambda _, now: HOUR - now % HOUR
    ),
    "one repository for all": one_for_all,
    "pull requests, collected every 15 min": lambda arrivals: one_for_all(arrivals, every=900),
}


def row(way: str, arrivals: Sequence[float]) -> list[str]:
    """One line of the table."""
    done = WAYS[way](arrivals)
    delays, count = sorted(done.delays), len(arrivals)
    return [
        *(way, f"{count:,}", f"{done.hub.head:,}", f"{done.attempts / count:.1f}"),
        *(f"{done.jobs / count:.1f}", f"{done.hub.conflicts:,}"),
        *(spoken(median(delays)), spoken(delays[int(0.99 * (count - 1))]), spoken(delays[-1])),
    ]


def against_reality(count: int, quota: int) -> list[list[str]]:
    """What so many publishers at once do, simulated with this machine's times, and in truth.

    With the first job only: whoever gives up is not started again.
    """
    real = measured(count, Limits(apply=_APPLY, quota=quota))
    limits = Limits(read=real.read, apply=_APPLY, answer=real.answer, quota=quota)
    done = each_for_itself([0.0] * count, limits=limits, again=None)
    name = f"{count} at once, {quota} allowed"
    simulated = [
        *(len(done.hub.landed), done.hub.head, done.attempts_of_landed),
        max(done.hub.landed.values()) + real.answer,
    ]
    truly = [real.landed, real.commits, real.attempts, real.seconds]
    return [
        [what, name, *(f"{value:,}" for value in values[:3]), f"{values[3]:.1f} s"]
        for what, values in (("simulated", simulated), ("real", truly))
    ]


def spoken(seconds: float) -> str:
    """A duration for people."""
    if seconds < 2 * 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.0f} h"


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description="Simulate many publishers.")
    parser.add_argument("--most", type=int, default=10_000, help="contributors")
    parser.add_argument("--window", type=float, default=HOUR, help="seconds in which they submit")
    options = parser.parse_args()
    counts = [count for count in (10, 100, 1_000, 10_000) if count <= options.most]
    rows = [
        row(way, spread(count, options.window))
        for way in WAYS
        for count in counts
        if count <= _MOST.get(way, count)
    ]
    sys.stdout.write(f"{markdown(_HEADER, rows)}\n\n")
    compared = [
        line
        for count, quota in ((8, 128), (24, 128), (24, 16))
        for line in against_reality(count, quota)
    ]
    header = ("", "publishers", "landed", "commits", "attempts of these", "last after")
    sys.stdout.write(f"{markdown(header, compared, words=2)}\n")


if __name__ == "__main__":
    main()
