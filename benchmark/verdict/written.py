"""Statistics as `run` writes them, in order at a glance: in a tenth of the time that a look takes.

Of a quantity there are the same eleven statistics each time, and the percentiles among them are
told once more. What is in order here is in order by `benchmark.verdict.order`, which allows for
rounding; of any other table nothing is said. No value is asked for its type: what is no number is
compared with none, and raises TypeError, or it has no part in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # A valid entry has an object there.
    Row = Any

_STATISTICS = 11
_PERCENTILES = 4
_MEAN_AND_MAX = 2
_NO_ORDER = (KeyError, TypeError, OverflowError)


def is_in_order(row: Row) -> bool:
    """Whether a row has exactly the statistics of `measure.stats.Distribution`, in order."""
    try:
        return (
            len(row) == _STATISTICS
            and row["min"] <= row["median"] <= row["p90"] <= row["p95"] <= row["p99"] <= row["max"]
            and row["min"] <= row["mean"] <= row["max"]
            and (row["stdev"] or 0) <= row["max"] - row["min"]
            and _is_between(row["ci95_low"], row["median"], row["ci95_high"])
            and "n" in row
        )
    except _NO_ORDER:
        return False


def is_told_again(row: Row, statistics: Row) -> bool:
    """Whether a row has exactly four percentiles, and each is that of the statistics."""
    try:
        return bool(
            len(row) == _PERCENTILES
            and row["p50"] == statistics["median"]
            and row["p90"] == statistics["p90"]
            and row["p95"] == statistics["p95"]
            and row["p99"] == statistics["p99"]
        )
    except _NO_ORDER:
        return False


def is_before(first: Row, whole: Row) -> bool:
    """Whether each statistic that has a place is at most the same one of another row."""
    try:
        return bool(
            first["min"] <= whole["min"]
            and first["mean"] <= whole["mean"]
            and first["median"] <= whole["median"]
            and first["p90"] <= whole["p90"]
            and first["p95"] <= whole["p95"]
            and first["p99"] <= whole["p99"]
            and first["max"] <= whole["max"]
        )
    except _NO_ORDER:
        return False


def is_gauge(row: Row) -> bool:
    """Whether a row has exactly a mean and the most, in order."""
    try:
        return len(row) == _MEAN_AND_MAX and bool(row["mean"] <= row["max"])
    except _NO_ORDER:
        return False


def _is_between(low: Any, value: Any, high: Any) -> bool:  # noqa: ANN401
    """Of too few values there is no interval."""
    return low is high is None or bool(low <= value <= high)
