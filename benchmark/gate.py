"""Regressions between a baseline and new runs, with few false alarms however much is looked at.

A figure has regressed if it is worse by more than chance explains *and* by more than is tolerated.
The confidence holds for all figures of a check together: each is judged at one that leaves its
share of the rest (Bonferroni), so a check of hundreds of equal figures raises no more false alarms
than one of a single figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.contrast import contrast
from benchmark.matches import match
from benchmark.significance import CANNOT_JUDGE, WORSE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from benchmark.contrast import Contrast
    from benchmark.entry import Entry
    from benchmark.matches import Match
    from benchmark.significance import Evidence


class Regression(NamedTuple):
    """One figure that became worse by more than is tolerated, and by more than chance."""

    contrast: Contrast
    metric: str


class Gate(NamedTuple):
    """What a check found.

    Attributes:
        contrasts: of each configuration that both sides have.
        regressions: what has become worse.
        new: the best run of each configuration that the baseline lacks: it is not judged.
        confidence: at which each figure was judged.
    """

    contrasts: Sequence[Contrast]
    regressions: Sequence[Regression]
    new: Sequence[Entry]
    confidence: float

    @property
    def unjudged(self) -> Sequence[Contrast]:
        """Configurations of which a figure cannot be judged, or that have none."""
        return [
            one
            for one in self.contrasts
            if not one.judged or any(it.verdict == CANNOT_JUDGE for it in one.judged.values())
        ]


class Limits(NamedTuple):
    """What is tolerated.

    Attributes:
        most: a share: 0.05 lets 100 tokens/s become 95, and 100 ms 105.
        metrics: the figures that are looked at.
        confidence: that no figure is called a regression which is none.
        across: parts of a configuration that may differ.
    """

    most: float
    metrics: Collection[str]
    confidence: float
    across: Collection[str] = ()


def check(baseline: Sequence[Evidence], runs: Sequence[Evidence], limits: Limits) -> Gate:
    """Compare runs with those of the same configuration in a baseline."""
    found = match(baseline, runs, limits.across, pair_singles=False)
    count = sum(_figures(one, limits) for one in found.found)
    confidence = 1 - (1 - limits.confidence) / max(count, 1)
    contrasts = [contrast(one, confidence, limits.metrics) for one in found.found]
    regressions = [
        Regression(one, name)
        for one in contrasts
        for name, judged in one.judged.items()
        if judged.verdict == WORSE and judged.regression > limits.most
    ]
    return Gate(contrasts, regressions, found.only_after, confidence)


def _figures(pair: Match, limits: Limits) -> int:
    """How many of them both sides have."""
    sides = (pair.before[0].entry, pair.after[0].entry)
    return sum(all(run.number("metrics", name) > 0 for run in sides) for name in limits.metrics)
