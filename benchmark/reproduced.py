"""Whether somebody else, on another machine, has measured the same: computed from the history.

A run is reproduced by the runs of its configuration that are within its noise (benchmark.noise;
within `MOST_NOISE` where one of the two states no interval) and come from other submitters on other
machines, with other digits: what is the same to the last one was copied. Who may not be ranked
counts for nothing, and who is doubtful only for doubtful ones: what is typical of a fault is
typical of it twice.

All of that is what entries say of themselves. A submitter is a name; whoever gives none is nobody.
Two machines are told apart by what the entries say of their memory, processors, system and driver,
and taken for one where nothing differs; so two of one make and one image count as one, and one that
was upgraded may count as two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from benchmark.entry import Entry, normalise
from benchmark.i18n import N_
from benchmark.noise import (
    MOST_NOISE,
    are_one_measurement,
    are_within_noise,
    figures_in,
    speed_in,
)
from benchmark.schema import why_not_ranked

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from benchmark.canonical import Json
    from benchmark.dataset import Dataset
    from benchmark.entry import ConfigKey, RunId, Term
    from benchmark.noise import Figures, Speed

NOBODY = "anonymous"
"""The submitter of whom `run` was told no name."""

_NO_NAMES = (normalise(None), normalise(NOBODY))

MOST_COUNTED = 50
"""More than so many others make nobody surer."""

_FACTS = (
    ("hardware", "total_memory_gb"),
    ("environment", "os"),
    ("environment", "driver_version"),
    ("environment", "hostname"),
    *(
        ("provenance", "machine", name)
        for name in ("total_memory", "logical_cpus", "physical_cores", "numa_nodes")
    ),
)
"""What tells machines apart that the config key does not: none that another Python changes."""

_SYSTEM = re.compile(r"([A-Za-z]+)[^\d]*(\d+(?:\.\d+)+(?:-\d+)?)", re.ASCII)
_AS_MUCH = 1.1
"""Tools round memory in several ways; so much more is other memory."""


class Witness(NamedTuple):
    """What a run says of who measured what where.

    Attributes:
        entry: the run.
        submitter: whom it names; None for nobody.
        machine: what it says of the machine, None where it says nothing, in one order.
        speed: how fast it was.
        figures: what no second run has to the last digit.
        is_doubtful: whether its verdict says so.
    """

    entry: Entry
    submitter: Term | None
    machine: tuple[str | float | None, ...]
    speed: Speed
    figures: Figures
    is_doubtful: bool


def reproductions(
    state: Dataset, among: Container[RunId] | None = None
) -> dict[RunId, tuple[Entry, ...]]:
    """Run id → the runs of others that reproduce it; of those that have any.

    The best run of a configuration, which stands for it, is held against all the others: one of
    each submitter and machine counts. Every other run is held against the best one alone, so that
    the work grows with the number of runs and not with its square.

    Args:
        state: the dataset.
        among: the runs of which it is asked; None for all.
    """
    runs: dict[ConfigKey, list[Entry]] = {}
    for run in state.runs.values():
        if not state.why_not_ranked(run):
            runs.setdefault(run.config_key, []).append(run)
    best = {key: run for board in state.boards.values() for key, run in board.items()}
    asked = state.runs if among is None else among
    return {
        run_id: others
        for key, of_key in runs.items()
        if len(of_key) > 1
        for run_id, others in _within(state, best[key], of_key, asked)
    }


def objection(run: Entry, other: Entry) -> str | None:
    """Why `other` would not count as reproducing `run`; None if it would.

    Just what `reproductions` says of the two; nobody has confirmed or retracted either.
    """
    one, another = (witness(it, is_doubtful=it.is_doubtful()) for it in (run, other))
    counts = (
        (run.config_key == other.config_key, N_("it measured another configuration")),
        (not (why_not_ranked(run) or why_not_ranked(other)), N_("one of the two is not ranked")),
        (another.is_doubtful <= one.is_doubtful, N_("it is doubtful")),
        (another.submitter is not None, N_("it names no submitter: say who you are")),
        (one.submitter is not None, N_("the entry names no submitter, who may be the same")),
        (one.submitter != another.submitter, N_("the submitter is the same")),
        (on_other_machines(one, another), N_("the machine may be the same, as far as both say")),
        (
            are_within_noise(one.speed, another.speed, unknown=MOST_NOISE),
            N_("its throughput is another, beyond the noise of both"),
        ),
        (
            bears_out(one, another),
            N_("its figures are the same to the last digit, as no second run's are"),
        ),
    )
    return next((reason for counts_so_far, reason in counts if not counts_so_far), None)


def witness(run: Entry, *, is_doubtful: bool = False) -> Witness:
    """What a run says of who measured what where."""
    said = Entry(run.data)  # a packed run would be parsed for every word
    submitter = normalise(said.at("metadata", "submitter"))
    return Witness(
        run,
        None if submitter in _NO_NAMES else submitter,
        machine=tuple(_fact(said.at(*path)) for path in _FACTS),
        speed=speed_in(run.standing.throughput_tps, said.at("metrics", "distributions")),
        figures=figures_in(said.at("metrics")),
        is_doubtful=is_doubtful,
    )


def bears_out(one: Witness, other: Witness) -> bool:
    """Whether two runs of one configuration are of the same speed, and not one run twice."""
    is_same = are_within_noise(one.speed, other.speed, unknown=MOST_NOISE)
    return is_same and not are_one_measurement(one.figures, other.figures)


def are_apart(one: Witness, other: Witness) -> bool:
    """Whether two runs are of two people on two machines, as far as they say."""
    return one.submitter != other.submitter and on_other_machines(one, other)


def on_other_machines(one: Witness, other: Witness) -> bool:
    """Whether anything that both say of their machines differs."""
    return any(map(_differ, one.machine, other.machine))


def _within(
    state: Dataset, best: Entry, runs: Sequence[Entry], among: Container[RunId]
) -> Iterator[tuple[RunId, tuple[Entry, ...]]]:
    first = _witness(state, best)
    for run in (run for run in runs if run.run_id in among):
        if run.run_id == best.run_id:
            all_runs = sorted(runs, key=_when)
            others = _others(first, (_witness(state, other) for other in all_runs))
        else:
            others = _others(_witness(state, run), [first])
        if others:
            yield run.run_id, others


def _witness(state: Dataset, run: Entry) -> Witness:
    return witness(run, is_doubtful=run.is_doubtful(confirmed=run.run_id in state.confirmed))


def _others(run: Witness, all_runs: Iterable[Witness]) -> tuple[Entry, ...]:
    """The earliest of each submitter and machine; who is anonymous may be any one of them."""
    named = (one for one in all_runs if one.submitter is not None)
    same = (one for one in named if one.is_doubtful <= run.is_doubtful and bears_out(run, one))
    chosen = [run] if run.submitter is not None else []
    # Whoever has come before comes to nothing again, however often.
    known = set()
    for one in same:
        who = one.submitter, one.machine
        if len(chosen) > MOST_COUNTED:
            break
        if who not in known and all(are_apart(one, other) for other in chosen):
            chosen.append(one)
        known.add(who)
    return tuple(one.entry for one in chosen[1:])


def _fact(value: Json) -> str | float | None:
    """Empty texts and zeros are ways to say nothing."""
    if isinstance(value, str):
        return _words(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if value > 0 else None


@lru_cache(maxsize=1 << 12)
def _words(text: str) -> str | None:
    """Most stand in many runs."""
    system = _SYSTEM.search(text)
    words = " ".join(system.groups()) if system else " ".join(text.split())
    return words.casefold() or None


def _differ(one: str | float | None, other: str | float | None) -> bool:
    if one is None or other is None:
        return False
    if isinstance(one, str) or isinstance(other, str):
        return one != other
    return max(one, other) > min(one, other) * _AS_MUCH


def _when(run: Entry) -> tuple[bool, tuple[object, ...], RunId]:
    instant = run.submitted_at
    return (instant is None, instant or (), run.run_id)
