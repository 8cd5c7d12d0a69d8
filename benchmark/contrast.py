"""Several sides of a comparison judged figure by figure, and told as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.significance import BETTER, CANNOT_JUDGE, METRICS, NO_DIFFERENCE, WORSE, judge

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.entry import Entry
    from benchmark.matches import Match
    from benchmark.significance import Evidence, Judged

OTHER_FIGURES = ("tbt_ms", "peak_mem_mb", "error_rate")
"""Figures of which one run has no more than one: they are told, not judged."""


class Contrast(NamedTuple):
    """A match with the verdict on each figure.

    Attributes:
        judged: metric → what was found; those that a side lacks are left out.
        figures: the other figures that both best runs have, before and after.
    """

    match: Match
    judged: Mapping[str, Judged]
    figures: Mapping[str, tuple[float, float]]

    @property
    def verdict(self) -> str:
        """Worse if any figure is worse, else better if any is, else what is known."""
        found = {one.verdict for one in self.judged.values()}
        order = (WORSE, BETTER, NO_DIFFERENCE)
        return next((kind for kind in order if kind in found), CANNOT_JUDGE)

    @property
    def counts(self) -> tuple[int, int]:
        """Runs on each side."""
        return len(self.match.before), len(self.match.after)

    @property
    def with_samples(self) -> tuple[int, int]:
        """Runs on each side of which the samples are at hand."""
        before, after = (
            sum(run.requests is not None for run in side)
            for side in (self.match.before, self.match.after)
        )
        return before, after


def contrast(match: Match, confidence: float, metrics: Collection[str] = METRICS) -> Contrast:
    """Judge figures of a match, each at the confidence given."""
    found = {
        name: judge(match.before, match.after, metric, confidence)
        for name, metric in METRICS.items()
        if name in metrics
    }
    pairs = {name: _both(match, name) for name in (*METRICS, *OTHER_FIGURES)}
    judged = {name: one for name, one in found.items() if one is not None}
    return Contrast(
        match,
        judged,
        {name: pair for name, pair in pairs.items() if pair is not None and name not in judged},
    )


def contrast_json(contrast: Contrast, label: str) -> dict[str, Json]:
    """A pair of schemas/comparison_v1.schema.json.

    Figures are the best runs', what is judged is all runs'.
    """
    before, after = contrast.match.before, contrast.match.after
    metrics = {name: _both(contrast.match, name) for name in (*METRICS, *OTHER_FIGURES)}
    return {
        "label": label,
        "verdict": contrast.verdict,
        "verdicts": [before[0].entry.verdict.kind, after[0].entry.verdict.kind],
        "run_ids": [before[0].entry.run_id, after[0].entry.run_id],
        "runs": [_ids(before), _ids(after)],
        "configuration": {name: [*both] for name, both in contrast.match.configuration.items()},
        "metrics": {name: [*both] for name, both in metrics.items() if both is not None},
        "judged": {name: _judged(one) for name, one in contrast.judged.items()},
    }


def _judged(one: Judged) -> dict[str, Json]:
    return {
        "before": one.before,
        "after": one.after,
        "ratio": one.ratio,
        "interval": None if one.interval is None else [*one.interval],
        "verdict": one.verdict,
        "regression": one.regression,
    }


def _ids(runs: Sequence[Evidence]) -> list[Json]:
    return [run.entry.run_id for run in runs]


def _both(match: Match, name: str) -> tuple[float, float] | None:
    before, after = (_figure(side[0].entry, name) for side in (match.before, match.after))
    return None if before is None or after is None else (before, after)


def _figure(entry: Entry, name: str) -> float | None:
    value = entry.at("metrics", name)
    return None if isinstance(value, bool) or not isinstance(value, (int, float)) else value
