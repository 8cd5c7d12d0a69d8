"""Regressions between a baseline and new runs, with few false alarms however much is looked at.

A figure has regressed if it is worse by more than chance explains *and* by more than is tolerated.
The confidence holds for all figures of a check together: each is judged at one that leaves its
share of the rest (Bonferroni), so a check of hundreds of equal figures raises no more false alarms
than one of a single figure.

A run that says that its machine was busy with something else proves nothing, and is left out: how
far such runs differ is up to what the others do, and changes while they are measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.contrast import contrast
from benchmark.matches import match
from benchmark.significance import CANNOT_JUDGE, WORSE
from benchmark.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from benchmark.contrast import Contrast
    from benchmark.entry import Entry
    from benchmark.matches import Match
    from benchmark.significance import Evidence
    from benchmark.watch import Watch


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
        noisy: how many runs were left out, of both sides.
    """

    contrasts: Sequence[Contrast]
    regressions: Sequence[Regression]
    new: Sequence[Entry]
    confidence: float
    noisy: int = 0

    @property
    def unjudged(self) -> Sequence[Contrast]:
        """Configurations of which a figure cannot be judged, or that have none."""
        return [
            one
            for one in self.contrasts
            if not one.judged or any(it.verdict == CANNOT_JUDGE for it in one.judged.values())
        ]

    @property
    def judged(self) -> int:
        """How many configurations were judged, every figure of them."""
        return len(self.contrasts) - len(self.unjudged)


class Limits(NamedTuple):
    """What is tolerated.

    Attributes:
        most: a share: 0.05 lets 100 tokens/s become 95, and 100 ms 105.
        metrics: the figures that are looked at.
        confidence: that no figure is called a regression which is none.
        across: parts of a configuration that may differ.
        with_noisy: whether runs of a busy machine count all the same.
    """

    most: float
    metrics: Collection[str]
    confidence: float
    across: Collection[str] = ()
    with_noisy: bool = False


def check(
    baseline: Sequence[Evidence],
    runs: Sequence[Evidence],
    limits: Limits,
    watch: Watch = unwatched,
) -> Gate:
    """Compare runs with those of the same configuration in a baseline.

    Args:
        baseline: what they are held against.
        runs: what is checked.
        limits: what is tolerated.
        watch: is given the configurations.
    """
    old, new = (
        [run for run in side if limits.with_noisy or not run.is_noisy] for side in (baseline, runs)
    )
    noisy = len(baseline) + len(runs) - len(old) - len(new)
    found = match(old, new, limits.across, pair_singles=False)
    count = sum(_figures(one, limits) for one in found.found)
    confidence = 1 - (1 - limits.confidence) / max(count, 1)
    compared = (contrast(one, confidence, limits.metrics) for one in found.found)
    contrasts = [*watch(compared, [one.size for one in found.found])]
    regressions = [
        Regression(one, name)
        for one in contrasts
        for name, judged in one.judged.items()
        if judged.verdict == WORSE and judged.regression > limits.most
    ]
    return Gate(contrasts, regressions, found.only_after, confidence, noisy)


def _figures(pair: Match, limits: Limits) -> int:
    """How many of them both sides have."""
    sides = (pair.before[0].entry, pair.after[0].entry)
    return sum(all(run.number("metrics", name) > 0 for run in sides) for name in limits.metrics)
