"""The laws of merge (see the docstring of benchmark.merge), each by its name."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from benchmark.leaderboard import decode, encode
from benchmark.merge import leaderboard_of, merge, outranks
from benchmark.schema import why_not_ranked
from tests.support import entries

if TYPE_CHECKING:
    from benchmark.entry import Entry
    from benchmark.leaderboard import Leaderboard

# Few distinct values, so that ties, equal runs and equal configurations are common.
ENTRIES = st.builds(
    lambda tps, ttft, errors, at, model, cluster: entries.entry(
        {
            "metrics.throughput_tps": tps,
            "metrics.ttft_ms": ttft,
            "metrics.error_rate": errors,
            "metadata.submitted_at": at,
            "model.name": model,
            "cluster": cluster,
        }
    ),
    tps=st.sampled_from([0, 0.1, 99.99999999999999, 100, 104.0, 108]),
    ttft=st.sampled_from([0.0, 80, 90.5, 100]),
    errors=st.sampled_from([0, 0.05, 0.06]),
    at=st.sampled_from(
        ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.1", "2025-12-31"]
    ),
    model=st.sampled_from(["gpt2", "GPT2 ", "llama"]),
    cluster=st.sampled_from([None, {"node_count": 2}]),
)
BOARDS = st.lists(ENTRIES, max_size=6).map(leaderboard_of)


def _bytes(board: Leaderboard) -> bytes:
    return encode(board.values())


@given(BOARDS, BOARDS)
def test_merge_is_commutative(one: Leaderboard, other: Leaderboard) -> None:
    """L1: it does not matter who comes first."""
    assert _bytes(merge(one, other)) == _bytes(merge(other, one))


@given(BOARDS, BOARDS, BOARDS)
def test_merge_is_associative(a: Leaderboard, b: Leaderboard, c: Leaderboard) -> None:
    """L2: it does not matter who merges with whom first."""
    assert _bytes(merge(merge(a, b), c)) == _bytes(merge(a, merge(b, c)))


@given(BOARDS, BOARDS)
def test_merge_is_idempotent(one: Leaderboard, other: Leaderboard) -> None:
    """L3: merging what is in already changes nothing."""
    merged = merge(one, other)
    assert _bytes(merge(merged, other)) == _bytes(merged) == _bytes(merge(merged, merged))


@given(BOARDS, BOARDS)
def test_merge_never_loses_a_configuration(one: Leaderboard, other: Leaderboard) -> None:
    """L4: every config key of either side is in the result, and no other."""
    assert merge(one, other).keys() == one.keys() | other.keys()


@given(st.lists(ENTRIES, max_size=8))
def test_a_leaderboard_never_ranks_an_ineligible_entry(submitted: list[Entry]) -> None:
    """L5: what a leaderboard holds was submitted and may be ranked."""
    ranked = leaderboard_of(submitted).values()
    assert all(not why_not_ranked(entry) for entry in ranked)
    assert {entry.run_id for entry in ranked} <= {entry.run_id for entry in submitted}


@given(ENTRIES, ENTRIES)
def test_outranks_is_total(one: Entry, other: Entry) -> None:
    """L6: of two runs exactly one outranks the other, unless they are the same run."""
    verdicts = [outranks(one, other), outranks(other, one), one.run_id == other.run_id]
    assert verdicts.count(True) == 1


@given(ENTRIES, ENTRIES, ENTRIES)
def test_outranks_is_transitive(a: Entry, b: Entry, c: Entry) -> None:
    """L6: there is no cycle, so there is a best."""
    if outranks(a, b) and outranks(b, c):
        assert outranks(a, c)


@given(st.lists(ENTRIES, max_size=6), st.randoms())
def test_any_order_of_submissions_gives_the_same_bytes(
    submitted: list[Entry], random: st.randoms
) -> None:
    """Order and repetition leave no trace."""
    shuffled = [*submitted, *submitted[:2]]
    random.shuffle(shuffled)
    assert _bytes(leaderboard_of(shuffled)) == _bytes(leaderboard_of(submitted))


def test_the_cycle_of_a_five_percent_tolerance_is_no_cycle_here() -> None:
    """X(100, 80), Y(104, 90), Z(108, 100), each "within 5 %" of the next: Z in all six orders."""
    cycle = [entries.run(100, 80), entries.run(104, 90), entries.run(108, 100)]
    boards = {_bytes(leaderboard_of(order)) for order in permutations(cycle)}
    assert [[e.run_id for e in decode(board, file="board")] for board in boards] == [
        [cycle[2].run_id]
    ]
