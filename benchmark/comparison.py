"""What differs between two runs: their configuration and their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.entry import normalise
from benchmark.merge import leaderboard_of
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.entry import Entry

METRICS = ("throughput_tps", "ttft_ms", "tpot_ms", "tbt_ms", "peak_mem_mb", "error_rate")


class Pair(NamedTuple):
    """Two runs, and where they differ.

    Attributes:
        configuration: name → the two values, of the parts of the config key that differ.
        metrics: name → the two figures, of the metrics that both have.
    """

    before: Entry
    after: Entry
    configuration: Mapping[str, tuple[str, str]]
    metrics: Mapping[str, tuple[float, float]]


def compare(before: Sequence[Entry], after: Sequence[Entry]) -> list[Pair]:
    """Pairs of the best eligible runs of each configuration that both sides have.

    A single run on either side is paired with the other, whatever their configurations.
    """
    if len(before) == len(after) == 1:
        return [_pair(before[0], after[0])]
    old, new = leaderboard_of(before), leaderboard_of(after)
    return [_pair(old[key], new[key]) for key in sorted(old.keys() & new.keys())]


def _pair(before: Entry, after: Entry) -> Pair:
    old, new = before.configuration, after.configuration
    differing = [name for name in old if normalise(old[name]) != normalise(new[name])]
    figures = {name: (_figure(before, name), _figure(after, name)) for name in METRICS}
    return Pair(
        before,
        after,
        {name: (_shown(old[name]), _shown(new[name])) for name in differing},
        {name: (a, b) for name, (a, b) in figures.items() if a is not None and b is not None},
    )


def _figure(entry: Entry, name: str) -> float | None:
    value = entry.at("metrics", name)
    return value if isinstance(value, (int, float)) else None


def _shown(value: Json) -> str:
    return "–" if value is None else one_line(str(value), 80)
