"""Runs of two sides that belong together: those of one configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.config_key import KEY_PATHS, key_of, normalise
from benchmark.merge import leaderboard_of
from benchmark.schema import why_not_ranked
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.entry import ConfigKey, Entry
    from benchmark.significance import Evidence

FIELDS = tuple(KEY_PATHS)
"""What configurations may be compared across."""


class Match(NamedTuple):
    """Runs of one configuration on both sides, at least one on each, the best first.

    Attributes:
        configuration: name → the two values, of the parts of the config key that differ.
    """

    before: Sequence[Evidence]
    after: Sequence[Evidence]
    configuration: Mapping[str, tuple[str, str]]

    @property
    def is_the_same(self) -> bool:
        """Whether both sides are the same runs."""
        both = ({run.entry.run_id for run in side} for side in (self.before, self.after))
        return next(both) == next(both)

    @property
    def size(self) -> int:
        """Bytes of its runs, on both sides."""
        return sum(len(run.entry.canonical) for run in (*self.before, *self.after))


class Matches(NamedTuple):
    """What belongs together, and what has no counterpart: the best run of each configuration."""

    found: Sequence[Match]
    only_before: Sequence[Entry]
    only_after: Sequence[Entry]


def match(
    before: Sequence[Evidence],
    after: Sequence[Evidence],
    across: Collection[str] = (),
    *,
    pair_singles: bool = True,
) -> Matches:
    """Match the eligible runs of two sides by their configuration.

    Args:
        before: runs.
        after: runs.
        across: parts of a configuration that may differ, of `FIELDS`.
        pair_singles: whether a single run on either side is matched with the other, whatever they
            are.
    """
    if pair_singles and len(before) == len(after) == 1:
        return Matches([_match(before, after)], [], [])
    old, new = _groups(before, across), _groups(after, across)
    return Matches(
        [_match(old[key], new[key]) for key in sorted(old.keys() & new.keys())],
        [old[key][0].entry for key in sorted(old.keys() - new.keys())],
        [new[key][0].entry for key in sorted(new.keys() - old.keys())],
    )


def _groups(runs: Sequence[Evidence], across: Collection[str]) -> dict[ConfigKey, list[Evidence]]:
    """The eligible runs of each configuration, each run once, the best first."""
    groups: dict[ConfigKey, dict[str, Evidence]] = {}
    for run in runs:
        if not why_not_ranked(run.entry):
            groups.setdefault(_key(run.entry, across), {})[run.entry.run_id] = run
    return {key: _best_first([*group.values()]) for key, group in groups.items()}


def _key(entry: Entry, across: Collection[str]) -> ConfigKey:
    if not across:
        return entry.config_key
    values = entry.configuration
    return key_of([None if name in across else values[name] for name in FIELDS])


def _best_first(group: list[Evidence]) -> list[Evidence]:
    """The leaderboard's best; of several configurations the fastest one's."""
    best = max(
        leaderboard_of(run.entry for run in group).values(),
        key=lambda entry: (entry.standing.throughput_tps, entry.run_id),
    )
    return sorted(group, key=lambda run: (run.entry.run_id != best.run_id, run.entry.run_id))


def _match(before: Sequence[Evidence], after: Sequence[Evidence]) -> Match:
    if before[0].entry.config_key == after[0].entry.config_key:
        return Match(before, after, {})
    old, new = before[0].entry.configuration, after[0].entry.configuration
    differing = [name for name in old if normalise(old[name]) != normalise(new[name])]
    return Match(
        before, after, {name: (_shown(old[name]), _shown(new[name])) for name in differing}
    )


def _shown(value: Json) -> str:
    return "–" if value is None else one_line(str(value), 80)
