"""Every run of a configuration, in the order of time, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from benchmark import canonical
from benchmark.dataset import board_of
from benchmark.entry import Entry
from benchmark.labels import labels_of
from benchmark.merge import outranks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.canonical import Json
    from benchmark.dataset import Dataset
    from benchmark.decisions import Tombstone
    from benchmark.entry import ConfigKey, RunId
    from benchmark.verdict import Verdict

Kind: TypeAlias = Literal["best", "superseded", "not ranked", "retracted"]

_FIGURES = ("throughput_tps", "ttft_ms", "tpot_ms", "error_rate")
_SHORTEST_ID = 8
_DIGITS = frozenset("0123456789abcdef")


class Fate(NamedTuple):
    """What became of a run.

    Attributes:
        kind: in one word.
        by: the run that is better, of one that is superseded: the first that took its place, or
            the one that held the place already when it came.
        was_best: whether it was the best of its configuration for some time.
        reasons: why it is not ranked, or was taken back.
    """

    kind: Kind
    by: RunId | None = None
    was_best: bool = False
    reasons: tuple[str, ...] = ()


class Told(NamedTuple):
    """A run with its fate.

    Attributes:
        entry: the run.
        fate: what became of it.
        verdict: whether it can be believed.
        confirmations: why maintainers have lifted the verdict; empty if nobody has.
    """

    entry: Entry
    fate: Fate
    verdict: Verdict
    confirmations: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """The runs of one configuration.

    Attributes:
        key: the configuration.
        label: as people read it: another than that of every other configuration of the dataset.
        entries: the runs, in no order.
        state: the dataset.
    """

    key: ConfigKey
    label: str
    entries: Sequence[Entry]
    state: Dataset = field(repr=False, compare=False)

    @cached_property
    def runs(self) -> tuple[Told, ...]:
        """In the order in which they were submitted; those that do not say when come last."""
        return _told_of(self.state, self.entries)

    @property
    def config_id(self) -> str:
        """The sha-256 of the config key, to name a configuration by."""
        return canonical.digest(self.key)


class Excerpt(NamedTuple):
    """What is shown of a configuration's runs, and of those that were taken down.

    Attributes:
        runs: the newest, in the order of `History.runs`, behind the best where it is none of them.
        stones: the newest tombstones of the dataset.
        left_out: how many runs and tombstones there are besides.
    """

    runs: Sequence[Told]
    stones: Sequence[Tombstone]
    left_out: int


def newest(history: History, stones: Sequence[Tombstone], most: int) -> Excerpt:
    """At most so many runs and so many tombstones, and the best run."""
    earlier, shown = history.runs[:-most], history.runs[-most:]
    best = [told for told in earlier if told.fate.kind == "best"]
    left_out = len(earlier) - len(best) + len(stones[:-most])
    return Excerpt([*best, *shown], stones[-most:], left_out)


def histories(state: Dataset) -> list[History]:
    """The histories of all configurations, in the leaderboards' order.

    Runs that were taken down are in none, for nobody knows of which configuration they were.
    """
    runs: dict[ConfigKey, list[Entry]] = {}
    for run in state.runs.values():
        runs.setdefault(run.config_key, []).append(run)
    best = {key: run for board in state.boards.values() for key, run in board.items()}
    # A configuration may be spelt in several ways: the best run's way is the leaderboard's.
    labels = labels_of(best.get(key) or min(of_key, key=_when) for key, of_key in runs.items())
    return [History(key, labels[key], of_key, state) for key, of_key in sorted(runs.items())]


def matching(state: Dataset, sought: str) -> list[History]:
    """The configurations that are meant: by the whole label, a run, the config id, else any part.

    Args:
        state: the dataset.
        sought: a label, the first digits (8 or more) of a run id or a config id, or a part of a
            label in any case.
    """
    every = histories(state)
    words = " ".join(sought.casefold().split())
    for is_meant in (_has_label, _has_id, _has_part):
        found = [history for history in every if is_meant(history, words)]
        if found:
            return found
    return []


def taken_down(state: Dataset, sought: str = "") -> list[Tombstone]:
    """The tombstones in the order of time; those whose run id begins so, if it does."""
    stones = sorted(state.taken_down.values(), key=lambda stone: (stone.at, stone.run_id))
    return [stone for stone in stones if stone.run_id.startswith(sought)]


def told_json(told: Told) -> dict[str, Json]:
    """A run of `schemas/history_v1.schema.json`."""
    entry, fate = told.entry, told.fate
    said = Entry(entry.data)  # a packed run would be parsed for every word
    return {
        "run_id": entry.run_id,
        "submitted_at": entry.standing.submitted_at,
        "submitter": said.at("metadata", "submitter"),
        "board": board_of(entry),
        "metrics": {name: said.at("metrics", name) for name in _FIGURES},
        "fate": {
            "kind": fate.kind,
            "by": fate.by,
            "was_best": fate.was_best,
            "reasons": [*fate.reasons],
        },
        "verdict": told.verdict.kind,
        "verdict_reasons": [reason.text for reason in told.verdict.reasons],
        "confirmations": [*told.confirmations],
    }


def _told_of(state: Dataset, runs: Iterable[Entry]) -> tuple[Told, ...]:
    ordered = sorted(runs, key=_when)
    fates = dict(_fates(state, ordered))
    return tuple(_told(state, run, fates[run.run_id]) for run in ordered)


def _told(state: Dataset, run: Entry, fate: Fate) -> Told:
    return Told(run, fate, state.verdict_on(run), tuple(state.vouched.get(run.run_id, ())))


def _fates(state: Dataset, runs: Sequence[Entry]) -> Iterator[tuple[RunId, Fate]]:
    """Walk through them as they came: who held the place, and who took it."""
    holder: Entry | None = None
    for run in runs:
        reasons = state.why_not_ranked(run)
        if reasons:
            yield run.run_id, Fate(_kind_of(state, run), reasons=reasons)
        elif holder is None or outranks(run, holder, state.confirmed):
            if holder is not None:
                yield holder.run_id, Fate("superseded", run.run_id, was_best=True)
            holder = run
        else:
            yield run.run_id, Fate("superseded", holder.run_id)
    if holder is not None:
        yield holder.run_id, Fate("best", was_best=True)


def _kind_of(state: Dataset, run: Entry) -> Kind:
    return "retracted" if run.run_id in state.taken_back else "not ranked"


def _when(run: Entry) -> tuple[bool, tuple[object, ...], RunId]:
    instant = run.submitted_at
    return (instant is None, instant or (), run.run_id)


def _has_label(history: History, sought: str) -> bool:
    return history.label.casefold() == sought


def _has_id(history: History, sought: str) -> bool:
    if len(sought) < _SHORTEST_ID or not _DIGITS.issuperset(sought):
        return False
    ids = chain([history.config_id], (run.run_id for run in history.entries))
    return any(known.startswith(sought) for known in ids)


def _has_part(history: History, sought: str) -> bool:
    return sought in history.label.casefold()
