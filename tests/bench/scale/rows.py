"""What a bench found, beside what it is to reach."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.bench.table import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STARTED = time.monotonic()


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        work: what was done.
        measured: in seconds and bytes of this machine.
        value: what is compared with the goal: a ratio made in this run where one is named.
        unit: of it.
        goal: as it is read.
        limit: the value may be no more, or no less where `at_least`.
        at_least: which of the two.
    """

    work: str
    measured: str
    value: float
    unit: str
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def goal(self) -> str:
        """As it is read."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:,g} {self.unit}"

    def cells(self) -> list[str]:
        """Of the table."""
        digits = 0 if self.value >= 1000 else 3 if self.value < 1 else 2
        ratio = f"{self.value:,.{digits}f} {self.unit}"
        return [self.work, self.measured, ratio, self.goal, "met" if self.is_met else "missed"]

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "work": self.work,
            "measured": self.measured,
            "value": round(self.value, 4),
            "unit": self.unit,
            "goal": self.goal,
            "met": self.is_met,
        }


@dataclass(frozen=True)
class Point:
    """What some work took at one size.

    Attributes:
        series: the kind of work.
        size: entries or runs.
        seconds: it took.
        cpu_s: of all processors.
        peak_bytes: memory of all processes.
    """

    series: str
    size: int
    seconds: float
    cpu_s: float
    peak_bytes: int


@dataclass(frozen=True)
class Found:
    """Lines of the table, and points of the plot."""

    rows: Sequence[Row]
    points: Sequence[Point] = ()


def table(rows: Iterable[Row]) -> str:
    """As markdown."""
    header = ["work", "measured", "compared", "goal", ""]
    return markdown(header, [row.cells() for row in rows], words=2)


def median(values: Iterable[float]) -> float:
    """Of what the rounds took."""
    return statistics.median(values)


def progress(text: str) -> None:
    """What is being done, for whoever waits."""
    sys.stderr.write(f"[{time.monotonic() - _STARTED:5.0f} s] {text}\n")
    sys.stderr.flush()


def gigabytes(size: float) -> str:
    """As it is read."""
    return f"{size / 1e9:.2f} GB"
