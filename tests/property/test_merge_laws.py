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
    # The first is idle for long, and so doubtful; so is 200; 1e4 and more cannot be.
    tps=st.sampled_from([0, 0.1, 99.99999999999999, 100, 104.0, 108, 200, 1e4, 9e14]),
    ttft=st.sampled_from([0.0, 80, 90.5, 100]),
    errors=st.sampled_from([0, 0.05, 0.06]),
    at=st.sampled_from(
        ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.1", "2025-12-31"]
    ),
    model=st.sampled_from(["gpt2", "GPT2 ", "llama"]),
    cluster=st.sampled_from([None, {"node_count": 2}]),
)


class Confirmed:
    """Some set of confirmed runs: those whose run id ends with one of these digits."""

    def __init__(self, digits: str) -> None:
        self.digits = digits

    def __contains__(self, run_id: object) -> bool:
        return str(run_id)[-1] in self.digits

    def __repr__(self) -> str:
        return f"Confirmed({self.digits!r})"


CONFIRMED = st.builds(
    Confirmed, st.sampled_from(["", "", "0123456789abcdef", "01234567", "02468a"])
)
RUNS = st.lists(ENTRIES, max_size=6)


def _bytes(board: Leaderboard) -> bytes:
    return encode(board.values())


@given(RUNS, RUNS, CONFIRMED)
def test_merge_is_commutative(some: list[Entry], others: list[Entry], confirmed: Confirmed) -> None:
    """L1: it does not matter who comes first."""
    one, other = leaderboard_of(some, confirmed), leaderboard_of(others, confirmed)
    assert _bytes(merge(one, other, confirmed)) == _bytes(merge(other, one, confirmed))


@given(RUNS, RUNS, RUNS, CONFIRMED)
def test_merge_is_associative(
    first: list[Entry], second: list[Entry], third: list[Entry], confirmed: Confirmed
) -> None:
    """L2: it does not matter who merges with whom first."""
    a, b, c = (leaderboard_of(runs, confirmed) for runs in (first, second, third))
    left = merge(merge(a, b, confirmed), c, confirmed)
    assert _bytes(left) == _bytes(merge(a, merge(b, c, confirmed), confirmed))


@given(RUNS, RUNS, CONFIRMED)
def test_merge_is_idempotent(some: list[Entry], others: list[Entry], confirmed: Confirmed) -> None:
    """L3: merging what is in already changes nothing."""
    one, other = leaderboard_of(some, confirmed), leaderboard_of(others, confirmed)
    merged = merge(one, other, confirmed)
    assert _bytes(merge(merged, other, confirmed)) == _bytes(merged)
    assert _bytes(merge(merged, merged, confirmed)) == _bytes(merged)


@given(RUNS, RUNS, CONFIRMED)
def test_merge_never_loses_a_configuration(
    some: list[Entry], others: list[Entry], confirmed: Confirmed
) -> None:
    """L4: every config key of either side is in the result, and no other."""
    one, other = leaderboard_of(some, confirmed), leaderboard_of(others, confirmed)
    assert merge(one, other, confirmed).keys() == one.keys() | other.keys()


@given(st.lists(ENTRIES, max_size=8), CONFIRMED)
def test_a_leaderboard_never_ranks_an_ineligible_entry(
    submitted: list[Entry], confirmed: Confirmed
) -> None:
    """L5: what a leaderboard holds was submitted and may be ranked."""
    ranked = leaderboard_of(submitted, confirmed).values()
    believed = {entry.run_id for entry in ranked if entry.run_id in confirmed}
    assert not any(why_not_ranked(one, confirmed=one.run_id in believed) for one in ranked)
    impossible = [one for one in ranked if one.verdict.kind == "impossible"]
    assert {entry.run_id for entry in impossible} <= believed
    assert {entry.run_id for entry in ranked} <= {entry.run_id for entry in submitted}


@given(st.lists(ENTRIES, max_size=8), CONFIRMED)
def test_a_doubtful_run_is_first_only_where_no_other_may_be(
    submitted: list[Entry], confirmed: Confirmed
) -> None:
    """However fast it claims to be."""
    for best in leaderboard_of(submitted, confirmed).values():
        rivals = leaderboard_of([e for e in submitted if e.config_key == best.config_key])
        if best.is_doubtful(confirmed=best.run_id in confirmed):
            assert all(rival.is_doubtful() for rival in rivals.values())


@given(ENTRIES, ENTRIES, CONFIRMED)
def test_outranks_is_total(one: Entry, other: Entry, confirmed: Confirmed) -> None:
    """L6: of two runs exactly one outranks the other, unless they are the same run."""
    ranks = [outranks(one, other, confirmed), outranks(other, one, confirmed)]
    assert [*ranks, one.run_id == other.run_id].count(True) == 1


@given(ENTRIES, ENTRIES, ENTRIES, CONFIRMED)
def test_outranks_is_transitive(a: Entry, b: Entry, c: Entry, confirmed: Confirmed) -> None:
    """L6: there is no cycle, so there is a best."""
    if outranks(a, b, confirmed) and outranks(b, c, confirmed):
        assert outranks(a, c, confirmed)


@given(st.lists(ENTRIES, max_size=6), st.randoms(), CONFIRMED)
def test_any_order_of_submissions_gives_the_same_bytes(
    submitted: list[Entry], random: st.randoms, confirmed: Confirmed
) -> None:
    """Order and repetition leave no trace."""
    shuffled = [*submitted, *submitted[:2]]
    random.shuffle(shuffled)
    expected = _bytes(leaderboard_of(submitted, confirmed))
    assert _bytes(leaderboard_of(shuffled, confirmed)) == expected


def test_the_cycle_of_a_five_percent_tolerance_is_no_cycle_here() -> None:
    """X(100, 80), Y(104, 90), Z(108, 100), each "within 5 %" of the next: Z in all six orders."""
    cycle = [entries.run(100, 80), entries.run(104, 90), entries.run(108, 100)]
    boards = {_bytes(leaderboard_of(order)) for order in permutations(cycle)}
    assert [[e.run_id for e in decode(board, file="board")] for board in boards] == [
        [cycle[2].run_id]
    ]
