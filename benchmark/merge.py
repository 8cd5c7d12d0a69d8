"""The join of two leaderboards, and the total order it rests on.

Laws, each a named property test (tests/property/test_merge_laws.py); `|` is `merge`:

    L1  a | b == b | a                                   commutative
    L2  (a | b) | c == a | (b | c)                       associative
    L3  a | a == a                                       idempotent
    L4  every config key of a and of b is in a | b       no configuration is lost
    L5  every entry of a | b is eligible and came from a or b
    L6  outranks is a strict total order on runs: exactly one of x > y, y > x, x is y

All of them for any set of confirmed runs, which is a third argument of merge and outranks; two
leaderboards are merged under one set.

Hence any order of any number of merges, repeats included, gives the same leaderboard. Tolerance
("better by 5 %") is no order: X > Y > Z > X can happen and data is lost by turns; it belongs in
reports.

What merge does not promise: that the winner is honest, or typical; it is the maximum of what was
submitted and is not known to be false (benchmark.verdict). Losers are not in a leaderboard (they
stay in `runs/`). It cannot take an entry back; a retraction does. An entry whose clock ran ahead
loses ties, and only ties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from benchmark.schema import why_not_ranked

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from benchmark.entry import Entry, RunId
    from benchmark.leaderboard import Leaderboard

TieBreak: TypeAlias = "tuple[bool, tuple[object, ...], str]"


def outranks(one: Entry, other: Entry, confirmed: Container[RunId] = frozenset()) -> bool:
    """Whether `one` is placed before `other`, both being eligible runs of one config key.

    Exact doubles, no tolerance, lexicographic: not doubtful before doubtful, higher throughput_tps,
    lower ttft_ms, lower error_rate, earlier submitted_at (one that cannot be read is latest),
    smaller run id.

    Args:
        one: an eligible run.
        other: another.
        confirmed: the runs of which a maintainer has lifted the verdict.
    """
    figures, others = _figures(one, confirmed), _figures(other, confirmed)
    return figures < others if figures != others else _tie_break(one) < _tie_break(other)


def merge(
    one: Leaderboard, other: Leaderboard, confirmed: Container[RunId] = frozenset()
) -> Leaderboard:
    """The best entry of either side for every config key of both."""
    return _join(one, other.values(), confirmed)


def leaderboard_of(
    entries: Iterable[Entry], confirmed: Container[RunId] = frozenset()
) -> Leaderboard:
    """The leaderboard of any entries: the join of the eligible ones."""
    eligible = (
        entry for entry in entries if not why_not_ranked(entry, confirmed=entry.run_id in confirmed)
    )
    return _join({}, eligible, confirmed)


def _join(start: Leaderboard, entries: Iterable[Entry], confirmed: Container[RunId]) -> Leaderboard:
    best = dict(start)
    for entry in entries:
        holder = best.get(entry.config_key)
        if holder is None or outranks(entry, holder, confirmed):
            best[entry.config_key] = entry
    return best


def _figures(entry: Entry, confirmed: Container[RunId]) -> tuple[bool, float, float, float]:
    standing = entry.standing
    doubtful = entry.is_doubtful(confirmed=entry.run_id in confirmed)
    return (doubtful, -standing.throughput_tps, standing.ttft_ms, standing.error_rate)


def _tie_break(entry: Entry) -> TieBreak:
    instant = entry.submitted_at
    return (instant is None, instant or (), entry.run_id)
