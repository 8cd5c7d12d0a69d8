"""Where somebody's results stand, and how they have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.commands.columns import Column, lines_of
from benchmark.labels import labels_of
from benchmark.markdown import number
from benchmark.ties import question_of
from benchmark.trust import trusts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.dataset import Dataset
    from benchmark.entry import ConfigKey, Entry, RunId
    from benchmark.trust import Trust

_BARS = "▁▂▃▄▅▆▇█"
_LONGEST_TREND = 12


class Mine(NamedTuple):
    """The best run of a configuration that somebody has measured.

    Attributes:
        best: theirs.
        label: its configuration.
        rank: among the best of every configuration that is comparable; where theirs is not the best
            of its own, how many are faster and one more.
        of: how many are comparable.
        trend: throughput of all their runs of it, the earliest first.
    """

    best: Entry
    label: str
    rank: int
    of: int
    trend: tuple[float, ...]

    @property
    def percentile(self) -> float:
        """The share of comparable results, in percent, that it is at least as good as."""
        return 100 * (self.of - self.rank + 1) / self.of

    @property
    def as_json(self) -> dict[str, Json]:
        """For programs."""
        return {
            "label": self.label,
            "run_id": self.best.run_id,
            "rank": self.rank,
            "of": self.of,
            "percentile": self.percentile,
            "trend": [*self.trend],
        }


def mine(dataset: Dataset, name: str) -> list[Mine]:
    """What the submitter `name`, in any case, has measured and may be ranked; the best first."""
    ranked = [run for board in dataset.boards.values() for run in board.values()]
    answers: dict[object, list[float]] = {}
    for run in ranked:
        answers.setdefault(question_of(run), []).append(run.standing.throughput_tps)
    own: dict[ConfigKey, list[Entry]] = {}
    for run in dataset.runs.values():
        if _is_by(run, name) and not dataset.why_not_ranked(run):
            own.setdefault(run.config_key, []).append(run)
    best = {key: max(runs, key=_speed) for key, runs in own.items()}
    labels, trust = labels_of(best.values()), trusts(dataset, best.values())
    found = [
        _one(best[key], labels[key], answers[question_of(best[key])], runs, trust)
        for key, runs in own.items()
    ]
    return sorted(found, key=lambda one: (one.rank, one.label))


def mine_lines(_: Callable[[str], str], found: Sequence[Mine], width: int) -> Iterator[str]:
    """A table of them."""
    titles = (_("Configuration"), _("Rank"), _("Percentile"), "tok/s", _("Trend"))
    cells = [
        [one.label.replace("|", " | ") for one in found],
        [f"{one.rank}/{one.of}" for one in found],
        [f"{one.percentile:.0f}" for one in found],
        [number(one.best.standing.throughput_tps) for one in found],
        [spark(one.trend) for one in found],
    ]
    return lines_of(
        [
            Column(title, column, is_figure=place in {1, 2, 3})
            for place, (title, column) in enumerate(zip(titles, cells, strict=True))
        ],
        width,
    )


def spark(values: Sequence[float]) -> str:
    """The last values as bars of eight heights; "–" for a single one, which has no trend."""
    shown = values[-_LONGEST_TREND:]
    if len(shown) == 1:
        return "–"
    low, high = min(shown), max(shown)
    span = (high - low) or 1.0
    return "".join(_BARS[round((one - low) / span * (len(_BARS) - 1))] for one in shown)


def _one(
    best: Entry,
    label: str,
    speeds: Sequence[float],
    runs: Sequence[Entry],
    trust: Mapping[RunId, Trust],
) -> Mine:
    known = trust.get(best.run_id)
    faster = sum(speed > best.standing.throughput_tps for speed in speeds)
    rank = known.place.rank if known and known.place else faster + 1
    ordered = sorted(runs, key=_when)
    return Mine(
        best, label, rank, len(speeds), tuple(one.standing.throughput_tps for one in ordered)
    )


def _speed(run: Entry) -> tuple[float, RunId]:
    return run.standing.throughput_tps, run.run_id


def _is_by(run: Entry, name: str) -> bool:
    submitter = run.at("metadata", "submitter")
    return isinstance(submitter, str) and submitter.casefold().strip() == name.casefold().strip()


def _when(run: Entry) -> tuple[bool, tuple[object, ...], RunId]:
    """Those that do not say when come last."""
    instant = run.submitted_at
    return (instant is None, instant or (), run.run_id)
